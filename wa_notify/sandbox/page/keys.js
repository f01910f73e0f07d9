/* What the keyboard does where nothing is being written. */

import {byId} from "./dom.js";
import {stepPhones} from "./phones.js";
import {act} from "./wire.js";

/* `showTool(name)` brings phones or a tool to the front. */
export function startKeys(showTool) {
  const deeds = {
    "/": () => { showTool("traffic"); byId("filter").focus(); },
    "j": () => { showTool("phones"); stepPhones(1); },
    "k": () => { showTool("phones"); stepPhones(-1); },
    "n": () => byId("number").focus(),
    "w": () => document.activeElement.closest(".phone")?.querySelector(".composer textarea").focus(),
    "a": answerNewest,
    "t": () => showTool("traffic"),
    "f": () => showTool("faults"),
    "e": () => showTool("events"),
    "+": () => { if (!byId("add-hour").disabled) act("clock", {advance_seconds: 3600}); },
    "?": () => byId("help").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { leaveField(event); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.matches("input:not([type=checkbox]), textarea, select") || !(event.key in deeds)) return;
    event.preventDefault();
    deeds[event.key]();
  });
  byId("help-button").addEventListener("click", () => byId("help").showModal());
  byId("help-close").addEventListener("click", () => byId("help").close());
}

/* Tap the first button of the newest message that has one, on the phone in front. */
function answerNewest() {
  const phone = document.activeElement.closest(".phone") ?? document.querySelector(".phone.chosen");
  phone?.querySelector(".side:not([hidden]) .message:nth-last-child(1 of .tappable) .actions button")?.click();
}

/* Out of a field with Esc: to the phone around it, or empty the filter. */
function leaveField(event) {
  if (!event.target.matches("input, textarea, select")) return;
  if (event.target.id === "filter" && event.target.value) {
    event.target.value = "";
    event.target.dispatchEvent(new Event("input"));
    return;
  }
  const phone = event.target.closest(".phone");
  if (phone) phone.focus(); else event.target.blur();
}
