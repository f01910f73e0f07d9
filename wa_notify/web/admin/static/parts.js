/* Small parts: dialogs, menus, copying, previews, and a word before written text is lost. */

import {say} from "./words.js";

export function startParts() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-opens]"), copier = event.target.closest?.("[data-copy]");
    if (opener) open(document.getElementById(opener.dataset.opens));
    if (copier) copy(copier);
    if (event.target.matches?.("dialog")) event.target.close(); // beside it
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-preview]");
    if (form && event.target.dataset.blank) fill(form.dataset.preview, event.target);
  });
  for (const field of document.querySelectorAll("form[data-preview] [data-blank]")) fill(field.form.dataset.preview, field);
  addEventListener("beforeunload", (event) => { if (isUnsaved()) event.preventDefault(); });
}

function open(box) {
  if (box?.showModal) box.showModal();
  else box?.showPopover();
}

async function copy(button) {
  const text = button.dataset.copy, word = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyByHand(text, button); // no clipboard without a safe connection
  }
  button.textContent = say("copied");
  setTimeout(() => { button.textContent = word; }, 2000);
}

function copyByHand(text, button) {
  const area = document.createElement("textarea");
  area.value = text;
  button.after(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  button.focus();
}

/* What somebody writes stands in the blanks of the preview at once. */
function fill(id, field) {
  const name = field.dataset.blank;
  for (const blank of document.querySelectorAll(`#${CSS.escape(id)} .blank[data-blank="${CSS.escape(name)}"]`)) {
    blank.textContent = field.value || `{{${name}}}`;
    blank.classList.toggle("filled", field.value !== "");
    blank.toggleAttribute("data-keep", field.value !== "");
  }
}

const isChanged = (field) => {
  if (field.type === "hidden" || field.type === "submit" || field.disabled) return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) return field.selectedIndex !== Math.max([...field.options].findIndex((one) => one.defaultSelected), 0);
  const untouched = field.cloneNode();
  untouched.value = field.defaultValue; // as browsers clean it: a single line has no breaks
  return field.value !== untouched.value;
};

function isUnsaved() {
  const forms = document.querySelectorAll("form[data-deed]:not([data-no-guard], [aria-busy='true'])");
  return [...forms].some((form) => [...form.elements].some((field) => "value" in field && field.type !== "button" && isChanged(field)));
}
