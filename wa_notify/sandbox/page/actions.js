/* The buttons below a message: what each looks like, and what a tap on it does. */

import {copyText, icon, make, makeButton, outward} from "./dom.js";

const TAPPABLE = new Set(["quick_reply", "reply"]);
const ASKING = {
  location: "pin", flow: "form", address: "pin", products: "bag", call_permission: "phone", contact_info: "card",
};
const ONLY_SHOWN = {contact: "card", call: "phone"};

/* `deeds`: tap(button), openList(), answer(button). */
export function actionsOf(message, deeds) {
  const buttons = message.buttons.filter((button) => button.kind !== "row");
  const made = buttons.map((button) => actionOf(button, deeds));
  if (buttons.length < message.buttons.length) {
    const list = tapped("list", make("span", "", message.list_button || "Choose"), deeds.openList);
    list.setAttribute("aria-haspopup", "dialog");
    made.push(list);
  }
  return made;
}

export function actionOf(button, deeds) {
  const label = make("span", "", button.title), {kind} = button;
  if (TAPPABLE.has(kind)) return tapped("reply", label, () => deeds.tap(button));
  if (kind in ASKING) return tapped(ASKING[kind], label, () => deeds.answer(button));
  if (kind === "copy_code" || kind === "autofill") {
    const copy = tapped("copy", label, () => copyText(button.payload, label));
    copy.title = button.payload;
    return copy;
  }
  if (kind === "phone_number") return callLink(button, label);
  const link = outward(button.url, "", "") ?? make("span");
  link.append(icon(ONLY_SHOWN[kind] ?? "link"), label);
  return link;
}

function tapped(iconName, label, deed) {
  const button = makeButton("", "", deed);
  button.append(icon(iconName), label);
  return button;
}

function callLink(button, label) {
  const link = make("a"), number = button.payload.replace(/[^+\d]/g, "");
  link.href = `tel:${number}`;
  link.title = `Call ${number}`;
  link.append(icon("phone"), label);
  return link;
}
