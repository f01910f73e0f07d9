/* The timeline: one vertical line, each entry a time, an actor, a sentence and a reason, with the raw fact behind it. */

import {icon, keep, make, setText} from "./dom.js";

/* Of each kind of entry its sign and its colour. */
const KINDS = {
  opened: ["alarm", "ink"], joined: ["more", "ink"], reopened: ["alarm", "ink"],
  sent: ["sent", "blue"], status: ["ticks", "green"], held: ["wait", "amber"], deferred: ["wait", "amber"],
  refused: ["stop", "red"], failed: ["stop", "red"], cancelled: ["end", "quiet"],
  replied: ["word", "green"], commented: ["word", "blue"], acknowledged: ["person", "green"],
  assigned: ["person", "green"], released: ["person", "amber"], reminded: ["bell", "violet"],
  repeated: ["bell", "violet"], escalated: ["up", "violet"], silenced: ["hush", "quiet"],
  moved: ["sent", "quiet"], resolved: ["check", "green"], expired: ["end", "quiet"],
};
/* The path that was not taken, by the reason for the one that was. */
const NOT_TAKEN = {
  window_open: "template", window_closed: "free_form", window_closed_by_platform: "free_form",
  no_free_form: "no_free_form", template_preferred: "template_preferred", template_cheaper: "template_cheaper",
};

export function makeTimeline(app) {
  const {say, words} = app, node = make("section", "story"), list = make("ol", "timeline"), none = make("p", "quiet");
  node.append(make("h3", "", say("timeline")), list, none);
  setText(none, say("timeline.empty"));
  list.style.setProperty("--clock", `${words.minute("2026-01-01T22:58:00Z").length}ch`);
  return {node, show({timeline, items, ticket}) {
    const messages = new Map(items.map((item) => [item.id, item]));
    const entries = timeline.map((entry, place) => ({
      ...entry, place, message: messages.get(entry.item) ?? null, before: timeline[place - 1] ?? null,
    }));
    list.hidden = entries.length === 0;
    none.hidden = entries.length > 0;
    keep(list, entries, ({place}) => `${ticket.number}/${place}`, () => makeEntry(app));
  }};
}

function makeEntry({say, words, now}) {
  const node = make("li"), time = make("time"), dot = make("span", "dot"), day = make("p", "day");
  const text = make("span", "sentence"), why = make("span", "why"), facts = make("dl", "pairs");
  const said = make("details", "said"), summary = make("summary"), other = make("p", "why"), minute = make("span");
  time.append(minute);
  summary.append(text, why);
  said.append(summary, other, facts);
  node.append(day, time, dot, said);
  let shown = "";
  return {node, show(entry) {
    const {message} = entry, seen = JSON.stringify(entry);
    if (seen === shown) return;
    shown = seen;
    const [sign, colour] = KINDS[entry.kind] ?? ["more", "quiet"];
    dot.dataset.colour = colour;
    dot.replaceChildren(icon(sign));
    setText(minute, words.minute(entry.at));
    minute.classList.toggle("heard", entry.before !== null && words.minute(entry.before.at) === words.minute(entry.at));
    time.dateTime = entry.at;
    time.title = words.full(entry.at);
    const newDay = !entry.before ? !words.isToday(entry.at, now()) : !words.isToday(entry.at, Date.parse(entry.before.at));
    day.hidden = !newDay;
    setText(day, newDay ? words.day(entry.at) : "");
    const reason = entry.reason?.text ?? "";
    setText(text, withoutReason(entry.text, reason));
    setText(why, [entry.actor, reason].filter(Boolean).join(" · "));
    const path = message && entry.kind === "sent" ? NOT_TAKEN[entry.reason?.key] : undefined;
    other.hidden = !path;
    setText(other, path ? say("timeline.not_taken", {path: say(`path.${path}`)}) : "");
    facts.replaceChildren(...pairs(factsOf(entry, message, say, words)));
  }};
}

/* The reason stands below the sentence, so it is not said in it as well. */
function withoutReason(text, reason) {
  const shorter = reason ? text.replace(reason, "").replace(/\s+/g, " ").trim() : text;
  return shorter || text;
}

function factsOf(entry, message, say, words) {
  const facts = [
    ["fact.kind", entry.kind], ["fact.time", words.full(entry.at)], ["fact.actor", entry.actor],
    ["fact.reason", entry.reason?.key],
  ];
  if (message) {
    facts.push(
      ["fact.state", `${message.occasion}, ${message.recipient}, ${message.state}`],
      ["fact.form", message.form ? say(`form.${message.form}`, message) : ""],
      ["fact.attempts", message.attempts || ""],
      ["fact.left", message.claimed_at ? words.full(message.claimed_at) : ""],
      ["fact.status_at", message.status_at ? words.full(message.status_at) : ""],
      ["fact.code", message.failure_code ?? ""],
      ["fact.wamid", message.wamid],
    );
  }
  return facts.filter(([, value]) => value).map(([key, value]) => [say(key), String(value)]);
}

function pairs(facts) {
  return facts.flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value)]);
}
