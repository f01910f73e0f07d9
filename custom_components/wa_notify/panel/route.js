/* Where somebody is in the panel: /wa-notify/<entry>/<view>/<ticket>. */

const VIEWS = ["tickets", "people"];

export function readRoute(route) {
  const [entry = "", view = "", number = ""] = (route?.path ?? "").split("/").filter(Boolean).map(decoded);
  return {
    entry,
    view: VIEWS.includes(view) ? view : "tickets",
    number: /^[1-9]\d{0,14}$/.test(number) ? Number(number) : null,
  };
}

function decoded(part) {
  try { return decodeURIComponent(part); } catch { return ""; }
}

export function pathTo(prefix, entry, view, number = null) {
  const parts = [prefix, encodeURIComponent(entry), view, ...(number === null ? [] : [number])];
  return parts.join("/");
}
