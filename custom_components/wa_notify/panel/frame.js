/* The frame of the panel: head, banner, overview, the two views, and everything they share. */

import {makeDialog} from "./dialog.js";
import {go, inward, make, makeButton, setText} from "./dom.js";
import {askHelp, startKeys} from "./keys.js";
import {makePeople} from "./people.js";
import {pathTo} from "./route.js";
import {askSilence, makeSilence} from "./silence.js";
import {makeStrip, makeTroubles} from "./strip.js";
import {makeTicket} from "./ticket.js";
import {makeTickets} from "./tickets.js";

const INTEGRATION = "/config/integrations/integration/wa_notify";

/* `panel` is the element: its hass, feed, place, entries, snapshot and state of the feed. */
export function makeFrame(panel, root, say, words) {
  const app = {
    say, words, feed: panel.feed,
    now: () => panel.now(),
    place: () => panel.place,
    render: () => panel.render(),
    link: (view, number = null) => pathTo(panel.prefix, panel.place.entry, view, number),
    goTo: (view, number = null) => go(app.link(view, number)),
    openDialog: (what) => dialog.open(what),
    closeDialog: () => dialog.close(),
    askSilence: (opener) => askSilence(app, opener),
    reasonOf: (error) => error?.message || say("failed.silent"),
    complain,
    deed,
    toSearch: () => { app.goTo("tickets"); panel.render(); tickets.search.focus(); },
    step: (way) => tickets.step(way),
    acknowledge,
    leave: () => { if (panel.place.number) app.goTo("tickets"); },
  };
  const dialog = makeDialog(say), strip = makeStrip(app), troubles = makeTroubles(app), silence = makeSilence(app);
  const tickets = makeTickets(app), ticket = makeTicket(app), people = makePeople(app), head = makeHead(panel, app);
  const complaint = make("div", "complaint"), complained = make("p"), spoken = make("p", "heard"), main = make("main");
  const none = makeNone(say), content = make("div", "content"), split = make("div", "split"), tabs = makeTabs(app);
  const skip = makeButton(say("skip"), "skip", () => main.focus());
  complaint.append(complained, makeButton(say("close"), "", () => { complaint.hidden = true; }));
  complaint.setAttribute("role", "alert");
  complaint.hidden = true;
  spoken.setAttribute("role", "status");
  main.tabIndex = -1;
  split.append(tickets.node, ticket.node);
  content.append(silence.node, troubles.node, strip.node, tabs.node, split, people.node);
  main.append(none, content);
  root.append(skip, head.node, complaint, main, spoken, dialog.node);
  startKeys(root, app);

  function complain(error) {
    setText(complained, say("failed", {why: app.reasonOf(error)}));
    complaint.hidden = false;
  }

  /* Do something by an action of the integration. The button that asked for it waits for the answer. */
  async function deed(action, values = {}, button = null, target = undefined) {
    if (button?.getAttribute("aria-disabled")) return;
    const data = target ? values : {config_entry_id: panel.place.entry, ...values};
    complaint.hidden = true;
    setText(spoken, "");
    button?.setAttribute("aria-disabled", "true");
    try {
      await panel.hass.callService("wa_notify", action, data, target, false);
      setText(spoken, say("done"));
      panel.readTicket();
    } catch (error) {
      complain(error);
    } finally {
      button?.removeAttribute("aria-disabled");
    }
  }

  function acknowledge() {
    const number = tickets.focused() ?? panel.place.number;
    if (number === ticket.number && panel.place.number) ticket.acknowledge();
    else if (number) deed("acknowledge", {ticket: number});
  }

  let opened = null;
  return {
    ticket,
    render() {
      const {snapshot, place, entries} = panel, hasOne = Boolean(snapshot), now = panel.now();
      head.show();
      none.hidden = entries === null || entries.length > 0;
      content.hidden = !hasOne;
      if (!hasOne) return;
      silence.show(snapshot, now);
      troubles.show(snapshot, now);
      strip.show(snapshot, now);
      tabs.show(snapshot, place);
      split.hidden = place.view !== "tickets";
      people.node.hidden = place.view !== "people";
      split.classList.toggle("opened", place.number !== null);
      content.classList.toggle("reading", place.view === "tickets" && place.number !== null);
      ticket.node.hidden = place.number === null;
      tickets.show(snapshot, now, place.number);
      if (place.number) ticket.show();
      people.show(snapshot, now);
      if (place.number !== opened) {
        if (place.number) ticket.heading.focus({preventScroll: !panel.narrow});
        else if (opened !== null) main.focus({preventScroll: true});
        opened = place.number;
      }
    },
  };
}

function makeHead(panel, app) {
  const {say} = app, node = make("header", "head"), title = make("h1", "", say("title")), choice = make("select");
  const menu = makeButton(say("menu"), "plain", () => {
    panel.dispatchEvent(new CustomEvent("hass-toggle-menu", {bubbles: true, composed: true}));
  }, "menu");
  const help = makeButton(say("help"), "plain", () => askHelp(app), "keyboard");
  const state = make("span", "pill"), number = make("span", "number");
  state.setAttribute("role", "status");
  choice.setAttribute("aria-label", say("number.choose"));
  choice.addEventListener("change", () => go(pathTo(panel.prefix, choice.value, panel.place.view)));
  node.append(menu, title, number, choice, state, help);
  return {node, show() {
    const entries = panel.entries ?? [], labels = JSON.stringify(entries);
    menu.hidden = !panel.narrow && panel.hass.dockedSidebar !== "always_hidden";
    number.hidden = entries.length !== 1;
    choice.hidden = entries.length < 2;
    if (choice.dataset.labels !== labels) {
      choice.dataset.labels = labels;
      choice.replaceChildren(...entries.map((entry) => {
        const option = make("option", "", entry.title);
        option.value = entry.entry_id;
        return option;
      }));
    }
    choice.value = panel.place.entry;
    setText(number, entries[0]?.title ?? "");
    state.dataset.state = panel.state;
    setText(state, say(`feed.${panel.state}`));
  }};
}

function makeTabs(app) {
  const {say} = app, node = make("nav", "tabs"), links = {};
  node.setAttribute("aria-label", say("views"));
  for (const view of ["tickets", "people"]) {
    links[view] = inward("tab", "");
    node.append(links[view]);
  }
  return {node, show({tickets, recipients}, place) {
    const counts = {tickets: tickets.length, people: recipients.length};
    for (const [view, link] of Object.entries(links)) {
      link.href = app.link(view);
      setText(link, `${say(`view.${view}`)} (${counts[view]})`);
      if (place.view === view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }};
}

function makeNone(say) {
  const node = make("div", "card empty"), link = inward("", say("none.link"));
  link.href = INTEGRATION;
  node.append(make("h2", "", say("none.title")), make("p", "", say("none.text")), link);
  return node;
}
