/* What the keyboard does while the focus is in the panel and nothing is being written. */

import {make} from "./dom.js";

export function startKeys(root, app) {
  const deeds = {
    "/": () => app.toSearch(),
    "j": () => app.step(1),
    "k": () => app.step(-1),
    "a": () => app.acknowledge(),
    "?": () => askHelp(app),
    "Escape": () => app.leave(),
  };
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(deeds, event.key)) return;
    if (event.target.matches("input, textarea, select, dialog *")) return;
    event.preventDefault();
    event.stopPropagation();
    deeds[event.key]();
  });
}

export function askHelp(app) {
  const {say} = app, list = make("dl", "keys");
  const keys = [["/", "search"], ["j k", "move"], ["a", "acknowledge"], ["Esc", "leave"], ["?", "help"]];
  for (const [key, name] of keys) {
    const term = make("dt");
    for (const one of key.split(" ")) term.append(make("kbd", "", one), " ");
    list.append(term, make("dd", "", say(`help.${name}`)));
  }
  app.openDialog({title: say("help"), parts: [list]});
}
