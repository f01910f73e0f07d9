/* One dialog serves all questions; the browser keeps the focus inside and gives it back. */

import {make, makeButton} from "./dom.js";

/* `open({title, parts, verb, deed})`: without a verb there is nothing to do but to close it. */
export function makeDialog(say) {
  const node = make("dialog");
  node.addEventListener("click", (event) => { if (event.target === node) node.close(); });
  return {
    node,
    close: () => node.close(),
    open({title, parts, verb, deed}) {
      const form = make("form"), heading = make("h2", "", title), foot = make("div", "row foot");
      heading.id = "dialog-title";
      node.setAttribute("aria-labelledby", heading.id);
      foot.append(makeButton(say(verb ? "cancel" : "close"), "", () => node.close()));
      if (verb) {
        const go = make("button", "main", verb);
        go.type = "submit";
        foot.append(go);
      }
      form.append(heading, ...parts, foot);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        node.close();
        deed();
      });
      node.replaceChildren(form);
      node.showModal();
    },
  };
}
