"use strict";
/* The page of the sandbox: every phone as its owner sees it. All text from outside goes through textContent. */

const TICKS = {
  accepted: ["◷", "accepted"], sent: ["✓", "sent"], delivered: ["✓✓", "delivered"],
  read: ["✓✓", "read"], failed: ["!", "failed"], expired: ["–", "expired, never arrived"],
};
const WORDS = {
  131047: "The window was closed: only a template gets through.",
  131026: "This person cannot be reached on WhatsApp.",
  131053: "The picture or file behind the link could not be fetched.",
};
const TAPPABLE = new Set(["quick_reply", "reply", "row"]);
const MARKS = /```([^`]+)```|`([^`\n]+)`|\*([^*\n]+)\*|_([^_\n]+)_|~([^~\n]+)~/g;
const MARK_ELEMENTS = ["code", "code", "strong", "em", "s"];
const WINDOW_SECONDS = 86400, CLOSING_SECONDS = 3600, POLL_MS = 2000, LOG_SHOWN = 60;

const $ = (id) => document.getElementById(id);
const phones = new Map();     // wa_id -> the elements of a phone
let ahead = 0;                // sandbox time minus this machine's, in ms
let account = null, busy = false, again = false, lastLogged = 0, live = false;

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/* --- talking to the sandbox --- */

async function call(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body),
  };
  const response = await fetch("/_sandbox/" + path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || "The sandbox refused.");
  return answer;
}

async function act(path, body) {
  try {
    await call(path, body);
    complain("");
    refresh();
    return true;
  } catch (error) {
    complain(error.message);
    return false;
  }
}

function complain(text) {
  $("complaint").textContent = text;
  $("complaint").hidden = !text;
}

async function refresh() {
  if (busy) { again = true; return; }
  busy = true;
  try {
    show(await call("state"));
    if ($("happenings").open) await showLog();
    connection(live ? "live" : "polling");
  } catch {
    connection("paused");
  } finally {
    busy = false;
    if (again) { again = false; setTimeout(refresh, 60); }
  }
}

function connection(state) {
  const words = {live: "● Live", polling: "◌ Looking every 2 s", paused: "‖ Connection lost, trying again"};
  $("connection").dataset.state = state;
  if ($("connection").textContent !== words[state]) $("connection").textContent = words[state];
}

function listen() {
  const events = new EventSource("/_sandbox/events");
  events.addEventListener("open", () => { live = true; refresh(); });
  events.addEventListener("entry", () => refresh());
  events.addEventListener("error", () => { live = false; connection("paused"); });
  setInterval(() => { if (!live) refresh(); }, POLL_MS);
}

/* --- time --- */

const sandboxNow = () => Date.now() + ahead;

function clockText(at) {
  return new Date(at).toLocaleTimeString([], {hour: "2-digit", minute: "2-digit", hourCycle: "h23"});
}

function lengthText(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return minutes >= 1 ? `${minutes} min` : "less than a minute";
}

/* --- showing --- */

function show(state) {
  ahead = Date.parse(state.now) - Date.now();
  account = state.account;
  $("callbacks").textContent = account.callback_url
    ? `${account.verified_name}, ${account.display_phone_number}. Callbacks go to ${account.callback_url}`
    : `${account.verified_name}, ${account.display_phone_number}. Callbacks go nowhere yet.`;
  $("empty").hidden = state.phones.length > 0;
  $("command").textContent = helloCommand();
  for (const phone of state.phones) {
    if (!phones.has(phone.wa_id)) addPhone(phone);
    updatePhone(phones.get(phone.wa_id), phone);
  }
  tick();
}

function tick() {
  $("now").textContent = clockText(sandboxNow());
  $("now").title = new Date(sandboxNow()).toISOString();
  for (const parts of phones.values()) showWindow(parts);
}

function addPhone(phone) {
  const parts = {bubbles: new Map(), path: "phones/" + encodeURIComponent(phone.number)};
  const name = `phone-${phone.wa_id}`;
  parts.box = make("section", "phone");
  parts.box.tabIndex = -1;
  parts.box.dataset.number = phone.number;
  parts.box.setAttribute("aria-labelledby", name);
  parts.box.append(headOf(parts, phone, name));
  parts.chat = make("ol", "chat");
  parts.chat.tabIndex = 0;
  parts.chat.setAttribute("role", "log");
  parts.chat.setAttribute("aria-label", `Chat on ${phone.number}`);
  parts.typing = make("p", "typing", "The business is typing");
  parts.box.append(parts.chat, parts.typing, composerOf(parts, phone));
  $("phones").append(parts.box);
  phones.set(phone.wa_id, parts);
}

