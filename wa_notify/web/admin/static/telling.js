/* Telling people what came of a deed: on top of the page, or beside the fields it is about. */

import {say} from "./words.js";

const LATER = "wa_notify-flash";

export function flash(kind, text) {
  const region = document.getElementById("flashes");
  const banner = make("div", "banner"), words = make("p", "", text);
  banner.dataset.kind = kind;
  banner.append(words);
  region.replaceChildren(banner);
  banner.scrollIntoView({block: "nearest"});
  return banner;
}

/* Tell it on the page that is opened next. */
export function flashLater(kind, text) {
  try { sessionStorage.setItem(LATER, JSON.stringify([kind, text])); } catch { /* then it stays unsaid */ }
}

export function tellFlashes() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(LATER));
    sessionStorage.removeItem(LATER);
    if (kept) flash(...kept);
  } catch { /* no storage, nothing to tell */ }
}

/* A problem (RFC 9457): its complaints beside the fields they are about, the rest in one place. */
export function showProblem(form, {title = "", detail = "", complaints = []}) {
  clearProblem(form);
  const rest = complaints.filter((complaint) => !besideField(form, complaint));
  const visible = form.matches(".form, .with-fields") || form.closest("[popover], dialog");
  const lines = rest.map(placed), only = complaints.length === 1 && lines[0];
  const told = only || (rest.length < complaints.length && !rest.length ? title : detail || title);
  const banner = visible ? bannerIn(form) : flash("bad", "");
  const words = banner.querySelector("p");
  words.replaceChildren(make("strong", "", told || say("refused")));
  const more = lines.filter((line) => line !== told);
  if (more.length) {
    const list = make("ul");
    list.append(...more.map((line) => make("li", "", line)));
    words.after(list);
  }
  form.querySelector('[aria-invalid="true"]')?.focus();
}

export function clearProblem(form) {
  form.querySelector(":scope > .problem")?.remove();
  for (const error of form.querySelectorAll(".field > .error")) error.textContent = "";
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

function besideField(form, complaint) {
  const names = [complaint.where, complaint.where?.split(".").at(-1)];
  const box = [...form.querySelectorAll("[data-field]")].find(({dataset}) => names.includes(dataset.field));
  if (!box) return false;
  box.querySelector(".error").textContent = sentenceOf(complaint);
  for (const field of box.querySelectorAll("input, select, textarea")) field.setAttribute("aria-invalid", "true");
  return true;
}

const sentenceOf = ({what, fix}) => [what, fix].filter(Boolean).join(" ");

/* With its place, when that is more than the name of a field: "Line 2, column 16". */
function placed(complaint) {
  const {where = ""} = complaint, place = where.includes(" ") ? `${where[0].toUpperCase()}${where.slice(1)}: ` : "";
  return place + sentenceOf(complaint);
}

function bannerIn(form) {
  const banner = make("div", "banner problem");
  banner.dataset.kind = "bad";
  banner.setAttribute("role", "status");
  banner.append(make("p"));
  form.prepend(banner);
  return banner;
}

function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}
