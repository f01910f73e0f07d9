/* The sandbox's clock: what time it is there, what comes next, and how to let time pass. */

import {byId, setText} from "./dom.js";
import {act} from "./wire.js";
import {dayText, lengthText, shortLength, timeText} from "./words.js";

const STEPS = {"minute": 60, "hour": 3600, "day": 86400};
let ahead = 0, still = null, nextDue = null, waiting = 0, shift = 0;

/* The sandbox's present instant in ms. A clock of the host moves in its own way: it is not run on here. */
export const sandboxNow = () => still ?? Date.now() + ahead;

export function startClock() {
  for (const [name, seconds] of Object.entries(STEPS)) {
    byId(`add-${name}`).addEventListener("click", () => act("clock", {advance_seconds: seconds}));
  }
  byId("run").addEventListener("click", () => act("clock", {now: nextDue}));
}

export function takeClock(state) {
  const at = Date.parse(state.now);
  still = state.clock.owned ? null : at;
  ahead = at - Date.now();
  shift = state.clock.offset_seconds;
  nextDue = state.waiting.next_due;
  waiting = state.waiting.scheduled;
  byId("host").hidden = state.clock.owned;
  for (const name of Object.keys(STEPS)) byId(`add-${name}`).disabled = !state.clock.owned;
  byId("run").disabled = !state.clock.owned || !nextDue;
}

export function tickClock() {
  const now = sandboxNow(), time = byId("now");
  setText(time, `${dayText(now)}, ${timeText(now, true)}`);
  time.dateTime = time.title = new Date(now).toISOString();
  setText(byId("offset"), shift ? `${lengthText(shift)} ahead` : "");
  setText(byId("next"), nextText(now));
}

function nextText(now) {
  if (!nextDue) return "Nothing waits to happen.";
  const left = (Date.parse(nextDue) - now) / 1000, many = waiting > 1 ? `, ${waiting} things wait` : "";
  return left <= 0 ? `Happening now${many}.` : `Next in ${shortLength(left)}${many}.`;
}
