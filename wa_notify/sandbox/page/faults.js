/* Trouble on demand: presets, how callbacks travel, and any fault from the table of refusals. */

import {addOptions, byId, make, makeButton, makeChoice, option} from "./dom.js";
import {addSwitch, showSwitch} from "./switches.js";
import {act, call} from "./wire.js";
import {timeText} from "./words.js";

const KINDS = [
  ["error", "is refused with the code"], ["failed", "is accepted and fails later with the code"],
  ["timeout", "gets no answer"], ["accept_then_timeout", "is accepted and gets no answer"],
  ["disconnect", "is cut off"],
];
const PRESETS = [
  ["Next 3 sends: server error", {kind: "error", code: 131000, status: 503, times: 3}],
  ["Next send: too fast", {kind: "error", code: 130429}],
  ["Next send: accepted, then silence", {kind: "accept_then_timeout"}],
  ["Next send: fails at the phone", {kind: "failed", code: 131026}],
  ["Storm: half of all sends fail for 10 min", {kind: "error", code: 131000, status: 503, share: 0.5, lasts: 600}],
];
const STATUSES = ["sent", "delivered", "read", "failed"];
const ORDERS = [["in_order", "in order"], ["reversed", "reversed"], ["shuffled", "shuffled"]];
const SIGNATURES = [["right", "right"], ["wrong", "wrong"], ["missing", "missing"]];
let shownFaults = "", shownPolicy = "", inputs = {};

export function startFaults() {
  for (const [label, fault] of PRESETS) byId("presets").append(makeButton(label, "", () => act("faults", fault)));
  byId("clear-faults").addEventListener("click", () => act("faults", undefined, "DELETE"));
  addOptions(byId("fault-kind"), KINDS);
  byId("fault-kind").addEventListener("change", fitCode);
  byId("fault-minutes").addEventListener("input", ({target}) => { byId("fault-times").disabled = target.value !== ""; });
  byId("fault").addEventListener("submit", (event) => {
    event.preventDefault();
    addFault();
  });
  buildCallbacks();
  fillCodes();
}

/* Show what waits and what is switched; called with each state, does nothing when nothing changed. */
export function takeFaults(state) {
  const faults = JSON.stringify(state.faults), policy = JSON.stringify(state.policy);
  if (faults !== shownFaults) showWaiting(state.faults);
  if (policy !== shownPolicy) showPolicy(state.policy);
  shownFaults = faults;
  shownPolicy = policy;
}

async function fillCodes() {
  const {refusals} = await call("refusals"), seen = new Set();
  for (const row of refusals.toSorted((one, other) => one.code - other.code)) {
    if (seen.has(row.code)) continue;
    seen.add(row.code);
    const item = option(row.code, `${row.code} ${row.title}`);
    item.dataset.late = row.http === null ? "yes" : "";
    byId("fault-code").append(item);
  }
  byId("fault-code").value = "131000";
  fitCode();
}

/* A code that never answers a request cannot refuse one. */
function fitCode() {
  const kind = byId("fault-kind").value, select = byId("fault-code");
  select.disabled = kind !== "error" && kind !== "failed";
  for (const item of select.options) item.disabled = kind === "error" && item.dataset.late === "yes";
  if (select.selectedOptions[0]?.disabled) select.value = "131000";
}

function addFault() {
  const kind = byId("fault-kind").value, code = byId("fault-code");
  act("faults", {
    kind, path: byId("fault-path").value, share: Number(byId("fault-share").value) / 100, ...howLong(),
    ...(code.disabled ? {} : {code: Number(code.value)}),
  });
}

/* A storm lasts; what does not is counted. */
function howLong() {
  const minutes = byId("fault-minutes").value;
  return minutes ? {lasts: Number(minutes) * 60} : {times: Number(byId("fault-times").value)};
}

function showWaiting(faults) {
  byId("clear-faults").disabled = faults.length === 0;
  const items = faults.map((fault) => {
    const item = make("li"), times = howMany(fault);
    const what = fault.kind === "error" || fault.kind === "failed" ? ` ${fault.code}` : "";
    const sentence = Object.fromEntries(KINDS)[fault.kind].replace(" with the code", "");
    const where = fault.path || "all paths";
    item.append(make("span", "", `${times}: ${sentence}${what}`), " ", make("code", "", where));
    return item;
  });
  byId("waiting").replaceChildren(...(items.length ? items : [make("li", "quiet", "No fault waits.")]));
}

function howMany(fault) {
  const share = fault.share < 1 ? `${Math.round(fault.share * 100)} % of requests` : "every request";
  if (fault.until) return `${share} until ${timeText(fault.until, true)}`;
  return fault.times >= 1000000 ? share : `next ${fault.times}`;
}

function buildCallbacks() {
  const box = byId("callback-faults"), change = (values) => act("policy", values);
  const check = (label, apply) => addSwitch(box, label, apply);
  inputs.held = check("Hold them back", (on) => change({held: on}));
  inputs.duplicates = check("Send each twice", (on) => change({duplicates: on ? 1 : 0}));
  inputs.drop = Object.fromEntries(STATUSES.map((status) => [status, check(`Drop every “${status}”`, dropped)]));
  const choose = (label, values, apply) => {
    const {row, select} = makeChoice(label, values, apply);
    box.append(row);
    return select;
  };
  inputs.order = choose("A message's statuses come", ORDERS, (order) => change({order}));
  inputs.signature = choose("The signature is", SIGNATURES, (signature) => change({signature}));
}

function dropped() {
  return act("policy", {drop: STATUSES.filter((status) => inputs.drop[status].checked)});
}

function showPolicy(policy) {
  showSwitch(inputs.held, policy.held);
  showSwitch(inputs.duplicates, policy.duplicates > 0);
  inputs.order.value = policy.order;
  inputs.signature.value = policy.signature;
  for (const status of STATUSES) showSwitch(inputs.drop[status], policy.drop.includes(status));
}
