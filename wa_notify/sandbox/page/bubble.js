/* One message as the person sees it: words, attachment, buttons, ticks, and what became of it. */

import {actionsOf} from "./actions.js";
import {attachmentOf} from "./attachment.js";
import {carouselOf, previewOf} from "./cards.js";
import {make, makeButton, setText} from "./dom.js";
import {formatted, linked} from "./formatting.js";
import {fateText, TICKS, timeText} from "./words.js";

const KEEPS_MEDIUM_LABEL = /^\[.*\]$/;

/* `deeds`: tap(button), openList(), answer(button), play(), openMenu(), goTo(wamid); `quotedText`: what it answers. */
export function makeBubble(message, quotedText, deeds) {
  const item = make("article", `message ${message.direction}`);
  item.dataset.wamid = message.wamid;
  item.tabIndex = -1;
  const parts = {item, message: null};
  const menu = makeButton("What can be done with this message", "more", deeds.openMenu, "more");
  menu.tabIndex = -1;
  parts.bubble = make("div", "bubble");
  parts.bubble.append(
    make("span", "hidden", message.direction === "out" ? "From the business: " : "From the phone: "),
    ...contentOf(message, quotedText, deeds), metaOf(parts, message), menu,
  );
  parts.reactions = make("div", "reactions");
  const isCarousel = message.cards.length > 0;
  parts.actions = make("div", isCarousel ? "actions carousel" : "actions");
  parts.actions.append(...(isCarousel ? carouselOf : actionsOf)(message, deeds));
  item.classList.toggle("wide", isCarousel);
  item.append(parts.bubble, parts.reactions, parts.actions);
  updateBubble(parts, message);
  return parts;
}

export function updateBubble(parts, message) {
  const status = message.expired ? "expired" : message.status;
  const arrived = message.on_screen || message.status === "failed";
  parts.item.classList.toggle("under-way", !arrived);
  parts.item.classList.toggle("gone", message.kind === "deleted");
  parts.actions.hidden = !message.on_screen || parts.actions.childElementCount === 0;
  parts.item.classList.toggle("tappable", !parts.actions.hidden);
  parts.message = message;
  if (parts.ticks.dataset.status === status) return;
  const [mark, word] = TICKS[status] ?? ["✓✓", status];
  parts.ticks.dataset.status = status;
  setText(parts.marks, mark);
  setText(parts.fate, ` ${word}`);
  parts.failure.hidden = !message.failure;
  if (message.failure) {
    parts.failure.replaceChildren(
      make("span", "", fateText(message.failure)), " ",
      make("small", "", `(${message.failure.code} ${message.failure.title})`),
    );
  }
}

/* Put the reactions on the bubble: at most one of either side. */
export function showReactions(parts, reactions) {
  const shown = reactions.map((reaction) => reaction.body).join("");
  if (parts.reactions.textContent === shown) return;
  setText(parts.reactions, shown);
  parts.reactions.setAttribute("role", "note");
  parts.reactions.setAttribute("aria-label", `Reactions: ${shown}`);
  parts.item.classList.toggle("reacted", shown !== "");
}

/* What a quote of the message shows. */
export function quoteOf(message) {
  return [message.header, message.body].filter(Boolean).join(" ").slice(0, 160) || message.kind;
}

function contentOf(message, quotedText, deeds) {
  const nodes = [];
  if (message.quoted && quotedText) {
    const quote = makeButton("", "quote", () => deeds.goTo(message.quoted));
    quote.append(make("span", "hidden", "Answers: "), make("span", "", quotedText));
    nodes.push(quote);
  }
  if (message.attachment) nodes.push(attachmentOf(message, deeds.play));
  if (message.header && !coveredBy(message)) {
    nodes.push(make("div", "head", message.header));
  }
  if (message.body && message.attachment?.kind !== "location" && message.attachment?.kind !== "contacts") {
    const body = make("div", "body");
    body.append(...formatted(message.body));
    nodes.push(body);
  }
  const preview = message.preview && previewOf(message.preview);
  if (preview) nodes.push(preview);
  if (message.footer) {
    const footer = make("div", "tail");
    footer.append(...linked(message.footer));
    nodes.push(footer);
  }
  return nodes;
}

/* The words that stand for an attachment, or for an answer, in texts are not needed beside the thing itself. */
function coveredBy({header, attachment, kind, direction}) {
  const label = KEEPS_MEDIUM_LABEL.test(header);
  if (attachment) return label || header === attachment.name;
  return label && kind === "interactive" && direction === "in";
}

function metaOf(parts, message) {
  const box = make("div", "foot"), meta = make("div", "meta"), time = make("time", "", timeText(message.sent_at));
  time.dateTime = time.title = message.sent_at;
  parts.marks = make("span", "marks");
  parts.fate = make("span", "fate");
  parts.ticks = make("span", "ticks");
  parts.ticks.append(parts.marks, parts.fate);
  parts.failure = make("div", "failure");
  parts.failure.hidden = true;
  if (message.edited) meta.append(make("span", "", "edited "));
  meta.append(time, " ", parts.ticks);
  box.append(parts.failure, meta);
  return box;
}
