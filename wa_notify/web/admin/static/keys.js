/* What the keyboard does while nothing is being written: / searches, j and k move, ? helps, g goes to views. */

const GO_WITHIN = 1500;
let going = 0;

const DEEDS = {
  "/": () => find("[data-focus='/']"),
  "j": () => step(1),
  "k": () => step(-1),
  "?": () => document.getElementById("help")?.showModal(),
  "g": (event) => { going = event.timeStamp + GO_WITHIN; },
};

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") leave(event);
    else if (!isWriting(event.target) && !document.querySelector("dialog[open], [popover]:popover-open")) press(event);
  });
}

const isWriting = (target) => target.matches?.("input:not([type='checkbox'], [type='radio']), textarea, select, [contenteditable]");

function press(event) {
  const goes = going > event.timeStamp;
  if (event.key !== "g") going = 0;
  const there = goes && document.querySelector(`.views [data-go="${CSS.escape(event.key)}"]`);
  const pressed = [...document.querySelectorAll("[data-key-press]")].find(({dataset}) => dataset.keyPress === event.key);
  if (there) there.click();
  else if (Object.hasOwn(DEEDS, event.key)) DEEDS[event.key](event);
  else if (pressed) pressed.click();
  else return;
  event.preventDefault();
}

function find(what) {
  const field = document.querySelector(what);
  field?.focus();
  field?.select();
}

function step(way) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[here < 0 ? (way > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + way, 0), rows.length - 1)];
  row?.querySelector("a, button")?.focus({preventScroll: true});
  row?.scrollIntoView({block: "nearest"});
}

/* Menus close; out of a field the focus goes back to the page. */
function leave(event) {
  const {target} = event;
  const menu = target.closest?.("details.menu[open]") ?? document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (isWriting(target) && !target.closest("dialog, [popover]")) {
    event.preventDefault(); // what was searched stays
    target.blur();
  }
}
