/* Everything on this page opened, and what is on it that our pages never have. */
() => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  for (const one of document.querySelectorAll("[popover]")) { one.showPopover(); one.hidePopover(); }
  for (const one of document.querySelectorAll("dialog")) { one.showModal(); one.close(); }
  const all = [...document.querySelectorAll("*")];
  const found = (question) => all.filter(question).map((one) => one.outerHTML.slice(0, 300));
  const places = ["href", "xlink:href", "src", "action", "formaction", "data", "poster", "background", "cite"];
  const addresses = (one) => places.map((name) => one.getAttribute(name) ?? "");
  const isOurs = (url) => new URL(url, location.href).origin === location.origin;
  const parts = [
    "iframe", "object", "embed", "base", "style", "math", "meta[http-equiv]", "template:not(#words)",
    "script:not([src^='/admin/static/'])", "link:not([href^='/admin/static/'])",
    "form[action]:not([action^='/admin/'])", "form:not([action], [method=get], [method=dialog])",
  ].join(", ");
  return {
    hurt: window.hurt,
    handlers: found((one) => one.getAttributeNames().some((name) => /^on|^style$|^srcdoc$/i.test(name))),
    addresses: found((one) => addresses(one).some((url) => {
      const kind = url.replace(/[\x00-\x20]/g, "").toLowerCase();
      return /^(javascript|vbscript|blob):/.test(kind) || (kind.startsWith("data:") && one.tagName !== "IMG");
    })),
    parts: found((one) => one.matches(parts) || (one.src && !one.src.startsWith("data:image/svg+xml") && !isOurs(one.src))),
    doubles: ["main", "help", "flashes"].filter((id) => document.querySelectorAll(`[id="${id}"]`).length > 1),
    text: document.body.textContent,
  };
}
