/* Where a person writes: text, a file, STOP; an answer that quotes, a message that is changed. */

import {quoteOf} from "./bubble.js";
import {make, makeButton, setText} from "./dom.js";
import {act, complain} from "./wire.js";

const FILE_MOST = 2 * 1024 * 1024;  // the sandbox takes 3 MB of base64
const IMAGES = new Set(["image/jpeg", "image/png"]);

/* `phone`: path, number, frame, towards() for the business number meant. */
export function makeComposer(phone) {
  const form = make("form", "composer"), field = make("textarea"), about = make("div", "about");
  const picker = make("input"), send = makeButton("Send", "send", () => {}, "send");
  const attach = makeButton("Send a photo or a file", "plain", () => picker.click(), "attach");
  const stop = makeButton("STOP", "", () => act(`${phone.path}/reply`, {text: "STOP", ...phone.towards()}));
  const composer = {form, field, about, quoting: null, editing: null, controls: [field, attach, send, stop]};
  field.rows = 1;
  field.autocomplete = "off";
  field.setAttribute("aria-label", `Write as ${phone.number}`);
  picker.type = "file";
  picker.hidden = true;
  picker.setAttribute("aria-label", `A file from ${phone.number}`);
  picker.addEventListener("change", () => sendFile(phone, composer, picker));
  send.type = "submit";
  stop.title = "Send the word STOP, as somebody who wants no more messages";
  about.hidden = true;
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape" && !about.hidden) {
      event.stopPropagation();
      settle(composer);
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(phone, composer);
  });
  form.append(about, attach, field, send, stop, picker);
  return composer;
}

/* Quote a message in the next answer. */
export function quote(composer, message) {
  settle(composer);
  composer.quoting = message;
  explain(composer, `Answering: ${quoteOf(message)}`);
}

/* Change the words of a message of one's own. */
export function edit(composer, message) {
  settle(composer);
  composer.editing = message;
  composer.field.value = message.body;
  explain(composer, "Changing your message");
}

/* `obstacle`: why nothing can be written just now, if so. */
export function allow(composer, obstacle) {
  for (const control of composer.controls) control.disabled = Boolean(obstacle);
  composer.field.placeholder = obstacle || "Message";
}

function explain(composer, text) {
  const {about} = composer;
  about.replaceChildren(make("span", "", text), makeButton("Leave it", "plain", () => settle(composer)));
  about.hidden = false;
  composer.field.focus();
}

function settle(composer) {
  if (composer.editing) composer.field.value = "";
  composer.quoting = composer.editing = null;
  composer.about.hidden = true;
}

async function submit(phone, composer) {
  const {field, quoting, editing} = composer, text = field.value.trim();
  if (!text) return;
  const done = editing
    ? await act(`${phone.path}/edit`, {wamid: editing.wamid, text})
    : await act(`${phone.path}/reply`, {text, ...(quoting ? {to: quoting.wamid} : phone.towards())});
  if (!done) return;
  field.value = "";
  settle(composer);
}

async function sendFile(phone, composer, picker) {
  const [file] = picker.files;
  if (!file) return;
  picker.value = "";
  if (file.size > FILE_MOST) {
    complain(`${file.name} is larger than the 2 MB that this page can send. Choose a smaller one.`);
    return;
  }
  const kind = kindOf(file.type), caption = composer.field.value.trim();
  const body = {
    kind, mime_type: file.type || "application/octet-stream", content: await base64(file),
    ...(composer.quoting ? {to: composer.quoting.wamid} : phone.towards()),
    ...(caption && kind !== "audio" ? {caption} : {}),
    ...(kind === "document" ? {filename: file.name} : {}),
  };
  if (!await act(`${phone.path}/file`, body)) return;
  if (body.caption) composer.field.value = "";
  settle(composer);
}

function kindOf(type) {
  if (IMAGES.has(type)) return "image";
  const family = type.split("/")[0];
  if (family === "audio" || family === "video") return family;
  return type === "image/webp" ? "sticker" : "document";
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += 32768) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
  }
  return btoa(binary);
}
