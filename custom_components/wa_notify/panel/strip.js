/* The overview: a strip of facts, and below it what is wrong and what to do about it. */

import {keep, make, place, setText} from "./dom.js";

const WIDE = ["number", "account", "app"], GRAVE = ["blocks", "no_templates"];
const QUALITY_SHAPES = {green: "●", yellow: "◐", red: "○", unknown: "–"};

export function makeStrip(app) {
  const {say, words} = app, node = make("dl", "strip card");
  node.setAttribute("aria-label", say("strip"));
  const open = cell("strip.open"), waiting = cell("strip.waiting"), reach = cell("strip.reach");
  const spent = cell("strip.spent"), quality = cell("strip.quality"), delivered = cell("strip.delivered");
  const meter = makeMeter(say), when = words.time(), never = make("span", "", say("strip.delivered.none"));
  reach.value.after(meterIn(meter));

  function cell(key) {
    const box = make("div"), label = make("dt"), value = make("dd", "value"), note = make("dd", "note");
    setText(label, say(key));
    box.append(label, value, note);
    node.append(box);
    return {node: box, label, value, note};
  }

  function showReach({used, limit, reserve, free_at: freeAt}, now) {
    const left = limit === null ? null : limit - used, values = {used: words.number(used)};
    setText(reach.value, limit === null ? values.used : say("strip.reach.of", {...values, limit: words.number(limit)}));
    let note = say("strip.reach.unlimited");
    if (limit !== null) note = say("strip.reach.reserve", {n: words.number(reserve)});
    if (left !== null && left <= reserve) note = say("strip.reach.reserve_only");
    if (left !== null && left <= 0 && freeAt) note = say("strip.reach.full", {when: words.relative(freeAt, now)});
    setText(reach.note, note);
    reach.node.dataset.state = left === null || left > reserve ? "fine" : left > 0 ? "amber" : "red";
    meter.show(used, limit, reserve);
  }

  function showNumber(number) {
    const {quality: rating, status} = number ?? {quality: "unknown", status: "unknown"};
    const troubled = say.knows(`status.${status}`);
    setText(quality.value, `${QUALITY_SHAPES[rating]} ${say(`quality.${rating}`)}`);
    setText(quality.note, say(troubled ? `status.${status}` : `quality.note.${rating}`));
    quality.node.dataset.state = {green: "green", yellow: "amber", red: "red"}[rating] ?? "none";
    quality.note.classList.toggle("bad", troubled);
  }

  return {node, show(snapshot, now) {
    const {counts} = snapshot, all = counts.open + counts.acknowledged;
    setText(open.value, words.number(all));
    const taken = counts.acknowledged ? say("strip.taken", {n: counts.acknowledged}) : say("strip.untaken");
    setText(open.note, all ? taken : say("strip.nothing"));
    open.node.dataset.state = counts.open ? "amber" : "fine";
    setText(waiting.value, words.number(counts.waiting));
    const held = counts.waiting_for_place, some = counts.waiting ? "strip.waiting.some" : "strip.waiting.none";
    setText(waiting.note, held ? say("strip.waiting.place", {n: held}) : say(some));
    showReach(snapshot.reach, now);
    setText(spent.label, say("strip.spent", {month: words.month(snapshot.spent.month)}));
    setText(spent.value, words.money(snapshot.spent.amount, snapshot.spent.currency));
    setText(spent.note, say("strip.spent.note"));
    showNumber(snapshot.number);
    if (snapshot.delivered_at) when.show(snapshot.delivered_at, now);
    place(delivered.value, [snapshot.delivered_at ? when.node : never]);
  }};
}

/* A list of terms holds nothing but terms and what they mean. */
function meterIn(meter) {
  const box = make("dd", "gauge");
  box.append(meter.node);
  return box;
}

/* The meter: used, what is free, and the reserve hatched. */
function makeMeter(say) {
  const node = make("div", "meter"), reserved = make("span", "reserve"), taken = make("span", "used");
  node.setAttribute("role", "img");
  node.append(reserved, taken);
  return {node, show(used, limit, reserve) {
    node.hidden = limit === null;
    if (limit === null) return;
    const share = (people) => `${limit ? Math.min((people / limit) * 100, 100) : 100}%`;
    reserved.style.width = share(reserve);
    taken.style.width = share(used);
    node.setAttribute("aria-label", say("strip.reach.meter", {used, limit, reserve}));
  }};
}

export function makeTroubles(app) {
  const {say} = app, node = make("section", "troubles"), list = make("ul", "card");
  node.append(make("h2", "heard", say("troubles")), list);
  return {node, show(snapshot, now) {
    const unheard = snapshot.unheard_since ? [{
      name: say("trouble.unheard.name"), scope: "callbacks", effect: "warns", what: say("trouble.unheard"),
      advice: say("trouble.unheard.do"), recovery: "", since: snapshot.unheard_since, until: null,
    }] : [];
    const troubles = [...unheard, ...snapshot.troubles];
    node.hidden = troubles.length === 0;
    keep(list, troubles, (one) => `${one.name}/${one.what}`, () => makeTrouble(app));
    for (const row of list.kept.values()) row.tick(now);
  }};
}

function makeTrouble({say, words}) {
  const node = make("li"), left = make("div"), kind = make("p", "kind"), what = make("p", "what"), advice = make("p");
  const times = make("p", "quiet"), since = words.time(), until = words.time();
  const name = make("p", "quiet"), from = make("span"), to = make("span"), end = make("span");
  const body = make("div");
  from.append(`${say("trouble.began")} `, since.node, ". ");
  to.append(`${say("trouble.ends")} `, until.node, ". ");
  times.append(from, to, end);
  left.append(kind, name);
  body.append(what, advice, times);
  node.append(left, body);
  let shown = null;
  return {
    node,
    show(trouble) {
      shown = trouble;
      const wide = WIDE.includes(trouble.scope), key = `trouble.${trouble.effect}`, narrow = `${key}.${trouble.scope}`;
      node.dataset.grave = wide && GRAVE.includes(trouble.effect);
      setText(kind, say(say.knows(narrow) ? narrow : key));
      setText(what, trouble.what);
      advice.hidden = !trouble.advice;
      setText(advice, say("trouble.do", {advice: trouble.advice}));
      setText(name, trouble.name);
      to.hidden = !trouble.until;
      setText(end, trouble.recovery ? say(`trouble.${trouble.recovery}`) : "");
    },
    tick(now) {
      since.show(shown.since, now);
      if (shown.until) until.show(shown.until, now);
    },
  };
}
