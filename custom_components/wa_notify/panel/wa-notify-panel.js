/* The panel of WhatsApp Notify. Home Assistant sets hass, narrow, route and panel of the element. */

import {make} from "./dom.js";
import {Feed} from "./feed.js";
import {makeFrame} from "./frame.js";
import {readRoute} from "./route.js";
import {speaker} from "./texts.js";
import {wording} from "./words.js";

const TICK = 10000;
const STYLES = ["panel.css", "parts.css", "ticket.css"];

class WaNotifyPanel extends HTMLElement {
  #hass = null;
  #route = null;
  #narrow = false;
  #spoken = "";
  #planned = false;
  #offset = 0;

  constructor() {
    super();
    this.attachShadow({mode: "open"});
    this.entries = null;
    this.snapshot = null;
    this.state = "connecting";
    this.place = readRoute(null);
  }

  get hass() { return this.#hass; }

  /* Called with every change in the house; few of them concern the panel. */
  set hass(hass) {
    const before = this.#hass;
    this.#hass = hass;
    if (this.feed) this.feed.hass = hass;
    if (!before) this.#begin();
    if (this.feed && this.#spoken !== spokenIn(hass)) this.#furnish();
    this.dataset.theme = hass.themes?.darkMode ? "dark" : "light";
    if (before?.dockedSidebar !== hass.dockedSidebar) this.render();
  }

  get narrow() { return this.#narrow; }

  set narrow(narrow) {
    this.#narrow = narrow;
    this.toggleAttribute("narrow", narrow);
    this.render();
  }

  get route() { return this.#route; }

  set route(route) {
    this.#route = route;
    this.#follow();
  }

  get prefix() { return this.#route?.prefix ?? "/wa-notify"; }

  now() { return Date.now() + this.#offset; }

  connectedCallback() {
    this.ticking = setInterval(() => this.render(), TICK);
    this.#begin();
  }

  disconnectedCallback() {
    clearInterval(this.ticking);
    this.feed?.close();
    this.feed = null;
  }

  render() {
    if (this.#planned) return;
    this.#planned = true;
    requestAnimationFrame(() => {
      this.#planned = false;
      if (this.isConnected && this.frame) this.frame.render();
    });
  }

  /* Read the open ticket again, since something may have happened to it. */
  readTicket() {
    if (this.place.number && this.snapshot) this.frame?.ticket.read(this.place.entry, this.place.number);
  }

  #begin() {
    if (!this.#hass || !this.isConnected || this.feed) return;
    this.feed = new Feed(this.#hass, (change) => this.#take(change));
    this.#furnish();
    this.feed.start();
  }

  /* Lay everything out, in the language of the moment. */
  #furnish() {
    const say = speaker(this.#hass.language || "en"), root = make("div", "root"), links = STYLES.map(styleLink);
    this.#spoken = spokenIn(this.#hass);
    this.lang = say.language;
    root.hidden = true;
    this.shadowRoot.replaceChildren(...links, root);
    Promise.all(links.map(loaded)).then(() => { root.hidden = false; });
    this.frame = makeFrame(this, root, say, wording(this.#hass, say));
    this.readTicket();
    this.render();
  }

  #take({entries, snapshot, state}) {
    if (snapshot) {
      this.snapshot = snapshot;
      this.#offset = Date.parse(snapshot.now) - Date.now();
    }
    if (state) this.state = state;
    if (entries) {
      this.entries = entries;
      if (!entries.length) this.snapshot = null;
      this.#follow();
    }
    if (snapshot) this.readTicket();
    this.render();
  }

  /* Go where the address says; without a number of its own that is the first one. */
  #follow() {
    const before = this.place, place = readRoute(this.#route);
    const known = this.entries?.some((entry) => entry.entry_id === place.entry);
    this.place = {...place, entry: known || !this.entries?.length ? place.entry : this.entries[0].entry_id};
    if (this.entries?.length) {
      if (this.place.entry !== this.snapshot?.entry_id) this.snapshot = null;
      this.feed?.listen(this.place.entry);
    }
    if (this.place.number !== before.number || this.place.entry !== before.entry) this.readTicket();
    this.render();
  }
}

const spokenIn = ({language, locale, config}) => (
  JSON.stringify([language, locale?.time_format, locale?.time_zone, config?.time_zone])
);

function styleLink(name) {
  const link = make("link");
  link.rel = "stylesheet";
  link.href = new URL(name, import.meta.url).href;
  return link;
}

function loaded(link) {
  return new Promise((done) => {
    link.addEventListener("load", done);
    link.addEventListener("error", done);
  });
}

if (!customElements.get("wa-notify-panel")) customElements.define("wa-notify-panel", WaNotifyPanel);
