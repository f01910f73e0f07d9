/* Making elements. Text from outside only ever goes through textContent, never through markup. */

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  attach: "M8 12.5l6.4-6.4a3 3 0 0 1 4.2 4.2l-8 8a5 5 0 0 1-7.1-7.1l7.4-7.4",
  send: "M4 12l16-8-5 16-3.5-6.5z",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  down: "M6 9l6 6 6-6",
  list: "M9 7h10M9 12h10M9 17h10M5 7h.01M5 12h.01M5 17h.01",
  reply: "M10 7l-5 5 5 5M5 12h9a5 5 0 0 1 5 5",
  link: "M14 5h5v5M19 5l-8 8M17 14v5H5V7h5",
  phone: "M6 4h4l1.5 4.5-2.3 1.6a11 11 0 0 0 4.7 4.7l1.6-2.3L20 14v4a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2z",
  copy: "M9 9h10v11H9zM5 15V4h10",
  pin: "M12 21s6-5.6 6-10.5A6 6 0 0 0 6 10.5C6 15.4 12 21 12 21zM12 12.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  card: "M4 6h16v12H4zM8 15a2.5 2.5 0 0 1 5 0M10.5 11.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM15 10h3M15 13h3",
  sound: "M5 10v4h3l4 3V7l-4 3zM15.5 9.5a4 4 0 0 1 0 5",
  film: "M4 6h16v12H4zM10 9.5v5l4.5-2.5z",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 2-2 5 5M15.5 9.5h.01",
  play: "M8 5l11 7-11 7z",
  form: "M6 3h12v18H6zM9 8h6M9 12h6M9 16h3",
  bag: "M5 8h14l-1 13H6zM9 8V7a3 3 0 0 1 6 0v1",
  off: "M12 4v8M7.5 7a7 7 0 1 0 9 0",
};

export const byId = (id) => document.getElementById(id);

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

export function option(value, label) {
  const item = make("option", "", label);
  item.value = value;
  return item;
}

/* `values`: [value, label] of each. */
export function addOptions(select, values) {
  select.append(...values.map(([value, label]) => option(value, label)));
}

/* A select behind its label; `change(value)` is called when somebody chooses. */
export function makeChoice(label, values, change) {
  const row = make("label", "wide"), select = make("select");
  addOptions(select, values);
  select.addEventListener("change", () => change(select.value));
  row.append(make("span", "", label), select);
  return {row, select};
}

/* Write only what differs, so that nothing is announced or repainted twice. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/* A link to somewhere else, or null when the address is none that a browser should follow. */
export function outward(url, className = "", text = url) {
  if (!/^https?:\/\//i.test(url)) return null;
  const link = make("a", className, text);
  link.href = link.title = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

export async function copyText(text, button) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Copying was refused";
  }
  setTimeout(() => { button.textContent = before; }, 1500);
}
