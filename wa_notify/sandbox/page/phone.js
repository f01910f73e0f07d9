/* One person's phone: who they are, what the phone can do, and a chat with each business number. */

import {makeChat, nameDays, scrollToEnd, updateChat} from "./chat.js";
import {allow, edit, makeComposer, quote} from "./composer.js";
import {make, makeButton, setText} from "./dom.js";
import {makeSettings, updateSettings} from "./settings.js";
import {makeWindow, showWindow} from "./window.js";
import {timeText} from "./words.js";

/* `now`: the sandbox's time in ms. */
export function makePhone(state, now) {
  const phone = {
    wa_id: state.wa_id, number: state.number, path: `phones/${encodeURIComponent(state.number)}`,
    now, chats: new Map(), current: "", state,
    can: () => !obstacleOf(phone),
    quote: (message) => quote(phone.composer, message),
    edit: (message) => edit(phone.composer, message),
    towards: () => (phone.chats.size > 1 ? {business: phone.current} : {}),
  };
  const id = `person-${state.wa_id}`;
  phone.box = make("section", "phone");
  phone.box.tabIndex = -1;
  phone.box.dataset.number = state.number;
  phone.box.setAttribute("aria-labelledby", id);
  phone.frame = make("div", "frame");
  phone.time = make("span");
  phone.signal = make("span");
  phone.tabs = make("div", "tabs");
  phone.tabs.setAttribute("role", "group");
  phone.tabs.setAttribute("aria-label", "Chats");
  phone.screen = make("div", "screen");
  const status = make("div", "status");
  status.setAttribute("aria-hidden", "true");
  status.append(phone.time, phone.signal);
  phone.composer = makeComposer(phone);
  phone.frame.append(status, phone.tabs, phone.screen, phone.composer.form);
  phone.box.append(headOf(phone, id), phone.frame);
  return phone;
}

/* Take in the state of the person and the messages that changed; returns how many chats got something. */
export function updatePhone(phone, state) {
  phone.state = state;
  setText(phone.name, state.name);
  setText(phone.shownNumber, state.username ? `${state.number}, @${state.username}` : state.number);
  setText(phone.signal, state.online ? (state.on_whatsapp ? "" : "not on WhatsApp") : "off");
  phone.box.classList.toggle("off", !state.online);
  for (const chat of state.chats) {
    if (!phone.chats.has(chat.phone_number_id)) addChat(phone, chat);
    updateSide(phone, phone.chats.get(chat.phone_number_id), chat);
  }
  showChatInFront(phone);
  let arrived = 0;
  for (const [number, side] of phone.chats) {
    const messages = state.messages.filter((message) => message.phone_number_id === number);
    if (messages.length === 0) continue;
    const news = updateChat(side.chat, messages);
    if (news) arrived += 1;
    if (news && number !== phone.current) side.tab.classList.add("news");
  }
  return arrived;
}

export function tickPhone(phone) {
  setText(phone.time, timeText(phone.now()));
  for (const side of phone.chats.values()) showWindow(side.window, phone.now());
}

export function nameDaysOf(phone) {
  for (const side of phone.chats.values()) nameDays(side.chat);
}

/* To be called once the phone can be seen: what is hidden has no height to scroll. */
export function showNewest(phone) {
  const side = phone.chats.get(phone.current);
  if (side?.chat.pinned) scrollToEnd(side.chat);
}

function headOf(phone, id) {
  const head = make("header", "person"), words = make("div");
  phone.name = make("h2");
  phone.name.id = id;
  phone.shownNumber = make("p", "quiet");
  words.append(phone.name, phone.shownNumber);
  phone.settings = makeSettings(phone);
  head.append(words, phone.settings.details);
  return head;
}

function addChat(phone, state) {
  const number = state.phone_number_id, first = phone.chats.size === 0;
  const chat = makeChat(phone, number, `Chat of ${phone.number} with ${state.name}`);
  const side = {chat, box: make("div", "side"), window: makeWindow(), name: make("p", "business")};
  side.tab = makeButton(state.name, "tab", () => choose(phone, number));
  side.typing = make("p", "typing");
  side.typing.append(make("span", "dots"), make("span", "hidden", "The business is typing"));
  const head = make("div", "chat-head"), words = make("div");
  words.append(side.name, side.window.text);
  head.append(side.window.ring, words);
  side.box.append(head, side.window.badge, chat.list, side.typing, chat.toEnd);
  phone.tabs.append(side.tab);
  phone.screen.append(side.box);
  phone.chats.set(number, side);
  phone.tabs.hidden = phone.chats.size < 2;
  if (first) choose(phone, number);
  else side.box.hidden = true;
}

function updateSide(phone, side, state) {
  setText(side.name, state.name);
  setText(side.tab, state.name);
  side.window.until = state.window.until ? Date.parse(state.window.until) : null;
  side.typing.hidden = !state.typing;
}

const chatInFront = (phone) => phone.state.chats.find((chat) => chat.phone_number_id === phone.current);

function obstacleOf(phone) {
  const {online, on_whatsapp: onWhatsApp} = phone.state;
  if (!online) return "The phone is off";
  if (!onWhatsApp) return "Not on WhatsApp";
  return chatInFront(phone)?.blocked ? "Blocked" : "";
}

/* What hangs on the chat that is open: whether one can write, and some of the settings. */
function showChatInFront(phone) {
  allow(phone.composer, obstacleOf(phone));
  updateSettings(phone.settings, phone.state, chatInFront(phone));
}

function choose(phone, number) {
  phone.current = number;
  for (const [other, side] of phone.chats) {
    side.box.hidden = other !== number;
    side.tab.setAttribute("aria-pressed", String(other === number));
    if (other === number) side.tab.classList.remove("news");
  }
  showChatInFront(phone);
  showNewest(phone);
}
