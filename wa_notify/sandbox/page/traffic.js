/* What went over the wire, newest first: requests with their answers, callbacks with their signatures. */

import {asCurl, curlLacks} from "./curl.js";
import {byId, copyText, make, makeButton, setText} from "./dom.js";
import {call} from "./wire.js";
import {shortLength, sizeText, timeText} from "./words.js";

const MOST_SHOWN = 300, WAMID = /wamid\.[A-Za-z0-9+/=]+/g;
const rows = new Map();  // number -> {item, exchange, words}
const held = new Map();  // number -> exchange that came while something was being read
let seen = 0, show = () => {};

/* `showTool(name)` brings a tool to the front. */
export function startTraffic(showTool) {
  show = showTool;
  byId("filter").addEventListener("input", sift);
  byId("traffic-kind").addEventListener("change", sift);
  byId("newer").addEventListener("click", () => { release(); byId("exchanges").scrollTop = 0; });
}

/* Show only what concerns this message. */
export function followMessage(wamid) {
  byId("filter").value = wamid;
  byId("traffic-kind").value = "all";
  release();
  sift();
  show("traffic");
  byId("filter").focus();
}

export async function takeTraffic(anew) {
  const answer = await call(`traffic?after=${anew ? 0 : seen}`);
  if (anew) forget(answer.exchanges);
  seen = answer.version;
  for (const exchange of answer.exchanges) {
    const row = rows.get(exchange.number);
    if (row) update(row, exchange);
    else if (isReading()) held.set(exchange.number, exchange);
    else insert(exchange);
  }
  byId("newer").hidden = held.size === 0;
  setText(byId("newer"), `Show ${held.size} newer`);
  byId("no-traffic").hidden = rows.size > 0;
}

/* After a break: what the sandbox no longer knows goes, what is still there stays as it stands. */
function forget(exchanges) {
  const known = new Map(exchanges.map((exchange) => [exchange.number, exchange.at]));
  held.clear();
  for (const [number, row] of rows) {
    if (known.get(number) === row.exchange.at) continue;
    row.item.remove();
    rows.delete(number);
  }
}

function isReading() {
  const list = byId("exchanges");
  return list.scrollTop > 8 || list.querySelector("details[open]") !== null;
}

function release() {
  for (const exchange of held.values()) insert(exchange);
  held.clear();
  byId("newer").hidden = true;
}

function insert(exchange) {
  const row = {item: make("li"), details: make("details"), summary: make("summary"), body: make("div", "exchange")};
  row.details.append(row.summary, row.body);
  row.details.addEventListener("toggle", () => {
    if (row.details.open) fill(row);
    else if (!isReading()) release();
  });
  row.item.append(row.details);
  update(row, exchange);
  rows.set(exchange.number, row);
  byId("exchanges").prepend(row.item);
  if (rows.size > MOST_SHOWN) {
    const [oldest, last] = rows.entries().next().value;
    last.item.remove();
    rows.delete(oldest);
  }
}

function update(row, exchange) {
  row.exchange = exchange;
  row.words = `${exchange.method} ${exchange.url} ${JSON.stringify([exchange.body, exchange.answer, exchange.about])}`.toLowerCase();
  row.item.dataset.kind = exchange.kind;
  row.item.hidden = !passes(row);
  const at = make("time", "at", timeText(exchange.at, true)), fate = fateOf(exchange);
  at.dateTime = at.title = exchange.at;
  row.summary.replaceChildren(
    at, kindOf(exchange),
    headlineOf(exchange),
    Object.assign(make("span", "fate", fate.text), {title: fate.title}),
  );
  row.summary.lastChild.dataset.state = fate.state;
  if (row.details.open) fill(row);
}

function kindOf(exchange) {
  const [arrow, word] = exchange.kind === "callback" ? ["←", "callback"] : ["→", "request"];
  const kind = make("span", `kind ${exchange.kind}`, arrow);
  kind.append(make("span", "hidden", ` ${word}`));
  kind.title = word;
  return kind;
}

/* What it is about in a few words: the verb and the end of the path, and for a message its type and person. */
function headlineOf(exchange) {
  const what = make("span", "what"), [first, ...more] = headline(exchange);
  what.append(make("strong", "", first), ` ${more.join(" ")}`);
  what.title = `${exchange.method} ${exchange.url}`;
  return what;
}

function headline(exchange) {
  if (exchange.kind === "callback") {
    const [first = exchange.url, ...more] = exchange.about, person = personOf(parsed(exchange.body?.text));
    return [first.split(" ")[0], person, more.length ? `and ${more.length} more` : ""].filter(Boolean);
  }
  const {pathname, search} = new URL(exchange.url, location.origin);
  const parts = pathname.split("/").filter(Boolean), body = parsed(exchange.body?.text) ?? {};
  const short = parts.length > 2 ? parts.slice(2).join("/") : parts.at(-1);
  const facts = [body.status ?? body.template?.name ?? body.type, body.to];
  return [exchange.method, `${short}${search}`, ...facts.filter((fact) => typeof fact === "string")];
}

