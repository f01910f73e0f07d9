/* The settings of a phone: what is true of the person, and how they hold it with the business of the open chat. */

import {make} from "./dom.js";
import {addSwitch, showSwitch} from "./switches.js";
import {act} from "./wire.js";

const PERSON = [
  ["online", "Phone on"], ["reads", "Read receipts"], ["on_whatsapp", "On WhatsApp"],
  ["app_outdated", "App is outdated"], ["terms_accepted", "Terms accepted"],
  ["in_experiment", "In an experiment"], ["hides_number", "Hides the number"],
];
const CHAT = [
  ["open", "Chat open on the screen", (open) => ["chat", {open}]],
  ["blocked", "Blocks the business", (blocked) => ["chat", {blocked}]],
  ["marketing_stopped", "Stopped its marketing", (stopped) => ["prefer", {value: stopped ? "stop" : "resume"}]],
];

/* `phone`: path, current (the business number of the open chat), state. */
export function makeSettings(phone) {
  const details = make("details", "settings"), list = make("div", "switches");
  const settings = {details, person: {}, chat: {}, username: make("input")};
  details.append(make("summary", "", "Settings"), list);
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.stopPropagation();
    details.open = false;
    details.querySelector("summary").focus();
  });
  for (const [field, label] of PERSON) {
    settings.person[field] = addSwitch(list, label, (on) => act(phone.path, {[field]: on}));
  }
  list.append(usernameOf(phone, settings.username), make("h3", "", "This chat"));
  for (const [field, label, deed] of CHAT) {
    settings.chat[field] = addSwitch(list, label, (on) => {
      const [path, values] = deed(on);
      return act(`${phone.path}/${path}`, {...values, business: phone.current});
    });
  }
  return settings;
}

/* `chat`: the state of the chat that is open. */
export function updateSettings(settings, state, chat) {
  for (const [field, box] of Object.entries(settings.person)) showSwitch(box, state[field]);
  for (const [field, box] of Object.entries(settings.chat)) showSwitch(box, Boolean(chat?.[field]));
  if (document.activeElement !== settings.username) settings.username.value = state.username;
}

function usernameOf(phone, input) {
  const row = make("label", "named");
  input.autocomplete = "off";
  input.placeholder = "none";
  input.addEventListener("change", () => act(phone.path, {username: input.value.trim().replace(/^@/, "")}));
  row.append(make("span", "", "Username"), input);
  return row;
}
