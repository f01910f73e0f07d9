/* The sheet that slides up from the foot of a phone: the rows of a list, what can be done with a message.
   One dialog serves all phones; the browser keeps the focus inside and gives it back. */

import {byId, make, makeButton} from "./dom.js";

let opener = null, following = null;

export function openSheet(frame, title, parts) {
  const sheet = byId("sheet"), place = frame.getBoundingClientRect();
  opener = document.activeElement;
  sheet.style.left = `${place.left + 8}px`;
  sheet.style.width = `${place.width - 16}px`;
  sheet.style.bottom = `${Math.max(innerHeight - place.bottom, 0) + 8}px`;
  sheet.style.maxHeight = `${Math.min(place.height, innerHeight) - 48}px`;
  const head = make("header"), words = make("h2", "", title);
  words.id = "sheet-title";
  head.append(words, makeButton("Close", "plain", () => closeSheet()));
  sheet.replaceChildren(head, ...parts);
  sheet.showModal();
  return sheet;
}

/* Close it, give the focus back, and only then do what was chosen, which may move the focus on. */
export function closeSheet(deed = null) {
  following = deed;
  byId("sheet").close();
}

export function startSheet() {
  const sheet = byId("sheet");
  sheet.addEventListener("click", (event) => { if (event.target === sheet) closeSheet(); });
  sheet.addEventListener("close", () => {
    if (opener?.isConnected) opener.focus();
    opener = null;
    following?.();
    following = null;
  });
  addEventListener("resize", () => { if (sheet.open) closeSheet(); });
}
