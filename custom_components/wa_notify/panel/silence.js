/* Silencing everything: a banner with the time that is left, and the question for how long. */

import {make, makeButton, setText} from "./dom.js";

const CHOICES = [1, 2, 4, 8, 24], LONGEST = 168;

export function makeSilence(app) {
  const {say, words} = app, node = make("section", "banner");
  node.setAttribute("aria-label", say("silence"));
  const left = make("strong"), by = make("span"), until = make("time"), text = make("p");
  const end = makeButton(say("silence.end"), "", () => app.deed("unsilence", {}, end));
  text.append(left, " ", by);
  node.append(text, end);
  return {node, show({silence}, now) {
    node.hidden = !silence;
    if (!silence) return;
    const span = Math.max(Date.parse(silence.ends_at) - now, 0);
    setText(left, `${say("silence.on", {length: words.lengthText(span)})}.`);
    setText(until, words.isToday(silence.ends_at, now) ? words.minute(silence.ends_at) : words.full(silence.ends_at));
    until.dateTime = silence.ends_at;
    until.title = words.full(silence.ends_at);
    const said = `${say("silence.by", {author: silence.author})} `;
    if (by.firstChild?.textContent !== said) by.replaceChildren(said, until, ".");
  }};
}

/* Ask for how long; choices first, any number of hours beside them. */
export function askSilence(app, opener) {
  const {say, words} = app, hours = make("input"), label = make("label", "field"), row = make("div", "row choices");
  const silence = (span) => app.deed("silence", {duration: {hours: span}}, opener);
  for (const choice of CHOICES) {
    row.append(makeButton(words.lengthText(choice * 3600000), "", () => { app.closeDialog(); silence(choice); }));
  }
  Object.assign(hours, {type: "number", min: "1", max: String(LONGEST), step: "1", value: "1", required: true});
  label.append(make("span", "", say("silence.hours")), hours);
  app.openDialog({
    title: say("silence"),
    parts: [make("p", "", say("silence.ask")), row, label],
    verb: say("silence.do"),
    deed: () => silence(hours.valueAsNumber),
  });
}
