/* Making elements. Text from outside only ever goes through textContent, never through markup. */

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  menu: "M4 7h16M4 12h16M4 17h16",
  back: "M15 6l-6 6 6 6",
  alarm: "M12 6v7M12 17h.01",
  sent: "M5 12h13M13 7l5 5-5 5",
  ticks: "M3 13l4 4 8-10M11 16l1 1 8-10",
  wait: "M9 7v10M15 7v10",
  stop: "M7 7l10 10M17 7L7 17",
  word: "M5 6h14v9h-8l-4 4v-4H5z",
  check: "M5 13l5 5 9-11",
  person: "M12 12a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM5 20a7 7 0 0 1 14 0",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20a2 2 0 0 0 4 0",
  up: "M12 19V6M6 12l6-6 6 6",
  hush: "M5 10v4h3l4 3V7l-4 3zM16 10l4 4M20 10l-4 4",
  more: "M12 6v12M6 12h12",
  end: "M6 12h12",
  keyboard: "M9.5 9a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 17h.01",
};

export function make(tag, className = "", text = undefined) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/* A button; `label` is seen, or only heard when an icon stands in its place. */
export function makeButton(label, className, onClick, iconName = "") {
  const button = make("button", className, iconName ? undefined : label);
  button.type = "button";
  if (iconName) {
    button.append(icon(iconName));
    button.setAttribute("aria-label", label);
    button.title = label;
  }
  button.addEventListener("click", onClick);
  return button;
}

export function icon(name) {
  const svg = drawn("svg", {viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true"});
  svg.append(drawn("path", {d: ICONS[name]}));
  return svg;
}

export function drawn(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/* Write only what differs, so that nothing is announced or repainted twice. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/* Make the children of `parent` those of `items`: each has a node for good, found by its key and told anew.
   `create(item)` gives {node, show(item)}. Nodes that stay are not touched, so focus and reading stay too. */
export function keep(parent, items, keyOf, create) {
  const known = parent.kept ?? new Map(), wanted = new Map();
  for (const item of items) {
    const key = keyOf(item), row = known.get(key) ?? create(item);
    row.show(item);
    wanted.set(key, row);
  }
  for (const [key, row] of known) if (!wanted.has(key)) row.node.remove();
  let place = parent.firstElementChild;
  for (const [key, {node}] of wanted) {
    if (node === place) place = place.nextElementSibling;
    else {
      if (parent.kept && !known.has(key)) node.classList.add("fresh");
      parent.insertBefore(node, place);
    }
  }
  parent.kept = wanted;
}

/* Put the nodes into the parent unless exactly these stand there. */
export function place(parent, nodes) {
  const there = [...parent.childNodes];
  if (there.length === nodes.length && nodes.every((node, at) => node === there[at])) return;
  parent.replaceChildren(...nodes);
}

/* A link to somewhere else, or null when the address is none that a browser should follow. */
export function outward(url, text) {
  if (!/^https?:\/\//i.test(url)) return null;
  const link = make("a", "", text);
  link.href = link.title = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

/* A link inside Home Assistant; it is followed without loading the page anew. */
export function inward(className, text, onFollow = null) {
  const link = make("a", className, text);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (onFollow) onFollow();
    else go(link.getAttribute("href"));
  });
  return link;
}

/* How the frontend of Home Assistant changes its place. */
export function go(path, {replace = false} = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", path);
  dispatchEvent(new CustomEvent("location-changed", {detail: {replace}}));
}
