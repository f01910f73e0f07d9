/* Live: the server says which topics have changed, and what is about them is drawn anew. */

import {ask} from "./asking.js";
import {morph} from "./morph.js";
import {say} from "./words.js";

const GATHER = 400, FIRST_WAIT = 2000, LONGEST_WAIT = 30000, AGAIN = 3000;
const changed = new Set();
let timer = 0, source = null, wait = FIRST_WAIT, asking = null, asked = new Set(), missed = false, pill = null;

export function startLive() {
  if (!document.body.hasAttribute("data-listens") || !window.EventSource) return;
  connect();
  document.addEventListener("visibilitychange", () => { if (!document.hidden && changed.size) soon(); });
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
}

/* Draw anew what is about these topics, or all of it. */
export function refresh(topics) {
  for (const topic of topics) changed.add(topic);
  soon();
}

function connect() {
  source?.close();
  source = new EventSource("/admin/live");
  source.addEventListener("open", () => {
    wait = FIRST_WAIT;
    showState("live");
    if (missed) refresh(allTopics());
    missed = false;
  });
  source.addEventListener("told", (event) => { // news between drawing the page and listening
    const told = document.querySelector('meta[name="told"]');
    if (told && told.content !== event.data) refresh(allTopics());
    if (told) told.content = event.data;
  });
  source.addEventListener("changed", (event) => refresh(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    missed = true;
    showState("paused");
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  });
}

function showState(state) {
  const shown = document.getElementById("live");
  if (!shown || shown.dataset.state === state) return;
  shown.dataset.state = state;
  shown.textContent = say(state);
}

function soon() {
  if (!document.hidden && !timer) later(GATHER); // what comes meanwhile is drawn along: steady news put nothing off
}

function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    timer = 0;
    if (asking) soon();
    else draw();
  }, pause);
}

const topicsOf = (element) => element.dataset.live.split(/\s+/);
const allTopics = () => new Set([...document.querySelectorAll("[data-live]")].flatMap(topicsOf));

async function draw({holding = true} = {}) {
  const topics = new Set([...changed, ...asked]); // what is still being asked for is asked for anew
  const wanted = [...document.querySelectorAll("[data-live]")].filter((one) => !holding || topicsOf(one).some((topic) => topics.has(topic)));
  changed.clear();
  if (!wanted.length) return;
  asking?.abort();
  const mine = asking = new AbortController();
  asked = topics;
  try {
    const page = await ask(location.href, {signal: mine.signal});
    asked = new Set();
    if (page) show(wanted, page, holding);
    else askAgain(topics);
  } catch (error) {
    if (error.name !== "AbortError") askAgain(topics);
  } finally {
    if (asking === mine) asking = null;
  }
}

/* What could not be drawn is old, so the page says that it is paused until it could. */
function askAgain(topics) {
  asked = new Set();
  for (const topic of topics) changed.add(topic);
  showState("paused");
  later(AGAIN);
}

function show(wanted, page, holding) {
  if (source?.readyState === EventSource.OPEN) showState("live");
  const counts = new Map();
  for (const element of wanted) {
    const fresh = element.isConnected && page.getElementById(element.id);
    if (fresh) counts.set(element, morph(element, fresh, {holds: (list) => holding && isReadBelow(list)}));
  }
  const [list, held] = [...counts].find(([, count]) => count > 0) ?? [null, 0];
  showHeld(list, held);
}

/* Whether somebody has scrolled into it, so that a new row at its top would push away what they read. */
function isReadBelow(element) {
  const bar = document.querySelector(".top").offsetHeight;
  return element.getBoundingClientRect().top < bar && scrollY > 0;
}

function showHeld(list, count) {
  pill?.remove();
  pill = null;
  if (!count) return;
  pill = document.createElement("button");
  pill.type = "button";
  pill.className = "newer main small";
  pill.textContent = say("newer", {n: count});
  pill.addEventListener("click", async () => {
    await draw({holding: false});
    list.scrollIntoView({block: "center"});
    scrollBy(0, list.getBoundingClientRect().top - innerHeight / 3);
  });
  document.body.append(pill);
}
