/* Talking to the sandbox: asking, acting, and hearing of news. */

import {byId, setText} from "./dom.js";

const POLL_MS = 2000, SLOWLY_MS = 5000, TOGETHER_MS = 60;
const WORDS = {live: "● Live", polling: "◌ Looking every 2 s", paused: "‖ Connection lost, trying again"};

export async function call(path, body, method = body === undefined ? "GET" : "POST") {
  const options = {method};
  if (body !== undefined) {
    options.headers = {"Content-Type": "application/json"};
    options.body = JSON.stringify(body);
  }
  const response = await fetch("/_sandbox/" + path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || "The sandbox refused.");
  return answer;
}

let refresh = () => {};

/* Do something and look at what became of it. Says whether it worked; a refusal is shown to the reader. */
export async function act(path, body, method = "POST") {
  try {
    await call(path, body, method);
    complain("");
    refresh();
    return true;
  } catch (error) {
    complain(error.message);
    return false;
  }
}

export function complain(text) {
  setText(byId("complaint-text"), text);
  byId("complaint").hidden = !text;
}

function connection(state) {
  byId("connection").dataset.state = state;
  setText(byId("connection"), WORDS[state]);
}

/* Call `look(anew)` whenever there is news, never twice at a time; `anew` when the connection was gone before.
   Returns the function that asks for a look. */
export function watch(look) {
  let busy = false, again = false, live = false, anew = true;
  refresh = async () => {
    if (busy) { again = true; return; }
    busy = true;
    const whole = anew;
    anew = false;
    try {
      await look(whole);
      connection(live ? "live" : "polling");
    } catch (error) {
      anew = true;
      if (!(error instanceof TypeError)) reportError(error);
      connection("paused");
    } finally {
      await new Promise((done) => setTimeout(done, TOGETHER_MS));
      busy = false;
      if (again) { again = false; refresh(); }
    }
  };
  listen((state) => {
    anew ||= state && !live;  // what was missed meanwhile may be more than news
    live = state;
    if (live) refresh(); else connection("paused");
  }, () => refresh());
  setInterval(() => { if (!live) refresh(); }, POLL_MS);
  setInterval(() => { if (live) refresh(); }, SLOWLY_MS);  // what ends by itself, such as typing, tells nobody
  return refresh;
}

/* Follow the events; after an answer that a browser gives up on, begin again by ourselves. */
function listen(onState, onNews) {
  const events = new EventSource("/_sandbox/events");
  events.addEventListener("open", () => onState(true));
  for (const kind of ["entry", "traffic"]) events.addEventListener(kind, onNews);
  events.addEventListener("error", () => {
    onState(false);
    if (events.readyState === EventSource.CLOSED) setTimeout(() => listen(onState, onNews), POLL_MS);
  });
}
