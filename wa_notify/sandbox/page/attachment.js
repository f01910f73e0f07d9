/* What a message carries besides words: pictures, files, sounds, films, places, cards. Files that the sandbox
   holds are loaded from it; an address elsewhere is only named, never fetched. */

import {icon, make, makeButton, outward, setText} from "./dom.js";
import {hostOf, sizeText} from "./words.js";

const SHOWN = new Set(["image/jpeg", "image/png", "image/webp", "image/gif"]);
const ICONS = {
  image: "picture", sticker: "picture", video: "film", audio: "sound", document: "file",
  location: "pin", contacts: "card",
};

/* `play`: what to do when a voice note of the business is played. */
export function attachmentOf({wamid, attachment, voice, direction}, play) {
  const {kind} = attachment;
  if (kind === "location") return place(attachment);
  if (kind === "contacts") return cards(attachment);
  const held = attachment.size !== undefined;
  const source = held ? `/_sandbox/messages/${encodeURIComponent(wamid)}/file` : "";
  if (held && (kind === "image" || kind === "sticker") && SHOWN.has(attachment.mime_type)) {
    return picture(attachment, source);
  }
  if (voice && direction === "out") return voiceNote(attachment, source, play);
  if (held && (kind === "audio" || kind === "video")) return player(attachment, source);
  return tile(attachment, source);
}

function picture(attachment, source) {
  const link = make("a", `medium ${attachment.kind}`), image = make("img");
  image.src = link.href = source;
  image.loading = "lazy";
  image.alt = attachment.filename || (attachment.kind === "sticker" ? "Sticker" : "Picture");
  image.addEventListener("error", () => link.replaceWith(tile(attachment, source)));
  link.target = "_blank";
  link.append(image);
  return link;
}

function player(attachment, source) {
  const box = make("div", "medium"), media = make(attachment.kind);
  media.controls = true;
  media.preload = "metadata";
  media.src = source;
  media.setAttribute("aria-label", attachment.filename || (attachment.kind === "audio" ? "Sound" : "Film"));
  box.append(media);
  return box;
}

/* Playing is told to the business, whether there is anything to hear or not. */
function voiceNote({size}, source, play) {
  const box = make("div", "tile voice"), words = make("span", "words"), audio = make("audio");
  const note = make("small", "", source ? sizeText(size) : "not held by the sandbox");
  const button = makeButton("Play the voice note", "plain", () => {
    if (!audio.paused) { audio.pause(); return; }
    play();
    if (source) audio.play().catch(() => setText(note, "nothing that this browser can play"));
  }, "play");
  if (source) {
    audio.preload = "none";
    audio.src = source;
  }
  words.append(make("strong", "", "Voice note"), note);
  box.append(button, words, audio);
  return box;
}

/* A file that cannot be looked at here: what it is, how large, where it is. */
function tile(attachment, source) {
  const {kind, link, filename, mime_type: type, size} = attachment;
  const elsewhere = link && !source ? outward(link, "tile") : null;
  const box = elsewhere ?? make(source ? "a" : "div", "tile");
  if (source) {
    box.href = source;
    box.download = filename || "";
  }
  const words = make("span", "words");
  const facts = [type, size === undefined ? null : sizeText(size), link && hostOf(link)];
  words.append(
    make("strong", "", filename || nameOf(kind)),
    make("small", "", facts.filter(Boolean).join(" · ") || "not held by the sandbox"),
  );
  box.replaceChildren(icon(ICONS[kind] ?? "file"), words);
  return box;
}

function place({latitude, longitude, name, address}) {
  const box = make("div", "tile"), words = make("span", "words");
  words.append(make("strong", "", name || "Location"));
  if (address) words.append(make("span", "", address));
  words.append(make("small", "", `${latitude}, ${longitude}`));
  box.append(icon("pin"), words);
  return box;
}

function cards({contacts}) {
  const box = make("div", "cards");
  for (const contact of contacts) {
    const card = make("div", "tile"), words = make("span", "words");
    words.append(make("strong", "", contact.name || "Contact"));
    for (const line of contact.lines) words.append(make("small", "", line));
    card.append(icon("card"), words);
    box.append(card);
  }
  return box;
}

function nameOf(kind) {
  return kind[0].toUpperCase() + kind.slice(1);
}
