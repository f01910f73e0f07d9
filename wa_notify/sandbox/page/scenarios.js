/* Worlds to begin with: the scenarios that the sandbox brings along, where it brings some. */

import {addOptions, byId, setText} from "./dom.js";
import {act, call} from "./wire.js";

let known = [];

export async function startScenarios() {
  const {paths} = await call("openapi.json");
  if (!("/_sandbox/scenarios" in paths)) return;
  known = (await call("scenarios")).scenarios;
  addOptions(byId("scenario"), known.map(({name}) => [name, name.replaceAll("-", " ")]));
  byId("scenario").addEventListener("change", tellAbout);
  byId("begin").addEventListener("submit", (event) => {
    event.preventDefault();
    act("scenario", {name: byId("scenario").value});
  });
  byId("scenarios").hidden = known.length === 0;
  tellAbout();
}

function tellAbout() {
  setText(byId("scenario-about"), known.find(({name}) => name === byId("scenario").value)?.about ?? "");
}
