/* The window ring: it empties over the 24 hours in which free-form text may go to a person. */

import {drawn, make, setText} from "./dom.js";
import {DAY, MINUTE} from "./words.js";

const CLOSING = 60 * MINUTE;

export function makeRing({say, words}) {
  const node = make("div", "window"), text = make("p"), ring = drawn("svg", {viewBox: "0 0 36 36", "aria-hidden": "true"});
  for (const part of ["track", "left"]) {
    ring.append(drawn("circle", {class: part, cx: 18, cy: 18, r: 15, pathLength: 100}));
  }
  ring.lastChild.setAttribute("transform", "rotate(-90 18 18)");
  node.append(ring, text);
  return {node, show({window_closes_at: closesAt, last_inbound_at: wroteAt, asked}, now) {
    const left = closesAt ? Math.max(Date.parse(closesAt) - now, 0) : 0, share = (left / DAY) * 100;
    const state = left > CLOSING ? "open" : left > 0 ? "closing" : wroteAt ? "closed" : "never";
    const said = left > 0 ? say(`window.${state}`, {length: words.lengthText(left)})
      : say(`window.${state}`, {ago: closesAt ? words.relative(closesAt, now) : ""});
    node.dataset.state = state;
    setText(text, [said.replace("  ", " "), asked && left === 0 ? say("window.asked") : ""].filter(Boolean).join(" "));
    node.title = closesAt ? words.full(closesAt) : "";
    ring.lastChild.setAttribute("stroke-dasharray", `${share} ${100 - share}`);
    ring.lastChild.setAttribute("visibility", left > 0 ? "visible" : "hidden");
  }};
}
