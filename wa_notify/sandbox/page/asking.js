/* The sheets in which a person gives what a message asks for: a place, the fields of a form, an order. */

import {make, makeButton} from "./dom.js";
import {closeSheet, openSheet} from "./sheet.js";
import {act} from "./wire.js";

const PLACE = [
  {name: "name", label: "Name of the place", value: "Where I am"},
  {name: "address", label: "Address", value: "1 Example Way"},
  {name: "latitude", label: "Latitude", value: "51.5007", type: "number", step: "any"},
  {name: "longitude", label: "Longitude", value: "-0.1246", type: "number", step: "any"},
];
const ADDRESS = [
  {name: "name", label: "Name", value: ""},
  {name: "address", label: "Street and house", value: "1 Example Way"},
  {name: "city", label: "Town", value: "Exampleton"},
  {name: "phone_number", label: "Telephone", value: ""},
];
const FORM = {name: "fields", label: "What was filled in, as JSON", value: '{\n  "comment": "All is well"\n}', rows: 6};
const ORDER = [
  {name: "item_price", label: "Price of one", value: "10.00", type: "number", step: "any"},
  {name: "currency", label: "Currency", value: "GBP"},
  {name: "text", label: "Words with it", value: ""},
];

/* `phone`: path, frame, number, state. Opens a sheet, or answers at once where there is nothing to say. */
export function openAnswer(phone, message, button) {
  const answer = (given) => act(`${phone.path}/reply`, {answer: given, on: message.wamid});
  const ask = (fields, given) => openSheet(phone.frame, button.title, [formOf(fields, given, answer)]);
  switch (button.kind) {
    case "location": return ask(PLACE, placeOf);
    case "address": return ask(ADDRESS.map((field) => ownOf(field, phone)), filledIn);
    case "flow": return ask([FORM], ({fields}) => objectOf(fields));
    case "products": return ask([...productsOf(message), ...ORDER], (given) => orderOf(given, message));
    case "call_permission": return openSheet(phone.frame, "May the business call?", [permission(answer)]);
    default: return answer({});
  }
}

/* A form whose submit gives what `given(values)` makes of it; what it throws is said above the button. */
function formOf(fields, given, answer) {
  const form = make("form", "asking"), inputs = new Map(), wrong = make("p", "bad"), send = make("button", "", "Send");
  wrong.setAttribute("role", "alert");
  for (const field of fields) {
    const row = make("label"), input = make(field.rows ? "textarea" : "input");
    if (field.rows) input.rows = field.rows;
    else Object.assign(input, {type: field.type ?? "text", step: field.step ?? "", min: field.min ?? ""});
    input.value = field.value;
    input.required = field.type === "number";
    input.autocomplete = "off";
    row.append(make("span", "quiet", field.label), input);
    inputs.set(field.name, input);
    form.append(row);
  }
  send.type = "submit";
  form.append(wrong, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = Object.fromEntries([...inputs].map(([name, input]) => [name, input.value.trim()]));
    try {
      const answered = given(values);
      closeSheet(() => answer(answered));
    } catch (error) {
      wrong.textContent = error.message;
    }
  });
  return form;
}

function permission(answer) {
  const rows = make("div", "rows");
  for (const [label, response] of [["Allow calls for a week", "accept"], ["No calls", "reject"]]) {
    rows.append(makeButton(label, "", () => closeSheet(() => answer({response}))));
  }
  return rows;
}

function ownOf(field, {state}) {
  const own = {name: state.name, phone_number: state.number}[field.name];
  return own ? {...field, value: own} : field;
}

function placeOf({latitude, longitude, ...words}) {
  return {latitude: Number(latitude), longitude: Number(longitude), ...filledIn(words)};
}

function filledIn(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
}

function objectOf(text) {
  let given;
  try { given = JSON.parse(text); } catch { throw new Error("This is not JSON. Look at quotes and commas."); }
  if (given === null || typeof given !== "object" || Array.isArray(given)) {
    throw new Error('A form is a JSON object, such as {"comment": "All is well"}.');
  }
  return given;
}

/* How many of each product that the message names; of a whole catalogue the person says which one. */
function productsOf({products}) {
  const count = (name, label, value) => ({name, label, value, type: "number", step: "1", min: "0"});
  if (products.length === 0) {
    return [{name: "product", label: "Number of the product", value: "SKU-1"}, count("0", "How many", "1")];
  }
  return products.map((id, place) => count(String(place), `How many of ${id}`, place === 0 ? "1" : "0"));
}

function orderOf(given, {products}) {
  const named = products.length ? products : [given.product];
  const price = {item_price: Number(given.item_price), currency: given.currency};
  const items = named.map((id, place) => ({product_retailer_id: id, quantity: Number(given[place]), ...price}))
    .filter((item) => item.quantity > 0);
  if (items.length === 0 || items.some((item) => !item.product_retailer_id)) {
    throw new Error("Nothing is ordered yet: name a product, and take at least one of it.");
  }
  return {items, ...filledIn({text: given.text})};
}
