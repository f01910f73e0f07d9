/* One chat of a phone: its messages in order, kept in step with the sandbox without moving what is being read. */

import {makeBubble, quoteOf, showReactions, updateBubble} from "./bubble.js";
import {make, makeButton} from "./dom.js";
import {openAnswer} from "./asking.js";
import {openMenu, openList} from "./choices.js";
import {dayName, dayText} from "./words.js";
import {act} from "./wire.js";

const toScroll = new Set();
const MOST_SHOWN = 300, NEAR_END = 48, FLASH_MS = 1200;

/* `phone`: what the chats of a phone share: path, frame, quote(message), now(). */
export function makeChat(phone, number, label) {
  const list = make("div", "chat");
  list.tabIndex = 0;
  list.setAttribute("role", "log");
  list.setAttribute("aria-label", label);
  const toEnd = makeButton("New messages", "to-end", () => scrollToEnd(chat));
  toEnd.hidden = true;
  const chat = {phone, number, list, toEnd, bubbles: new Map(), reactions: new Map(), day: "", pinned: true};
  list.addEventListener("scroll", () => {
    chat.pinned = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
    if (chat.pinned) toEnd.hidden = true;
  }, {passive: true});
  list.addEventListener("load", () => { if (chat.pinned) scrollToEnd(chat); }, true);  // pictures come later
  list.addEventListener("keydown", (event) => onKey(chat, event));
  return chat;
}

/* Take in what changed; says whether something came from the business. */
export function updateChat(chat, messages) {
  const touched = new Set();
  let arrived = false;
  for (const message of messages) {
    if (message.kind === "reaction") touched.add(keepReaction(chat, message));
    else if (chat.bubbles.has(message.wamid)) change(chat, message);
    else {
      add(chat, message);
      arrived ||= message.direction === "out";
      touched.add(message.wamid);
    }
  }
  for (const wamid of touched) react(chat, wamid);
  if (chat.pinned) {
    trim(chat);
    scrollToEnd(chat);
  } else if (arrived) chat.toEnd.hidden = false;
  return arrived;
}

/* Once everything is in its place: to measure each chat by itself would lay out the page once for each. */
export function scrollToEnd(chat) {
  if (toScroll.size === 0) requestAnimationFrame(scrollAll);
  toScroll.add(chat);
  chat.pinned = true;
  chat.toEnd.hidden = true;
}

function scrollAll() {
  const heights = [...toScroll].map((chat) => chat.list.scrollHeight);
  for (const chat of toScroll) chat.list.scrollTop = heights.shift();
  toScroll.clear();
}

/* Name the days anew: what was today is yesterday once the clock has moved on. */
export function nameDays(chat) {
  for (const day of chat.list.querySelectorAll(".day > span")) {
    const name = dayName(Number(day.dataset.at), chat.phone.now());
    if (day.textContent !== name) day.textContent = name;
  }
}

function add(chat, message) {
  const at = Date.parse(message.sent_at), day = dayText(at);
  if (day !== chat.day) {
    const line = make("p", "day"), name = make("span", "", dayName(at, chat.phone.now()));
    name.dataset.at = at;
    name.title = day;
    line.append(name);
    chat.list.append(line);
    chat.day = day;
  }
  const parts = build(chat, message);
  chat.list.append(parts.item);
  chat.bubbles.set(message.wamid, parts);
}

function build(chat, message) {
  const {phone} = chat, quoted = chat.bubbles.get(message.quoted);
  const parts = makeBubble(message, quoted && quoteOf(quoted.message), {
    tap: (button) => act(`${phone.path}/reply`, {tap: button.title, on: message.wamid}),
    openList: () => openList(phone, message),
    answer: (button) => openAnswer(phone, message, button),
    play: () => act(`${phone.path}/play`, {wamid: message.wamid}),
    openMenu: () => openMenu(phone, parts.message, hasReacted(chat, message.wamid)),
    goTo: (wamid) => goTo(chat, wamid),
  });
  return parts;
}

/* Ticks move in place; a text that was changed or taken back is drawn anew where it stands. */
function change(chat, message) {
  const parts = chat.bubbles.get(message.wamid), before = parts.message;
  if (before.body === message.body && before.kind === message.kind && before.edited === message.edited) {
    updateBubble(parts, message);
    return;
  }
  const focused = parts.item.contains(document.activeElement), fresh = build(chat, message);
  parts.item.replaceWith(fresh.item);
  chat.bubbles.set(message.wamid, fresh);
  react(chat, message.wamid);
  if (focused) fresh.item.focus();
}

function keepReaction(chat, message) {
  const there = message.on_screen || message.status === "sent";
  const of = chat.reactions.get(message.target) ?? {};
  if (there) of[message.direction] = message;
  chat.reactions.set(message.target, of);
  return message.target;
}

function react(chat, wamid) {
  const parts = chat.bubbles.get(wamid), of = chat.reactions.get(wamid);
  if (parts && of) showReactions(parts, Object.values(of).filter((reaction) => reaction.body));
}

function hasReacted(chat, wamid) {
  return Boolean(chat.reactions.get(wamid)?.in?.body);
}

function goTo(chat, wamid) {
  const parts = chat.bubbles.get(wamid);
  if (!parts) return;
  parts.item.scrollIntoView({block: "center"});
  parts.item.focus({preventScroll: true});
  parts.item.classList.add("flash");
  setTimeout(() => parts.item.classList.remove("flash"), FLASH_MS);
}

function trim(chat) {
  while (chat.bubbles.size > MOST_SHOWN) {
    const [wamid, parts] = chat.bubbles.entries().next().value;
    if (parts.item.contains(document.activeElement)) return;
    parts.item.remove();
    chat.bubbles.delete(wamid);
    chat.reactions.delete(wamid);
  }
}

/* Arrows go from message to message, Enter asks what can be done with one. */
function onKey(chat, event) {
  if (event.target !== chat.list && !event.target.matches(".message")) return;
  const items = [...chat.list.querySelectorAll(".message")];
  if (event.key === "Enter" && event.target !== chat.list) {
    event.preventDefault();
    const {wamid} = event.target.dataset;
    openMenu(chat.phone, chat.bubbles.get(wamid).message, hasReacted(chat, wamid));
  }
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (!step || items.length === 0) return;
  event.preventDefault();
  const at = items.indexOf(event.target), next = at < 0 ? items.length - 1 : at + step;
  const target = items[Math.min(Math.max(next, 0), items.length - 1)];
  target.focus({preventScroll: true});
  target.scrollIntoView({block: "nearest"});
}
