/* Deeds: forms that are sent without leaving the page. Without script the same forms are posted as they are. */

import {ask, read, showMain} from "./asking.js";
import {clearProblem, flash, flashLater, showProblem} from "./telling.js";
import {meta, say} from "./words.js";

export function startDeeds() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-deed]") || event.defaultPrevented) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") !== "true") send(form, event.submitter);
  });
}

async function send(form, submitter) {
  const body = bodyOf(form, submitter), buttons = [...form.querySelectorAll("button")].filter(({disabled}) => !disabled);
  clearProblem(form);
  form.setAttribute("aria-busy", "true");
  for (const button of buttons) button.disabled = true;
  const restore = () => {
    form.removeAttribute("aria-busy");
    for (const button of buttons) button.disabled = false;
  };
  try {
    const headers = {Accept: "application/json", "X-CSRF-Token": meta("csrf")};
    const answer = await fetch(form.action, {method: "POST", body, headers});
    restore();
    await take(form, answer);
  } catch {
    restore();
    showProblem(form, {title: say("failed")});
  }
}

/* The key makes a deed that is sent twice, after an answer was lost, happen once; so it stays until then. */
function bodyOf(form, submitter) {
  if (!form.elements.key && crypto.randomUUID) {
    const key = document.createElement("input");
    Object.assign(key, {type: "hidden", name: "key", value: crypto.randomUUID()});
    form.append(key);
  }
  form.elements.key?.toggleAttribute("data-keep", true);
  const data = new FormData(form, submitter);
  return form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
}

async function take(form, answer) {
  const kind = answer.headers.get("content-type") ?? "";
  if (kind.includes("json")) {
    const said = await answer.json();
    if (!answer.ok) return showProblem(form, said);
    return finish(form, said);
  }
  if (!kind.includes("html")) return showProblem(form, {title: say(answer.ok ? "done" : "failed")});
  const page = read(await answer.text());
  finished(form);
  if (showMain(page)) {
    scrollTo(0, 0);
    document.getElementById("main").focus({preventScroll: true});
  }
}

/* It is done: go where the answer says, or draw this page anew. */
async function finish(form, {message, location: there}) {
  const target = new URL(there || location.href, location.href), text = message || say("done");
  finished(form);
  if (target.origin === location.origin && target.pathname + target.search !== location.pathname + location.search) {
    flashLater("good", text);
    location.assign(target);
    return;
  }
  flash("good", text);
  const page = await ask(location.href, {whole: true}).catch(() => null);
  if (page) showMain(page, {keeps: true});
}

function finished(form) {
  form.elements.key?.remove();
  form.reset();
  form.closest("[popover]:popover-open")?.hidePopover();
  form.closest("dialog[open]")?.close();
}
