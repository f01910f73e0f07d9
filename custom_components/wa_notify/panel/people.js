/* The recipients: whether they agreed, whether their window is open, and what can be recorded of them. */

import {inward, keep, make, makeButton, setText} from "./dom.js";
import {makeRing} from "./ring.js";

const OWN_WORD = ["reply", "whatsapp_settings"];
const SHOWN_FOR = 60000;
const INTEGRATION = "/config/integrations/integration/wa_notify";

export function makePeople(app) {
  const {say} = app, node = make("section", "people"), list = make("ul", "cards"), empty = make("div", "card empty");
  const link = inward("", say("people.empty.link"));
  link.href = INTEGRATION;
  list.setAttribute("aria-label", say("view.people"));
  empty.append(make("h2", "", say("people.empty.title")), make("p", "", say("people.empty.text")), link);
  node.append(list, empty);
  return {node, show({recipients}, now) {
    empty.hidden = recipients.length > 0;
    list.hidden = recipients.length === 0;
    keep(list, recipients, (person) => person.recipient_id, () => makePerson(app));
    for (const row of list.kept.values()) row.tick(now);
  }};
}

function makePerson(app) {
  const {say, words} = app, node = make("li", "card person"), name = make("h3"), head = make("div", "row");
  const number = make("span", "phone"), reveal = makeButton(say("person.show"), "plain", show), ring = makeRing(app);
  const consent = makeConsent(app), paused = make("p", "warn"), missing = make("p", "quiet");
  const actions = make("div", "row"), history = makeHistory(app, () => shown);
  const optIn = makeButton(say("optin"), "", () => askOptIn(app, shown, optIn));
  const optOut = makeButton(say("optout"), "", () => askOptOut(app, shown, optOut));
  let shown = null, revealed = "", timer = 0;
  head.append(number, reveal);
  actions.append(optIn, optOut);
  setText(missing, say("person.no_entity"));
  node.append(name, head, ring.node, consent.node, paused, actions, missing, history.node);

  async function show() {
    if (revealed) {
      hide();
      return;
    }
    try {
      revealed = (await app.feed.call("reveal", {recipient_id: shown.recipient_id})).number;
      timer = setTimeout(hide, SHOWN_FOR);
      app.render();
    } catch (error) {
      app.complain(error);
    }
  }

  function hide() {
    clearTimeout(timer);
    revealed = "";
    app.render();
  }

  return {
    node,
    show(person) {
      shown = person;
      setText(name, person.name);
      setText(number, revealed || person.number || say("person.no_number"));
      reveal.hidden = !person.number;
      setText(reveal, say(revealed ? "person.hide" : "person.show"));
      reveal.title = say("person.show_of", {name: person.name});
      reveal.setAttribute("aria-label", revealed ? say("person.hide") : reveal.title);
      consent.show(person);
      paused.hidden = !person.paused_until;
      missing.hidden = Boolean(person.entity_id);
      optIn.disabled = optOut.disabled = !person.entity_id;
      optIn.hidden = !person.objection;
      optOut.hidden = person.objection?.key === "opted_out";
      optIn.classList.toggle("main", person.objection?.key === "no_consent");
      history.show();
    },
    tick(now) {
      ring.show(shown, now);
      const when = shown.paused_until ? words.relative(shown.paused_until, now) : "";
      setText(paused, say("person.paused", {when}));
      consent.tick(now);
    },
  };
}

/* Whether they agreed, since when, and what proves it. */
function makeConsent({say, words}) {
  const node = make("div", "consent"), state = make("p", "state"), act = make("strong"), time = words.time();
  const proof = make("p"), by = make("p", "quiet"), advice = make("p");
  state.append(act, " ", time.node);
  node.append(state, advice, proof, by);
  let shown = null;
  return {
    node,
    show({consent, objection}) {
      shown = consent;
      const kind = consent ? consent.act : "none", key = `consent.${kind}.do`;
      node.dataset.state = objection ? (consent ? "no" : "none") : "yes";
      setText(act, `${objection ? "✗" : "✓"} ${say(`consent.${kind}`)}`);
      advice.hidden = !objection;
      setText(advice, say.knows(key) ? say(key) : objection?.text ?? "");
      time.node.hidden = by.hidden = !consent;
      proof.hidden = !consent?.evidence;
      setText(proof, say("consent.proof", {proof: consent?.evidence ?? ""}));
      setText(by, consent ? recordedBy(say, consent) : "");
    },
    tick(now) {
      if (shown) time.show(shown.at, now);
    },
  };
}

function recordedBy(say, {source, actor}) {
  const [where, who] = [source, actor].map((name) => (say.knows(`source.${name}`) ? say(`source.${name}`) : name));
  return who && who !== where ? say("consent.by", {source: where, actor: who}) : where;
}

/* What was ever said, read when it is opened. */
function makeHistory(app, person) {
  const {say, words} = app, node = make("details"), summary = make("summary", "", say("history")), list = make("ol");
  let read = "";
  node.append(summary, list);
  node.addEventListener("toggle", () => fill());

  async function fill() {
    const {recipient_id: who, consent} = person(), seen = JSON.stringify(consent);
    if (!node.open || read === seen) return;
    read = seen;
    try {
      const ledger = await app.feed.call("history", {recipient_id: who});
      list.replaceChildren(...ledger.map(rowOf));
    } catch (error) {
      read = "";
      node.open = false;
      app.complain(error);
    }
  }

  function rowOf(entry) {
    const row = make("li"), facts = [recordedBy(say, entry), entry.evidence];
    if (entry.purpose === "marketing") facts.unshift(say("consent.marketing"));
    const time = make("time", "quiet", words.full(entry.at));
    time.dateTime = entry.at;
    row.append(make("strong", "", say(`consent.${entry.act}`)), " ", time, make("p", "", facts.filter(Boolean).join(" · ")));
    return row;
  }

  return {node, show() {
    summary.setAttribute("aria-label", say("history.of", {name: person().name}));
    fill();
  }};
}

function askOptIn(app, person, opener) {
  const {say} = app, {name, consent, objection} = person, parts = [make("p", "", say("optin.ask", {name}))];
  if (objection?.key === "opted_out" && OWN_WORD.includes(consent?.source)) {
    parts.push(make("p", "warn", say("optin.own_word", {name})));
  }
  const proof = field(say("optin.proof"), say("optin.hint"), say("optin.needed"));
  app.openDialog({
    title: say("optin.of", {name}), parts: [...parts, proof.node], verb: say("optin"),
    deed: () => app.deed("grant_opt_in", {evidence: proof.input.value.trim()}, opener, {entity_id: person.entity_id}),
  });
}

function askOptOut(app, person, opener) {
  const {say} = app, {name} = person, proof = field(say("optout.proof"));
  const said = () => (proof.input.value.trim() ? {evidence: proof.input.value.trim()} : {});
  app.openDialog({
    title: say("optout.of", {name}), parts: [make("p", "", say("optout.ask", {name})), proof.node], verb: say("optout"),
    deed: () => app.deed("revoke_opt_in", said(), opener, {entity_id: person.entity_id}),
  });
}

/* A text; `needed` is said when it is left empty, if it may not be. */
function field(label, hint = "", needed = "") {
  const node = make("label", "field"), input = make("textarea");
  const check = () => input.setCustomValidity(input.value.trim() ? "" : needed);
  Object.assign(input, {rows: 2, maxLength: 1000, placeholder: hint, required: Boolean(needed)});
  input.addEventListener("input", check);
  check();
  node.append(make("span", "", label), input);
  return {node, input};
}
