/* How times and lengths are said, by the rules of words.py; the words themselves stand on the page. */

const MINUTE = 60000, DAY = 86400000;
const said = document.getElementById("words").dataset;
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const format = (how) => new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, how);
const MINUTES = format({hour: "2-digit", minute: "2-digit", hourCycle: "h23"});
const DAYS = format({weekday: "short", day: "numeric", month: "short", year: "numeric"});
const SHORT_DAYS = format({day: "numeric", month: "short"});
const ZONES = format({hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short"});
const ZONE_NAMES = format({hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short"});

/* The clock of the server: what is left of a window does not depend on the reader's. */
let ahead = Date.parse(meta("now")) - Date.now();
export const now = () => Date.now() + ahead;
export const setClock = (at) => { if (at) ahead = Date.parse(at) - Date.now(); };

/* A sentence of the page by its name, its blanks filled. */
export const say = (name, values = {}) => (said[name] ?? name).replace(/\{(\w+)\}/g, (blank, key) => values[key] ?? blank);

export function span(length) {
  const minutes = Math.floor(Math.max(length, 0) / MINUTE), h = Math.floor(minutes / 60), d = Math.floor(h / 24), m = minutes % 60;
  if (d >= 2) return d < 7 && h % 24 ? say("daysHours", {d, h: h % 24}) : say("days", {d});
  if (h) return m ? say("hoursMinutes", {h, m}) : say("hours", {h});
  return minutes ? say("minutes", {m: minutes}) : say("moment");
}

/* What is past is never said to be longer ago than it is, and what is to come never to be sooner. */
export function relative(at, then = now()) {
  const length = Math.abs(then - at);
  if (at > then) return length < MINUTE ? say("inAMoment") : say("in", {length: span(Math.ceil(length / MINUTE) * MINUTE)});
  return length < MINUTE ? say("justNow") : say("ago", {length: span(length)});
}

export const minuteText = (at) => MINUTES.format(at);
export const dayText = (at) => DAYS.format(at);
export const momentText = (at) => `${SHORT_DAYS.format(at)} ${ZONE_NAMES.format(at)}`;
export const fullText = (at) => `${DAYS.format(at)}, ${ZONES.format(at)}`;

export {DAY, MINUTE, meta};
