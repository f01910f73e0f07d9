/* Colours by the system, until the reader chooses. It runs before anything is drawn, so nothing flashes. */

"use strict";

(() => {
  const root = document.documentElement, NAME = "wa_notify-theme";
  const kept = () => {
    try { return localStorage.getItem(NAME); } catch { return null; /* no storage: follow the system */ }
  };
  const show = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  root.dataset.script = "";
  show(kept());
  addEventListener("storage", (event) => { if (event.key === NAME) show(event.newValue); });
  document.addEventListener("DOMContentLoaded", () => {
    for (const input of document.querySelectorAll("[data-themes] input")) {
      input.checked = input.value === (root.dataset.theme ?? "system");
      input.addEventListener("change", () => {
        show(input.value);
        try { localStorage.setItem(NAME, input.value); } catch { /* for this visit only */ }
      });
    }
  });
})();