function headOf(parts, phone, id) {
  const head = make("header"), person = make("div", "person"), words = make("div");
  parts.name = make("h2");
  parts.name.id = id;
  parts.number = make("p", "quiet", phone.number);
  parts.window = make("p", "window");
  parts.ring = ring();
  words.append(parts.name, parts.number, parts.window);
  person.append(parts.ring, words);
  const switches = make("div", "switches");
  parts.switches = {};
  for (const [field, label] of [["online", "Phone on"], ["reads", "Read receipts"], ["on_whatsapp", "On WhatsApp"]]) {
    const box = make("input"), row = make("label");
    box.type = "checkbox";
    box.addEventListener("change", async () => {
      if (!await act(parts.path, {[field]: box.checked})) refresh();
    });
    row.append(box, make("span", "", label));
    switches.append(row);
    parts.switches[field] = box;
  }
  head.append(person, switches);
  return head;
}

function ring() {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 36 36");
  svg.setAttribute("class", "ring");
  svg.setAttribute("aria-hidden", "true");
  for (const part of ["track", "left"]) {
    const circle = document.createElementNS(space, "circle");
    for (const [key, value] of Object.entries({class: part, cx: 18, cy: 18, r: 15, pathLength: 100})) {
      circle.setAttribute(key, value);
    }
    if (part === "left") circle.setAttribute("transform", "rotate(-90 18 18)");
    svg.append(circle);
  }
  return svg;
}

function composerOf(parts, phone) {
  const form = make("form", "composer"), field = make("input");
  const send = make("button", "", "Send"), stop = make("button", "", "STOP");
  field.setAttribute("aria-label", `Write as ${phone.number}`);
  field.placeholder = "Write a message";
  field.autocomplete = "off";
  stop.type = "button";
  stop.title = "Send the word STOP, as somebody who wants no more messages";
  stop.addEventListener("click", () => act(parts.path + "/reply", {text: "STOP"}));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (field.value && await act(parts.path + "/reply", {text: field.value})) field.value = "";
  });
  form.append(field, send, stop);
  parts.writing = [field, send, stop];
  return form;
}

function updatePhone(parts, phone) {
  parts.until = phone.window.until ? Date.parse(phone.window.until) : null;
  if (parts.name.textContent !== phone.name) parts.name.textContent = phone.name;
  for (const [field, box] of Object.entries(parts.switches)) box.checked = phone[field];
  parts.typing.hidden = !phone.typing;
  for (const element of parts.writing) element.disabled = !(phone.online && phone.on_whatsapp);
  parts.writing[0].placeholder = phone.online ? "Write a message" : "The phone is off";
  const atEnd = parts.chat.scrollHeight - parts.chat.scrollTop - parts.chat.clientHeight < 40;
  for (const message of phone.messages) {
    if (!parts.bubbles.has(message.wamid)) addBubble(parts, message, phone.messages);
    updateBubble(parts.bubbles.get(message.wamid), message);
  }
  if (atEnd) parts.chat.scrollTop = parts.chat.scrollHeight;
}

function showWindow(parts) {
  const left = parts.until === null ? 0 : Math.max((parts.until - sandboxNow()) / 1000, 0);
  const state = left === 0 ? "closed" : left < CLOSING_SECONDS ? "closing" : "open";
  let text = "Window closed: only templates get through";
  if (left > 0) text = `Window open, ${lengthText(left)} left`;
  else if (parts.until !== null) text = `Window expired ${lengthText((sandboxNow() - parts.until) / 1000)} ago`;
  parts.window.dataset.state = parts.ring.dataset.state = state;
  parts.window.title = parts.until === null ? "" : `until ${new Date(parts.until).toISOString()}`;
  if (parts.window.textContent !== text) parts.window.textContent = text;
  const share = (left / WINDOW_SECONDS) * 100;
  parts.ring.lastChild.setAttribute("stroke-dasharray", `${share} ${100 - share}`);
  parts.ring.lastChild.setAttribute("visibility", left > 0 ? "visible" : "hidden");
}

function addBubble(parts, message, all) {
  const item = make("li", message.direction), bubble = make("div", "bubble");
  item.dataset.wamid = message.wamid;
  bubble.append(make("span", "hidden", message.direction === "out" ? "From the business: " : "From the phone: "));
  const quoted = all.find((other) => other.wamid === (message.quoted || message.target));
  if (quoted) bubble.append(make("div", "quote", quoted.body || quoted.header));
  if (message.header) bubble.append(make("div", "head", message.header));
  const body = make("div");
  body.append(...formatted(message.kind === "reaction" ? reactionText(message) : message.body));
  bubble.append(body);
  if (message.footer) bubble.append(make("div", "tail", message.footer));
  const meta = make("div", "meta"), time = make("time", "", clockText(message.sent_at));
  time.dateTime = time.title = message.sent_at;
  const ticks = make("span", "ticks");
  meta.append(time, " ", ticks);
  const failure = make("div", "failure");
  failure.hidden = true;
  bubble.append(failure, meta);
  item.append(bubble);
  const actions = make("div", "actions");
  for (const button of message.buttons) actions.append(actionOf(parts, message, button));
  if (message.buttons.length) item.append(actions);
  parts.chat.append(item);
  parts.bubbles.set(message.wamid, {item, ticks, failure, actions});
}

