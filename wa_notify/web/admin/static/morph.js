/* Make an element on the page like the one that the server draws now, and touch nothing that is the same.

Children with `data-key` or an id stay themselves, so focus, open details, text being typed and scroll position
survive. What people have opened or are sending is left alone. */

const OPENED = new Set(["DETAILS", "DIALOG"]);
const keyOf = (node) => node.nodeType === Node.ELEMENT_NODE ? node.dataset?.key ?? (node.getAttribute("id") ? `#${node.getAttribute("id")}` : null) : null;

/* `holds(list)`: whether new children with a key are to be kept back that would come before one that is there
   already. Gives how many were kept back. */
export function morph(old, fresh, {holds = () => false} = {}) {
  const focused = document.activeElement, marks = selectionOf(focused);
  const held = sameChildren(old, fresh, holds);
  sameAttributes(old, fresh);
  if (focused?.isConnected && focused !== document.activeElement && old.contains(focused)) {
    focused.focus({preventScroll: true});
    if (marks) focused.setSelectionRange(...marks);
  }
  return held;
}

function selectionOf(field) {
  try { return field?.selectionStart == null ? null : [field.selectionStart, field.selectionEnd]; } catch { return null; }
}

function sameNode(old, fresh, holds) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return 0;
  }
  if (old.getAttribute("aria-busy") === "true" || old.hasAttribute("data-keep")) return 0;
  sameAttributes(old, fresh);
  return sameChildren(old, fresh, holds);
}

function sameAttributes(old, fresh) {
  const kept = (name) => name === "open" && OPENED.has(old.tagName);
  for (const {name, value} of fresh.attributes) {
    if (!kept(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const {name} of [...old.attributes]) if (!fresh.hasAttribute(name) && !kept(name)) old.removeAttribute(name);
}

function sameChildren(old, fresh, holds) {
  const keyed = new Map([...old.childNodes].map((node) => [keyOf(node), node]));
  keyed.delete(null);
  const wanted = [...fresh.childNodes], keys = new Set(wanted.map(keyOf));
  dropUnwanted(old, keys);
  const lastKnown = wanted.findLastIndex((node) => keyed.has(keyOf(node)));
  let place = old.firstChild, held = 0;
  for (const [position, node] of wanted.entries()) {
    const key = keyOf(node);
    const known = key === null ? likeIn(place, node) : keyed.get(key);
    if (known && known.nodeName === node.nodeName) {
      if (known === place) place = place.nextSibling;
      else old.insertBefore(known, place);
      held += sameNode(known, node, holds);
    } else if (key !== null && position < lastKnown && holds(old)) {
      held += 1;
    } else {
      place = insert(old, node, place, known);
    }
  }
  while (place) {
    const next = place.nextSibling;
    if (keyOf(place) === null || keys.has(keyOf(place)) || !old.extended) place.remove();
    place = next;
  }
  return held;
}

/* Rows that are no more go first, so that those that stay need not move; those that were asked for by
   "Show more" lie behind what the server draws now, and stay. */
function dropUnwanted(old, keys) {
  const rows = [...old.children], last = rows.findLastIndex((row) => keys.has(keyOf(row)));
  for (const [position, row] of rows.entries()) {
    const key = keyOf(row);
    if (key !== null && !keys.has(key) && !(old.extended && position > last)) row.remove();
  }
}

/* The next node without a key that `node` can be put into. */
function likeIn(place, node) {
  return place && keyOf(place) === null && place.nodeName === node.nodeName ? place : null;
}

function insert(old, node, place, other) {
  const made = document.importNode(node, true);
  if (keyOf(made) !== null && old.childElementCount > 0) {
    made.classList.add("fresh");
    made.addEventListener("animationend", () => made.classList.remove("fresh"), {once: true});
  }
  old.insertBefore(made, place);
  if (other) {
    if (other === place) place = place.nextSibling;
    other.remove();
  }
  return place;
}
