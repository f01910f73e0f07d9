/* Switches. What somebody chose stays until the sandbox tells of it: a state that was read before the change
   must not undo it under their hand. */

import {make} from "./dom.js";

const SETTLING_MS = 2000;
const chosen = new WeakMap();  // a switch -> what was chosen last, and until when that counts

/* A switch at the end of `list`; `change(on)` resolves to whether it could be done. */
export function addSwitch(list, label, change) {
  const box = make("input"), row = make("label");
  box.type = "checkbox";
  box.addEventListener("change", async () => {
    const choice = {on: box.checked, until: Infinity};
    chosen.set(box, choice);
    if (await change(box.checked)) {
      choice.until = performance.now() + SETTLING_MS;  // a state may still be under way that was read before
      return;
    }
    chosen.delete(box);
    box.checked = !box.checked;
  });
  row.append(box, make("span", "", label));
  list.append(row);
  return box;
}

/* Let a switch show what the sandbox says. */
export function showSwitch(box, on) {
  const choice = chosen.get(box);
  if (choice && choice.on !== on && performance.now() < choice.until) return;
  chosen.delete(box);
  box.checked = on;
}