function personOf(payload) {
  const value = payload?.entry?.[0]?.changes?.[0]?.value;
  const status = value?.statuses?.[0], message = value?.messages?.[0];
  return status?.recipient_id ?? status?.recipient_user_id ?? message?.from ?? message?.from_user_id;
}

function parsed(text) {
  try { return JSON.parse(text); } catch { return null; }
}

function fateOf(exchange) {
  const {status, failure, ended_at: ended} = exchange;
  if (!ended) return {text: "open", state: "open", title: "No answer yet"};
  const took = shortLength((Date.parse(ended) - Date.parse(exchange.at)) / 1000);
  if (failure) return {text: "no answer", state: "bad", title: `${failure} after ${took}`};
  const fine = exchange.kind === "callback" ? status === 200 : status < 400;
  const code = /"code"\s*:\s*(\d+)/.exec(exchange.answer?.text ?? "");
  const text = fine || !code ? String(status) : `${status} · ${code[1]}`;
  return {text: `${fine ? "✓" : "!"} ${text}`, state: fine ? "fine" : "bad", title: `${took} of sandbox time`};
}

/* The parts of an opened exchange. */
function fill({exchange, body}) {
  const parts = [toolsOf(exchange), factsOf(exchange)];
  parts.push(...part("Sent", exchange.headers, exchange.body));
  if (exchange.ended_at) parts.push(...part("Answered", exchange.answer_headers, exchange.answer));
  body.replaceChildren(...parts);
}

function toolsOf(exchange) {
  const tools = make("div", "row"), command = asCurl(exchange), lacks = curlLacks(exchange);
  const copy = makeButton("Copy as curl", "", () => copyText(command, copy));
  tools.append(copy);
  if (exchange.body?.text !== undefined) {
    const text = makeButton("Copy body", "", () => copyText(exchange.body.text, text));
    tools.append(text);
  }
  for (const wamid of wamidsOf(exchange)) {
    const follow = makeButton("Follow the message", "", () => followMessage(wamid));
    follow.title = wamid;
    tools.append(follow);
  }
  const shell = make("details", "shell"), code = make("pre", "", command);
  code.tabIndex = 0;
  shell.append(make("summary", "", "The command"), code);
  if (lacks) shell.append(make("p", "quiet", lacks));
  tools.append(shell);
  return tools;
}

function wamidsOf(exchange) {
  const text = [exchange.body?.text, exchange.answer?.text, exchange.about.join(" ")].join(" ");
  return [...new Set(text.replaceAll("\\/", "/").match(WAMID) ?? [])].slice(0, 3);
}

function factsOf(exchange) {
  const facts = make("dl"), add = (name, value) => facts.append(make("dt", "", name), make("dd", "", value));
  add("Address", exchange.url);
  if (exchange.ended_at) {
    const took = (Date.parse(exchange.ended_at) - Date.parse(exchange.at)) / 1000;
    add("Took", `${shortLength(took)} of sandbox time`);
  }
  if (exchange.kind === "callback") {
    add("Signature", exchange.headers["X-Hub-Signature-256"] ?? "none");
    add("Attempt", String(exchange.attempt));
    if (exchange.next_try_at) add("Next try", `${timeText(exchange.next_try_at, true)} (${exchange.next_try_at})`);
  }
  if (exchange.ended_at) add("Answer", exchange.failure ? `none: ${exchange.failure}` : String(exchange.status));
  return facts;
}

function part(title, headers, body) {
  const nodes = [make("h3", "", title)], names = Object.entries(headers ?? {});
  if (names.length) {
    const list = make("dl"), folded = make("details", "shell");
    for (const [name, value] of names) list.append(make("dt", "", name), make("dd", "", value));
    folded.append(make("summary", "", `${names.length} headers`), list);
    nodes.push(folded);
  }
  nodes.push(bodyOf(body));
  return nodes;
}

function bodyOf(body) {
  if (!body || body.size === 0) return make("p", "quiet", "No body.");
  const about = [body.type, sizeText(body.size)].filter(Boolean).join(", ");
  if (body.text === undefined) return make("p", "quiet", `Not shown: ${about}.`);
  const shown = make("pre", "", pretty(body.text));
  shown.tabIndex = 0;
  shown.setAttribute("aria-label", `Body, ${about}`);
  return shown;
}

function pretty(text) {
  const value = parsed(text);
  return value === null ? text : JSON.stringify(value, null, 2);
}

function sift() {
  for (const row of rows.values()) row.item.hidden = !passes(row);
}

function passes({item, exchange, words}) {
  const kind = byId("traffic-kind").value, wanted = byId("filter").value.trim().toLowerCase();
  if (kind === "trouble" ? fateOf(exchange).state !== "bad" : kind !== "all" && item.dataset.kind !== kind) return false;
  return !wanted || words.includes(wanted) || words.includes(wanted.replaceAll("/", "\\\\/"));
}
