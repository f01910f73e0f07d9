/* The sheets of a chat: the rows of a list, and what a person can do with a message. */

import {copyText, make, makeButton} from "./dom.js";
import {closeSheet, openSheet} from "./sheet.js";
import {followMessage} from "./traffic.js";
import {act} from "./wire.js";

const QUICK = ["👍", "❤️", "😂", "😮", "🙏", "✅"];

/* `phone`: path, frame. */
export function openList(phone, message) {
  const parts = [];
  let section = null, rows = null;
  for (const row of message.buttons.filter((button) => button.kind === "row")) {
    if (rows === null || row.section !== section) {
      section = row.section;
      if (section) parts.push(make("h3", "", section));
      rows = make("div", "rows");
      parts.push(rows);
    }
    const pick = makeButton("", "", () => closeSheet(
      () => act(`${phone.path}/reply`, {tap: row.payload, on: message.wamid}),
    ));
    pick.append(make("span", "", row.title));
    if (row.description) pick.append(make("small", "", row.description));
    rows.append(pick);
  }
  openSheet(phone.frame, message.list_button || "Choose", parts);
}

/* `phone`: path, frame, quote(message), edit(message), can(). `reacted`: the person has a reaction on it. */
export function openMenu(phone, message, reacted) {
  const parts = [], rows = make("div", "rows");
  const row = (label, deed) => {
    const button = makeButton(label, "", () => closeSheet(deed));
    rows.append(button);
    return button;
  };
  if (message.on_screen && phone.can()) {
    if (message.kind !== "deleted") parts.push(reactionsFor(phone, message, reacted));
    row("Reply with a quote", () => phone.quote(message));
    if (message.direction === "in" && message.kind !== "deleted") {
      if (message.kind === "text") row("Edit", () => phone.edit(message));
      row("Delete for everyone", () => act(`${phone.path}/delete`, {wamid: message.wamid}));
    }
  }
  if (message.on_screen && message.direction === "out") {
    row("Report it to WhatsApp", () => act(`${phone.path}/report`, {wamid: message.wamid}));
  }
  row("Show its traffic", () => followMessage(message.wamid));
  const id = makeButton("Copy its id", "", () => copyText(message.wamid, id));
  rows.append(id);
  parts.push(rows, make("code", "wamid", message.wamid));
  openSheet(phone.frame, "Message", parts);
}

function reactionsFor(phone, message, reacted) {
  const line = make("div", "quick");
  line.setAttribute("role", "group");
  line.setAttribute("aria-label", "React");
  const react = (emoji) => closeSheet(
    () => act(`${phone.path}/reply`, {reaction: emoji, to: message.wamid}),
  );
  for (const emoji of QUICK) {
    const button = makeButton(emoji, "", () => react(emoji));
    button.setAttribute("aria-label", `React with ${emoji}`);
    line.append(button);
  }
  if (reacted) line.append(makeButton("Take it back", "", () => react("")));
  return line;
}
