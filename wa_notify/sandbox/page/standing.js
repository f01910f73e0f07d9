/* What the platform may do to the business: end its token, act against the account, rate numbers, judge templates. */

import {sandboxNow} from "./clock.js";
import {addOptions, byId, make, makeButton, makeChoice, setText} from "./dom.js";
import {act} from "./wire.js";
import {dayText, timeText} from "./words.js";

const HOUR_SECONDS = 3600;
const ENDINGS = [
  ["", "works"], ["expired", "has expired"], ["password_changed", "ended with a new password"],
  ["invalidated", "was taken back"],
];
const MEASURES = [
  ["NO_PAYMENT_METHOD", "Payment method missing"], ["LOCKED", "Account locked"],
  ["POLICY_BLOCK", "Blocked for its policies"],
  ["RESTRICTED_BIZ_INITIATED_MESSAGING", "May not write first"],
  ["RESTRICTED_CUSTOMER_INITIATED_MESSAGING", "May not answer"],
  ["RESTRICTED_UTILITY_TEMPLATES", "No utility templates"],
  ["RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES", "No Direct Send"],
  ["RESTRICTED_ADD_PHONE_NUMBER_ACTION", "No new numbers"],
  ["MISCLASSIFICATION", "Templates wrongly filed"],
  ["SCHEDULE_FOR_DISABLE", "Ban to come, when the hours are over"], ["DISABLED", "Banned"],
];
const QUALITIES = [["GREEN", "green"], ["YELLOW", "yellow"], ["RED", "red"], ["UNKNOWN", "unknown"]];
const VERDICTS = [
  ["Approve it", {status: "APPROVED"}], ["Pause it", {status: "PAUSED"}],
  ["Reject it", {status: "REJECTED", reason: "INVALID_FORMAT"}], ["Disable it", {status: "DISABLED"}],
  ["Announce: marketing from tomorrow", {correct_category: "MARKETING"}],
  ["Make it marketing now", {category: "MARKETING"}], ["Make it utility now", {category: "UTILITY"}],
  ["Quality yellow", {quality: "YELLOW"}], ["Quality red, with what follows", {quality: "RED"}],
  ["Quality green", {quality: "GREEN"}],
];
let accounts = [], shown = "", ratings = [];

export function startStanding() {
  addOptions(byId("token-end"), ENDINGS);
  addOptions(byId("measure"), MEASURES);
  addOptions(byId("verdict"), VERDICTS.map(([label], place) => [place, label]));
  byId("account").addEventListener("change", showAccount);
  byId("template").addEventListener("change", showTemplate);
  byId("token-end").addEventListener("change", ({target}) => {
    about("tokens", target.value ? {ends_as: target.value} : {renew: true});
  });
  byId("take-measure").addEventListener("submit", (event) => {
    event.preventDefault();
    const hours = byId("measure-hours").value;
    about("standing", {
      measure: byId("measure").value, ...(hours ? {lasts: Number(hours) * HOUR_SECONDS} : {}),
    });
  });
  byId("judge").addEventListener("submit", (event) => {
    event.preventDefault();
    const {name, language} = templateChosen();
    const path = `templates/${encodeURIComponent(name)}/${encodeURIComponent(language)}`;
    about(path, VERDICTS[Number(byId("verdict").value)][1]);
  });
}

/* Called with each state; does nothing when nothing of it changed. */
export function takeStanding(state) {
  const ended = state.accounts.map((account) => endingOf(account));
  const seen = JSON.stringify([ended, state.accounts]);
  if (seen === shown) return;
  shown = seen;
  accounts = state.accounts;
  const labels = accounts.map((account) => [account.waba_id, `${account.verified_name}, ${account.waba_id}`]);
  offer(byId("account"), labels);
  byId("which-account").hidden = accounts.length < 2;
  showAccount();
}

async function about(path, values) {
  // What is shown is what is true: a refused choice goes back.
  if (!await act(`${path}?waba=${encodeURIComponent(byId("account").value)}`, values)) showAccount();
}

const chosen = () => accounts.find((account) => account.waba_id === byId("account").value);

function showAccount() {
  const account = chosen();
  byId("token-end").value = endingOf(account);
  showMeasures(account.standing.measures);
  showRatings(account.numbers);
  offer(byId("template"), account.templates.map(({name, language}) => [`${name}/${language}`, `${name}, ${language}`]));
  showTemplate();
}

/* Why its own token does not work now; empty while it works. */
function endingOf(account) {
  const token = account.tokens.find((one) => one.token === account.access_token);
  return token?.ends_at && Date.parse(token.ends_at) <= sandboxNow() ? token.ends_as : "";
}

function showMeasures(measures) {
  const names = Object.fromEntries(MEASURES), items = Object.entries(measures).map(([measure, until]) => {
    const item = make("li"), end = until ? ` until ${dayText(until)}, ${timeText(until)}` : "";
    const lift = makeButton("Lift", "", () => about("standing", {measure, lift: true}));
    lift.setAttribute("aria-label", `Lift: ${names[measure] ?? measure}`);
    item.append(make("span", "", `${names[measure] ?? measure}${end}`), lift);
    return item;
  });
  byId("measures").replaceChildren(...(items.length ? items : [make("li", "quiet", "Nothing is held against it.")]));
}

function showRatings(numbers) {
  const ids = numbers.map((number) => number.phone_number_id).join();
  if (ids !== byId("ratings").dataset.ids) {
    ratings = numbers.map((number) => ratingOf(number));
    byId("ratings").dataset.ids = ids;
    byId("ratings").replaceChildren(...ratings.map(({row}) => row));
  }
  for (const [place, {select}] of ratings.entries()) select.value = numbers[place].quality_rating;
}

function ratingOf(number) {
  return makeChoice(`Quality of ${number.display_phone_number}`, QUALITIES, (quality) => (
    about(`numbers/${number.phone_number_id}/standing`, {quality})
  ));
}

const templateChosen = () => (
  chosen().templates.find(({name, language}) => `${name}/${language}` === byId("template").value)
);

function showTemplate() {
  const template = templateChosen();
  byId("judge-it").disabled = !template;
  if (!template) return;
  const {status, category, quality_score: quality} = template;
  const facts = [status, category, quality?.score && `quality ${quality.score}`].filter(Boolean);
  setText(byId("template-state"), facts.join(", ").toLowerCase().replaceAll("_", " "));
}

/* Put options into a select and keep what is chosen, if it is still there. */
function offer(select, labels) {
  const before = select.value;
  if (JSON.stringify(labels) === select.dataset.offered) return;
  select.dataset.offered = JSON.stringify(labels);
  select.replaceChildren();
  addOptions(select, labels);
  if (labels.some(([value]) => value === before)) select.value = before;
}
