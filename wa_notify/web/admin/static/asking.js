/* Asking the server for a page, and putting it in the place of what is shown. */

import {morph} from "./morph.js";
import {tell} from "./times.js";
import {setClock} from "./words.js";

/* The page at this address as a document that is not shown; null when it is not ours to see any more. */
export async function ask(url, {signal = null, whole = false} = {}) {
  const answer = await fetch(url, {signal, headers: whole ? {} : {"X-Fragment": "1"}});
  if (!answer.ok || (answer.redirected && new URL(answer.url).pathname !== new URL(url, location.href).pathname)) return null;
  return read(await answer.text());
}

export function read(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  setClock(page.querySelector('meta[name="now"]')?.content);
  tell(page);
  return page;
}

/* Make all that the view shows what that page shows. `keeps`: what was just said on top stays. */
export function showMain(page, {keeps = false} = {}) {
  const main = document.getElementById("main"), fresh = page.getElementById("main");
  if (!fresh) return false;
  for (const list of main.querySelectorAll("[data-live]")) list.extended = false;
  if (keeps) fresh.querySelector("#flashes").replaceWith(page.importNode(main.querySelector("#flashes"), true));
  morph(main, fresh);
  if (page.title) document.title = page.title;
  return true;
}
