/* The open tickets, newest first, with a search over their words. */

import {inward, keep, make, makeButton, setText} from "./dom.js";

export const STATE_SHAPES = {open: "●", acknowledged: "✓", resolved: "✓", expired: "–"};
const GRAVE = ["critical", "emergency", "page", "disaster"];
const tried = (entry) => [
  "action: wa_notify.raise_alert", "data:", `  config_entry_id: ${entry}`, "  title: The freezer is warm",
].join("\n");

export function makeTickets(app) {
  const {say} = app, node = make("section", "tickets"), list = make("ul", "card rows");
  const search = make("input"), none = make("p", "quiet nothing"), bar = make("div", "bar");
  const hush = makeButton(`${say("silence")} …`, "", () => app.askSilence(hush));
  Object.assign(search, {type: "search", placeholder: say("tickets.search"), autocomplete: "off"});
  search.setAttribute("aria-label", say("tickets.search"));
  list.setAttribute("aria-label", say("tickets.list"));
  search.addEventListener("input", () => app.render());
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && numberIn(search.value)) app.goTo("tickets", numberIn(search.value));
    if (event.key === "Escape" && search.value) {
      event.stopPropagation();
      search.value = "";
      app.render();
    }
  });
  bar.append(search, hush);
  const empty = makeEmpty(app);
  node.append(bar, list, none, empty.node);

  return {
    node,
    search,
    show({tickets, silence}, now, chosen) {
      const wanted = search.value.trim().toLowerCase().replace(/^#/, "");
      const found = tickets.filter((ticket) => wordsOf(ticket).includes(wanted));
      keep(list, found, (ticket) => ticket.number, () => makeRow(app));
      for (const row of list.kept.values()) row.tick(now, chosen);
      bar.hidden = !tickets.length && !search.value && Boolean(silence);
      search.hidden = !tickets.length && !search.value;
      hush.hidden = Boolean(silence);
      empty.show(tickets.length === 0 && !wanted);
      list.hidden = found.length === 0;
      none.hidden = found.length > 0 || !wanted;
      setText(none, say(numberIn(wanted) ? "tickets.none" : "tickets.none.words"));
    },
    /* The focus goes to the next row, or the one before. */
    step(way) {
      const links = [...list.querySelectorAll("a")], at = links.indexOf(node.getRootNode().activeElement);
      const chosen = links.findIndex((link) => link.getAttribute("aria-current"));
      const from = at >= 0 ? at : chosen >= 0 ? chosen : way > 0 ? -1 : links.length;
      links[Math.min(Math.max(from + way, 0), links.length - 1)]?.focus();
    },
    focused: () => Number(node.getRootNode().activeElement?.closest("li")?.dataset.number) || null,
  };
}

const numberIn = (text) => Number(/^#?([1-9]\d{0,14})$/.exec(text.trim())?.[1] ?? 0);

const wordsOf = ({number, title, severity, rule, owner}) => (
  [number, title, severity, rule, owner].join(" ").toLowerCase()
);

function makeRow(app) {
  const {say, words} = app, node = make("li"), link = inward("title", "", () => app.goTo("tickets", shown.number));
  const state = make("span", "state"), number = make("span", "number"), severity = make("span", "severity");
  const owner = make("span", "owner"), since = words.time();
  since.node.classList.add("since");
  node.append(state, number, link, severity, owner, since.node);
  let shown = null;
  return {
    node,
    show(ticket) {
      shown = ticket;
      node.dataset.number = ticket.number;
      link.href = app.link("tickets", ticket.number);
      showState(say, state, ticket);
      setText(number, `#${ticket.number}`);
      setText(link, ticket.title || ticket.rule);
      showSeverity(severity, ticket.severity);
      setText(owner, ticket.owner || say("ticket.nobody"));
      owner.classList.toggle("quiet", !ticket.owner);
    },
    tick(now, chosen) {
      since.show(shown.opened_at, now);
      if (shown.number === chosen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    },
  };
}

export function showState(say, element, ticket) {
  element.dataset.state = ticket.state;
  setText(element, `${STATE_SHAPES[ticket.state]} ${say(`state.${ticket.state}`)}`);
}

export function showSeverity(element, severity) {
  setText(element, severity);
  element.hidden = !severity;
  element.dataset.grave = GRAVE.includes(severity.toLowerCase());
}

function makeEmpty({say, place}) {
  const node = make("div", "card empty"), code = make("pre");
  code.tabIndex = 0;
  node.append(
    make("h2", "", say("tickets.empty.title")), make("p", "", say("tickets.empty.text")),
    make("p", "", say("tickets.empty.step")), code,
  );
  return {node, show: (shown) => {
    node.hidden = !shown;
    setText(code, tried(place().entry));
  }};
}
