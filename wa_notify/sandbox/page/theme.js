/* Dark and light: by the system, until the reader chooses. */

import {byId, setText} from "./dom.js";

function set(theme) {
  document.documentElement.dataset.theme = theme;
  const other = theme === "dark" ? "light" : "dark";
  setText(byId("theme"), other === "dark" ? "Dark" : "Light");
  byId("theme").setAttribute("aria-label", `Switch to ${other} colours`);
}

function kept() {
  try { return localStorage.getItem("theme"); } catch { return null; /* no storage: follow the system */ }
}

export function startTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const bySystem = () => { if (!kept()) set(dark.matches ? "dark" : "light"); };
  set(kept() || (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", bySystem);
  byId("theme").addEventListener("click", () => {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    set(theme);
    try { localStorage.setItem("theme", theme); } catch { /* for this visit only */ }
  });
}
