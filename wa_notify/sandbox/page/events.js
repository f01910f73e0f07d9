/* What happened in the sandbox, newest first. */

import {byId, make} from "./dom.js";
import {call} from "./wire.js";
import {timeText} from "./words.js";

const MOST_SHOWN = 200;
const WAMID = /wamid\.[A-Za-z0-9+/=]{20,}/g;
let last = 0;

export async function takeEvents(anew) {
  const {entries} = await call(`log?after=${anew ? 0 : last}`);
  const list = byId("log");
  if (anew) list.replaceChildren();
  list.prepend(...entries.slice(-MOST_SHOWN).reverse().map(rowOf));
  last = entries.at(-1)?.number ?? (anew ? 0 : last);
  while (list.children.length > MOST_SHOWN) list.lastChild.remove();
}

function rowOf({at, what, number, ...facts}) {
  const bad = what === "refused" || (what === "callback" && facts.answer !== 200);
  const row = make("li"), time = make("time", "at", timeText(at, true));
  time.dateTime = time.title = at;
  row.dataset.number = number;
  row.append(time, make("span", bad ? "bad" : "what", what.replaceAll("_", " ")), make("span", "quiet", said(facts)));
  return row;
}

function said(facts) {
  return Object.entries(facts).filter(([name, value]) => value !== null && value !== undefined && name !== "url")
    .map(([name, value]) => `${name} ${worded(value)}`).join(", ")
    .replace(WAMID, (wamid) => `wamid…${wamid.slice(-10)}`);
}

function worded(value) {
  if (Array.isArray(value)) return value.map(worded).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
