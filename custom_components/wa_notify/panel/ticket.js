/* One ticket: how it stands, what can be done with it, and its story. */

import {icon, inward, keep, make, makeButton, outward, place, setText} from "./dom.js";
import {showSeverity, showState} from "./tickets.js";
import {makeTimeline} from "./timeline.js";

const NEXT = ["remind_at", "repeat_at", "escalate_at", "release_at", "expires_at"];
const DEEDS = {
  open: ["acknowledge", "resolve", "escalate", "silence"],
  acknowledged: ["resolve", "release", "escalate", "silence"],
};

export function makeTicket(app) {
  const {say} = app, node = make("article", "ticket card"), heading = make("h2"), facts = make("div", "facts");
  const state = make("span", "state"), severity = make("span", "severity"), rule = make("span", "quiet");
  const episode = make("span", "quiet"), lines = make("dl", "when"), actions = make("div", "row deeds");
  const body = make("div"), message = make("p", "quiet nothing"), alerts = makeAlerts(app), timeline = makeTimeline(app);
  const back = inward("back", "", () => app.goTo("tickets"));
  const moments = makeMoments(app, lines);
  let story = null, owner = "", number = null, turn = 0, reading = false, again = false;
  heading.tabIndex = -1;
  back.append(icon("back"), make("span", "", say("ticket.back")));
  actions.setAttribute("role", "group");
  actions.setAttribute("aria-label", say("ticket.actions"));
  const buttons = Object.fromEntries(["acknowledge", "resolve", "release", "escalate", "silence"].map((name) => {
    const button = makeButton(say(`do.${name}`), name === "acknowledge" ? "main" : "", () => perform(name));
    return [name, button];
  }));
  facts.append(state, severity, rule, episode);
  body.append(facts, lines, actions, alerts.node, timeline.node);
  node.append(back, heading, message, body);

  function perform(name) {
    const values = {ticket: number, ...(name === "silence" ? {duration: {hours: 1}} : {})};
    return app.deed(name, values, buttons[name]);
  }

  function showStory() {
    const {ticket} = story;
    setText(heading, `#${ticket.number} ${ticket.title || ticket.rule}`);
    showState(say, state, ticket);
    showSeverity(severity, ticket.severity);
    setText(rule, say("ticket.rule", {rule: ticket.rule}));
    setText(episode, ticket.episode > 1 ? say("ticket.episode", {episode: ticket.episode}) : "");
    moments.show(ticket);
    const possible = DEEDS[ticket.state] ?? [];
    place(actions, possible.map((name) => buttons[name]));
    actions.hidden = possible.length === 0;
    alerts.show(story);
    timeline.show(story);
  }

  return {
    node,
    heading,
    get number() { return number; },
    acknowledge: () => (story?.ticket.state === "open" ? perform("acknowledge") : null),
    /* Read the story of that ticket; called again whenever something may have changed. */
    async read(entry, wanted) {
      if (wanted !== number || entry !== owner) {
        story = null;
        reading = false;
        [owner, number] = [entry, wanted];
        this.say(say("ticket.loading"));
      }
      again = reading;
      if (reading) return;
      reading = true;
      turn += 1;
      const mine = turn;
      try {
        const found = await app.feed.call("ticket", {number});
        if (mine === turn) story = found;
      } catch (error) {
        const why = error.code === "not_found" ? say("ticket.unknown", {number}) : app.reasonOf(error);
        if (mine === turn && !story) this.say(why);
      }
      if (mine !== turn) return;
      reading = false;
      app.render();
      if (again) this.read(entry, number);
    },
    say(text) {
      setText(heading, `#${number}`);
      setText(message, text);
      message.hidden = false;
      body.hidden = true;
    },
    show() {
      back.href = app.link("tickets");
      message.hidden = Boolean(story);
      body.hidden = !story;
      if (story) showStory();
    },
  };
}

/* Since when it is as it is, and what comes next by itself. */
function makeMoments({say, words, now}, list) {
  return {show(ticket) {
    const moments = [[say("ticket.opened"), ticket.opened_at]];
    if (ticket.owner) moments.push([say("ticket.taken", {owner: ticket.owner}), ticket.acknowledged_at]);
    if (ticket.resolved_at) {
      const by = ticket.resolved_by;
      moments.push([by ? say("ticket.over_by", {who: by}) : say("ticket.over"), ticket.resolved_at]);
    }
    for (const name of NEXT) if (ticket[name]) moments.push([say(`next.${name}`), ticket[name]]);
    keep(list, moments, ([label]) => label, () => {
      const node = make("div"), name = make("dt"), value = make("dd"), time = words.time();
      value.append(time.node);
      node.append(name, value);
      return {node, show: ([label, at]) => {
        setText(name, label);
        time.show(at, now());
      }};
    });
  }};
}

/* What the sources said; all of it foreign text. */
function makeAlerts({say, words}) {
  const node = make("details", "alerts"), summary = make("summary"), list = make("ul"), more = make("p", "quiet");
  node.append(summary, list, more);
  return {node, show({alerts, more_alerts: left}) {
    setText(summary, `${say("alerts")} (${alerts.length + left})`);
    node.hidden = alerts.length === 0;
    more.hidden = !left;
    setText(more, say("alerts.more", {n: left}));
    keep(list, alerts, (alert) => JSON.stringify(alert), (alert) => makeAlert(say, words, alert));
  }};
}

function makeAlert(say, words, alert) {
  const node = make("li"), head = make("p"), facts = make("dl", "pairs"), status = make("span", "state");
  status.dataset.state = alert.status === "firing" ? "open" : "resolved";
  setText(status, say(`alert.${alert.status}`));
  head.append(make("strong", "", alert.name), " ", make("span", "quiet", say("alert.source", {source: alert.source})));
  head.append(" ", status);
  for (const [name, value] of [...Object.entries(alert.annotations), ...Object.entries(alert.labels)]) {
    facts.append(make("dt", "", name), make("dd", "", value));
  }
  facts.append(make("dt", "", say("alert.since")), make("dd", "", words.full(alert.starts_at)));
  const link = outward(alert.url, say("alert.open"));
  node.append(head, facts, ...(link ? [link] : []));
  return {node, show() {}};
}
