/* A stand-in for the frontend of Home Assistant, as far as the panel knows it. The test sets `window.laid`. */

const {entries, snapshots, story, history: ledger, language, dark, narrow} = window.laid;
const house = {calls: [], asked: [], menus: 0, refuses: null, gone: false, listeners: {}, ends: 0};
const clone = (value) => structuredClone(value);
let hear = () => {};

const connection = {
  addEventListener: (name, listener) => { (house.listeners[name] ??= new Set()).add(listener); },
  removeEventListener: (name, listener) => house.listeners[name]?.delete(listener),
  async subscribeMessage(callback, message) {
    house.asked.push(message);
    if (house.gone) throw {code: "unknown_command", message: "Unknown command."};
    hear = callback;
    queueMicrotask(() => callback(clone(snapshots[message.entry_id])));
    return async () => { house.ends += 1; };
  },
};

async function callWS(message) {
  house.asked.push(message);
  if (house.gone) throw {code: 3, message: "Connection lost"};
  switch (message.type) {
    case "wa_notify/entries": return clone(entries);
    case "wa_notify/history": return clone(ledger);
    case "wa_notify/reveal": return {number: "+447700900123"};
    case "wa_notify/ticket":
      if (message.number === story.ticket.number) return clone(story);
      throw {code: "not_found", message: "There is no such ticket."};
    default: throw {code: "unknown_command", message: "Unknown command."};
  }
}

async function callService(...call) {
  house.calls.push(call);
  if (house.refuses) throw house.refuses;
}

await import("/panel/wa-notify-panel.js");
const panel = document.createElement("wa-notify-panel");
const hass = {
  callWS, callService, connection, language, dockedSidebar: "docked",
  themes: {darkMode: dark}, locale: {language, time_format: "24", time_zone: "server"}, config: {time_zone: "UTC"},
};

function place() {
  panel.route = {prefix: "/wa-notify", path: location.pathname.slice("/wa-notify".length)};
}

Object.assign(house, {
  snapshots, story, panel,
  /* Tell the panel of a change. */
  tell: (change) => { Object.assign(snapshots["01KENTRY"], change); hear(clone(snapshots["01KENTRY"])); },
  say: (event) => hear(event),
  fire: (name) => { for (const listener of house.listeners[name] ?? []) listener(); },
  set: (change) => { Object.assign(hass, change); panel.hass = {...hass}; },
});
window.house = house;
document.documentElement.toggleAttribute("data-dark", dark);
addEventListener("location-changed", place);
addEventListener("popstate", place);
panel.addEventListener("hass-toggle-menu", () => { house.menus += 1; });
panel.hass = hass;
panel.narrow = narrow;
place();
document.body.append(panel);
