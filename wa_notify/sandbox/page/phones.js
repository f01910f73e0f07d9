/* All phones side by side, and a strip of names: it leads to a phone, and on a narrow screen chooses the only one. */

import {byId, make, makeButton, setText} from "./dom.js";
import {makePhone, nameDaysOf, showNewest, tickPhone, updatePhone} from "./phone.js";

const phones = new Map();  // wa_id -> phone
let now = () => Date.now(), chosen = "";

export function startPhones(clock) {
  now = clock;
}

/* Take in the phones of a state. `whole`: it holds all messages, so that what is not in it is gone. */
export function showPhones(states, whole) {
  const there = new Set(states.map((state) => state.wa_id));
  for (const [wa_id, phone] of phones) if (!there.has(wa_id)) remove(phone);
  for (const state of states) {
    if (whole && phones.has(state.wa_id) && isBehind(phones.get(state.wa_id), state)) remove(phones.get(state.wa_id));
    const fresh = !phones.has(state.wa_id);
    if (fresh) add(state);
    const phone = phones.get(state.wa_id);
    const arrived = updatePhone(phone, state);
    setText(phone.tabName, state.name);
    if (arrived && !fresh && phone.wa_id !== chosen) phone.tab.classList.add("news");
  }
  byId("strip").hidden = phones.size === 0;
  if (!phones.has(chosen) && phones.size) choosePhone(phones.keys().next().value);
}

/* Another world has other people, even behind the same numbers. */
export function removePhones() {
  for (const phone of [...phones.values()]) remove(phone);
}

export function tickPhones() {
  for (const phone of phones.values()) tickPhone(phone);
}

export function nameDaysOfAll() {
  for (const phone of phones.values()) nameDaysOf(phone);
}

/* Step to the next or the previous phone. */
export function stepPhones(step) {
  const all = [...phones.values()];
  if (all.length === 0) return;
  const at = all.findIndex((phone) => phone.box.contains(document.activeElement));
  const next = all[at < 0 ? 0 : (at + step + all.length) % all.length];
  choosePhone(next.wa_id);
  next.box.focus({preventScroll: true});
  next.box.scrollIntoView({block: "nearest"});
}

export function choosePhone(wa_id) {
  chosen = wa_id;
  for (const phone of phones.values()) {
    const is = phone.wa_id === wa_id;
    phone.box.classList.toggle("chosen", is);
    phone.tab.setAttribute("aria-pressed", String(is));
    if (is) phone.tab.classList.remove("news");
  }
  showNewest(phones.get(wa_id));
}

function add(state) {
  const phone = makePhone(state, () => now());
  phone.tabName = make("span");
  phone.tab = makeButton("", "tab", () => {
    choosePhone(phone.wa_id);
    phone.box.scrollIntoView({block: "nearest", inline: "nearest"});
  });
  phone.tab.append(phone.tabName);
  phones.set(state.wa_id, phone);
  byId("strip").append(phone.tab);
  byId("phones").append(phone.box);
}

function remove(phone) {
  phone.box.remove();
  phone.tab.remove();
  phones.delete(phone.wa_id);
}

/* Whether the phone here shows chats or messages that the sandbox no longer knows: it was begun anew. */
function isBehind(phone, state) {
  const chats = new Set(state.chats.map((chat) => chat.phone_number_id));
  if ([...phone.chats.keys()].some((number) => !chats.has(number))) return true;
  const known = new Set(state.messages.map((message) => message.wamid));
  const shown = [...phone.chats.values()].flatMap((side) => [...side.chat.bubbles.keys()]);
  return shown.length > 0 && !known.has(shown.at(-1));
}
