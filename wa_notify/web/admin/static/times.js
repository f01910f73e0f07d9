/* Times in the zone of the reader, kept fresh; windows that empty. The server has said all of it once. */

import {DAY, MINUTE, dayText, fullText, minuteText, momentText, now, relative, say, span} from "./words.js";

const TEXTS = {relative, minute: minuteText, moment: momentText};
const CLOSING = 60 * MINUTE;

/* Say everything anew below `root`, which may be a page that is not shown yet. */
export function tell(root = document) {
  for (const time of root.querySelectorAll("time[data-time]")) tellTime(time);
  for (const line of root.querySelectorAll(".timeline")) tellDays(line);
  for (const window of root.querySelectorAll(".window[data-closes]")) tellWindow(window);
}

export function startTimes() {
  tell();
  setInterval(tell, MINUTE / 2);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tell(); });
}

function tellTime(time) {
  const at = Date.parse(time.dateTime), [shown, heard] = time.children, full = fullText(at);
  write(shown, TEXTS[time.dataset.time](at));
  if (heard) write(heard, ` (${full})`);
  if (time.title !== full) time.title = full;
}

/* A day is named where it begins; a minute where it is another than before. */
function tellDays(line) {
  let before = now();
  for (const entry of line.children) {
    const day = entry.querySelector(":scope > .day"), time = entry.querySelector(":scope > time"), at = Date.parse(time.dateTime);
    const sameDay = dayText(at) === dayText(before);
    write(day, dayText(at));
    day.hidden = sameDay;
    time.classList.toggle("same", sameDay && entry !== line.firstElementChild && minuteText(at) === minuteText(before));
    before = at;
  }
}

function tellWindow(window) {
  const closes = Date.parse(window.dataset.closes), left = Math.max(closes - now(), 0), share = (left / DAY) * 100;
  const state = left > CLOSING ? "open" : left > 0 ? "closing" : "closed", small = window.classList.contains("small");
  window.dataset.state = state;
  window.title = fullText(closes);
  write(window.querySelector("[data-said]"), say(small ? `${state}Small` : state, {length: span(left), ago: relative(closes)}));
  const ring = window.querySelector(".left");
  ring.setAttribute("stroke-dasharray", `${share.toFixed(2)} ${(100 - share).toFixed(2)}`);
  ring.setAttribute("visibility", left > 0 ? "visible" : "hidden");
}

/* Write only what differs, so that nothing is announced or repainted twice. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
