/* The first step for somebody who sees no phone yet: a first message, by hand or by the page. */

import {byId, setText} from "./dom.js";
import {complain} from "./wire.js";

let account = null;

const PERSON = "+447700900123";
const BODY = JSON.stringify({
  messaging_product: "whatsapp", to: PERSON, type: "template",
  template: {name: "hello_world", language: {code: "en_US"}},
});

export function startHello() {
  byId("hello").addEventListener("click", sayHello);
}

export function takeAccount(state) {
  ({account} = state);
  const numbers = (state.accounts).flatMap((one) => one.numbers);
  const who = numbers.length > 1
    ? `${numbers.length} business numbers`
    : `${account.verified_name}, ${account.display_phone_number}`;
  setText(byId("callbacks"), account.callback_url
    ? `${who}. Callbacks go to ${account.callback_url}`
    : `${who}. Callbacks go nowhere yet.`);
  byId("empty").hidden = state.phones.length > 0;
  setText(byId("command"), command());
}

function command() {
  return `curl ${location.origin}/v26.0/${account.phone_number_id}/messages \\\n`
    + `  -H 'Authorization: Bearer ${account.access_token}' \\\n  -H 'Content-Type: application/json' \\\n`
    + `  -d '${BODY}'`;
}

async function sayHello() {
  const response = await fetch(`/v26.0/${account.phone_number_id}/messages`, {
    method: "POST", body: BODY,
    headers: {"Authorization": `Bearer ${account.access_token}`, "Content-Type": "application/json"},
  });
  complain(response.ok ? "" : (await response.json()).error.message);
}
