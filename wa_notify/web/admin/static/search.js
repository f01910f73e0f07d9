/* Search as somebody types, and more rows as somebody scrolls. Both are plain forms and links as well. */

import {ask, showMain} from "./asking.js";
import {morph} from "./morph.js";

const PAUSE = 200;

export function startSearch() {
  for (const type of ["input", "change", "submit"]) document.addEventListener(type, heard);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-more]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    more(link);
  });
  watch();
}

const timers = new WeakMap(), asked = new WeakMap();

function heard(event) {
  const form = event.target.closest?.("form[data-search]");
  if (!form) return;
  if (event.type === "submit") event.preventDefault();
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => search(form), event.type === "input" ? PAUSE : 0));
}

async function search(form) {
  const url = new URL(form.getAttribute("action") ?? location.pathname, location.href);
  for (const [name, value] of new FormData(form)) if (value) url.searchParams.append(name, value);
  if (url.href === (form.sought ?? location.href)) return;
  form.sought = url.href;
  asked.get(form)?.abort();
  const asking = new AbortController(), busy = document.getElementById(form.dataset.target);
  asked.set(form, asking);
  busy?.setAttribute("aria-busy", "true");
  const page = await ask(url, {signal: asking.signal}).catch(() => null);
  if (asking.signal.aborted) return;
  busy?.removeAttribute("aria-busy");
  if (!page) {
    form.sought = null;
    return;
  }
  history.replaceState(history.state, "", url);
  show(form.dataset.target, page);
}

function show(target, page) {
  const list = document.getElementById(target), fresh = page.getElementById(target);
  if (!list || !fresh) {
    showMain(page, {keeps: true});
    return;
  }
  list.extended = false;
  morph(list, fresh);
  showPager(target, page);
}

function showPager(target, page) {
  const pager = document.getElementById(`${target}-pager`), fresh = page.getElementById(`${target}-pager`);
  if (pager) pager.replaceChildren(...[...(fresh?.childNodes ?? [])].map((node) => document.importNode(node, true)));
  watch();
}

async function more(link) {
  const target = link.dataset.more, list = document.getElementById(target);
  if (!list || link.getAttribute("aria-busy") === "true") return;
  link.setAttribute("aria-busy", "true");
  const page = await ask(link.href).catch(() => null), fresh = page?.getElementById(target);
  if (!fresh) {
    location.assign(link.href);
    return;
  }
  const focused = link === document.activeElement, known = new Set([...list.children].map(({dataset}) => dataset.key));
  const rows = [...fresh.children].filter(({dataset}) => !known.has(dataset.key)).map((row) => document.importNode(row, true));
  list.append(...rows);
  list.extended = true;
  showPager(target, page);
  if (focused) rows[0]?.querySelector("a, button")?.focus({preventScroll: true});
}

/* A list at the end of a page goes on by itself before its end is reached. */
function watch() {
  for (const link of document.querySelectorAll("main > .pager:last-child > a[data-more]")) {
    if (link.watched) continue;
    link.watched = true;
    new IntersectionObserver(([entry], observer) => {
      if (!entry.isIntersecting) return;
      observer.disconnect();
      more(link);
    }, {rootMargin: "400px"}).observe(link);
  }
}
