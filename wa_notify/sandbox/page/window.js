/* The customer service window of a chat: a ring that empties over 24 hours, and a badge once it is over. */

import {drawn, make, setText} from "./dom.js";
import {lengthText} from "./words.js";

const WINDOW_SECONDS = 86400, CLOSING_SECONDS = 3600;

export function makeWindow() {
  const ring = drawn("svg", {viewBox: "0 0 36 36", class: "ring", "aria-hidden": "true"});
  for (const part of ["track", "left"]) {
    ring.append(drawn("circle", {class: part, cx: 18, cy: 18, r: 15, pathLength: 100}));
  }
  ring.lastChild.setAttribute("transform", "rotate(-90 18 18)");
  return {ring, text: make("p", "window"), badge: make("p", "badge"), until: null};
}

export function showWindow(shown, now) {
  const {ring, text, badge, until} = shown;
  const left = until === null ? 0 : Math.max((until - now) / 1000, 0);
  const state = left > 0 ? (left < CLOSING_SECONDS ? "closing" : "open") : until === null ? "never" : "expired";
  text.dataset.state = badge.dataset.state = ring.dataset.state = state;
  text.hidden = left === 0;
  badge.hidden = left > 0;
  if (left > 0) setText(text, `Window open, ${lengthText(left)} left`);
  else if (until === null) setText(badge, "Window closed: only templates get through");
  else setText(badge, `Window expired ${lengthText((now - until) / 1000)} ago: only a template gets through`);
  text.title = badge.title = until === null ? "" : `until ${new Date(until).toISOString()}`;
  const share = (left / WINDOW_SECONDS) * 100;
  ring.lastChild.setAttribute("stroke-dasharray", `${share} ${100 - share}`);
  ring.lastChild.setAttribute("visibility", left > 0 ? "visible" : "hidden");
}
