/* The page of the sandbox: every phone as its owner sees it, and beside them what one needs to try things out. */

import {sandboxNow, startClock, takeClock, tickClock} from "./clock.js";
import {byId} from "./dom.js";
import {takeEvents} from "./events.js";
import {startFaults, takeFaults} from "./faults.js";
import {startHello, takeAccount} from "./hello.js";
import {startKeys} from "./keys.js";
import {choosePhone, nameDaysOfAll, removePhones, showPhones, startPhones, tickPhones} from "./phones.js";
import {startScenarios} from "./scenarios.js";
import {startSheet} from "./sheet.js";
import {startStanding, takeStanding} from "./standing.js";
import {startTheme} from "./theme.js";
import {startTraffic, takeTraffic} from "./traffic.js";
import {act, call, complain, watch} from "./wire.js";
import {dayText} from "./words.js";

const STILL_CLOCK_MS = 2000;
const narrow = matchMedia("(max-width: 960px)");
let seen = 0, logged = 0, world = null, day = "";

async function look(anew) {
  let state = await call(`state?after=${anew ? 0 : seen}`), whole = anew;
  const other = world !== null && state.world !== world;  // a scenario put it in the place of the last one
  if (other || state.log_number < logged) {  // or another sandbox has the same address
    state = await call("state?after=0");
    whole = true;
  }
  world = state.world;
  seen = state.version;
  logged = state.log_number;
  takeClock(state);
  takeAccount(state);
  if (other) removePhones();
  showPhones(state.phones, whole);
  takeFaults(state);
  takeStanding(state);
  tick();
  await takeTraffic(whole);
  if (document.body.dataset.tool === "events") await takeEvents(whole);
}

function tick() {
  tickClock();
  tickPhones();
  const today = dayText(sandboxNow());
  if (today !== day) nameDaysOfAll();
  day = today;
}

/* Bring phones or a tool to the front. On a wide screen the phones are always there. */
function showTool(name) {
  const {body} = document;
  body.dataset.front = name === "phones" ? "phones" : "tools";
  if (name !== "phones") body.dataset.tool = name;
  markParts();
  if (name === "events") refresh();
}

function markParts() {
  const {front, tool} = document.body.dataset, shown = front === "phones" && narrow.matches ? front : tool;
  for (const button of byId("parts").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.part === shown));
  }
}

startTheme();
startSheet();
startHello();
startClock();
startFaults();
startStanding();
startScenarios();
startPhones(sandboxNow);
startTraffic(showTool);
startKeys(showTool);
const refresh = watch(look);
for (const button of byId("parts").querySelectorAll("button")) {
  button.addEventListener("click", () => showTool(button.dataset.part));
}
showTool("phones");
narrow.addEventListener("change", markParts);
byId("complaint-close").addEventListener("click", () => complain(""));
byId("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = byId("number"), digits = field.value.replace(/\D/g, "");
  if (!await act("phones/" + encodeURIComponent(field.value.trim()), {})) return;
  field.value = "";
  await refresh();
  choosePhone(digits);
});
setInterval(tick, 1000);
setInterval(() => { if (byId("add-hour").disabled) refresh(); }, STILL_CLOCK_MS);