function reactionText(message) {
  return message.body ? `reacted ${message.body}` : "took the reaction back";
}

function actionOf(parts, message, button) {
  if (TAPPABLE.has(button.kind)) {
    const tap = make("button", "", button.title);
    tap.type = "button";
    if (button.description) tap.append(make("small", "", button.description));
    tap.addEventListener("click", () => act(parts.path + "/reply", {tap: button.title, on: message.wamid}));
    return tap;
  }
  if (/^https?:\/\//.test(button.url)) {
    const link = make("a", "", `${button.title} ↗`);
    link.href = link.title = button.url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  return make("span", "", button.title);
}

function updateBubble(shown, message) {
  const status = message.expired ? "expired" : message.status;
  shown.item.classList.toggle("under-way", !message.on_screen);
  shown.actions.hidden = !message.on_screen;
  if (shown.ticks.dataset.status === status) return;
  shown.ticks.dataset.status = status;
  const own = message.direction === "in" && status === "delivered";
  const [mark, word] = own ? ["✓✓", "delivered"] : TICKS[status];
  shown.ticks.textContent = `${mark} ${word}`;
  if (message.failure) {
    shown.failure.textContent = `${WORDS[message.failure.code] || message.failure.error_data.details} `;
    shown.failure.append(make("small", "", `(${message.failure.code} ${message.failure.title})`));
    shown.failure.hidden = false;
  }
}

/* The marks of chat text: bold, italic, struck, code. */
function formatted(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    nodes.push(document.createTextNode(text.slice(end, match.index)));
    const kind = match.slice(1).findIndex((part) => part !== undefined);
    nodes.push(make(MARK_ELEMENTS[kind], "", match[kind + 1]));
    end = match.index + match[0].length;
  }
  nodes.push(document.createTextNode(text.slice(end)));
  return nodes;
}

async function showLog() {
  const {entries} = await call(`log?after=${lastLogged}`);
  for (const entry of entries.slice(-LOG_SHOWN)) {
    const {number, at, what, ...facts} = entry;
    const row = make("li"), bad = what === "refused" || (what === "callback" && facts.answer !== 200);
    const time = make("span", "what", new Date(at).toLocaleTimeString([], {hourCycle: "h23"}));
    time.title = at;
    row.append(time, make("span", bad ? "bad" : "", what.replaceAll("_", " ")), make("span", "what", factsText(facts)));
    $("log").prepend(row);
    lastLogged = number;
  }
  while ($("log").children.length > LOG_SHOWN) $("log").lastChild.remove();
}

function factsText(facts) {
  return Object.entries(facts).filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `${key} ${typeof value === "object" ? JSON.stringify(value) : value}`).join(", ");
}

/* --- the first message --- */

function helloBody() {
  return {
    messaging_product: "whatsapp", to: "+447700900123", type: "template",
    template: {name: "hello_world", language: {code: "en_US"}},
  };
}

function helloCommand() {
  return `curl ${location.origin}/v26.0/${account.phone_number_id}/messages \\\n`
    + `  -H 'Authorization: Bearer ${account.access_token}' \\\n  -H 'Content-Type: application/json' \\\n`
    + `  -d '${JSON.stringify(helloBody())}'`;
}

async function sayHello() {
  const response = await fetch(`/v26.0/${account.phone_number_id}/messages`, {
    method: "POST", body: JSON.stringify(helloBody()),
    headers: {"Authorization": `Bearer ${account.access_token}`, "Content-Type": "application/json"},
  });
  if (!response.ok) complain((await response.json()).error.message);
  refresh();
}

/* --- the frame of the page --- */

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  $("theme").textContent = theme === "dark" ? "Light" : "Dark";
  $("theme").setAttribute("aria-label", `Switch to ${theme === "dark" ? "light" : "dark"} colours`);
}

function startTheme() {
  let kept = null;
  try { kept = localStorage.getItem("theme"); } catch { /* no storage: follow the system */ }
  setTheme(kept || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
  $("theme").addEventListener("click", () => {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    setTheme(theme);
    try { localStorage.setItem("theme", theme); } catch { /* for this visit only */ }
  });
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
  if (event.key === "/") { event.preventDefault(); $("number").focus(); }
  const step = {j: 1, k: -1}[event.key];
  if (!step || !phones.size) return;
  const boxes = [...phones.values()].map((parts) => parts.box);
  const at = boxes.findIndex((box) => box.contains(document.activeElement));
  const next = boxes[at < 0 ? 0 : (at + step + boxes.length) % boxes.length];
  next.focus();
  next.scrollIntoView({block: "nearest"});
}

startTheme();
document.addEventListener("keydown", onKey);
$("hello").addEventListener("click", sayHello);
$("happenings").addEventListener("toggle", refresh);
$("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const number = $("number").value.trim();
  if (await act("phones/" + encodeURIComponent(number), {})) $("number").value = "";
});
setInterval(tick, 1000);
refresh();
listen();
