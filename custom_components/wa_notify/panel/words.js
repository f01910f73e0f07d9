/* How times, lengths and money are said, in the language and the time zone that Home Assistant has. */

import {make, setText} from "./dom.js";

const MINUTE = 60000, DAY = 86400000;
const CLOCKS = {12: "h12", 24: "h23"};

export function wording(hass, say) {
  const {locale = {}, config = {}} = hass;
  const language = hass.language.startsWith(say.language) ? hass.language : say.language;
  const zone = locale.time_zone === "server" && config.time_zone ? {timeZone: config.time_zone} : {};
  const cycle = CLOCKS[locale.time_format] ? {hourCycle: CLOCKS[locale.time_format]} : {};
  const formatter = (how) => new Intl.DateTimeFormat(language, {...zone, ...how});
  const minutes = formatter({hour: "2-digit", minute: "2-digit", ...cycle});
  const seconds = formatter({hour: "2-digit", minute: "2-digit", second: "2-digit", ...cycle});
  const days = formatter({weekday: "short", day: "numeric", month: "short", year: "numeric"});
  const months = new Intl.DateTimeFormat(language, {month: "long", timeZone: "UTC"});
  const numbers = new Intl.NumberFormat(language);

  /* What is left is never said to be more than it is, and what is to come never to be sooner. */
  function lengthText(span, round = Math.floor) {
    const whole = round(span / MINUTE), h = Math.floor(whole / 60), m = whole % 60, d = Math.floor(h / 24);
    if (d >= 2) return say(d < 7 && h % 24 ? "length.days_hours" : "length.days", {d, h: h % 24});
    if (h >= 1) return say(m ? "length.hours_minutes" : "length.hours", {h, m});
    return whole >= 1 ? say("length.minutes", {m}) : say("length.moment");
  }

  /* How long ago, or until then. */
  function relative(at, now) {
    const span = now - Date.parse(at), way = span < 0 ? "in" : "ago";
    if (Math.abs(span) < MINUTE) return say(`${way}.moment`);
    return say(way, {length: lengthText(Math.abs(span), span < 0 ? Math.ceil : Math.floor)});
  }

  const full = (at) => `${days.format(new Date(at))}, ${seconds.format(new Date(at))}`;

  return {
    lengthText,
    relative,
    full,
    minute: (at) => minutes.format(new Date(at)),
    day: (at) => days.format(new Date(at)),
    isToday: (at, now) => days.format(new Date(at)) === days.format(new Date(now)),
    month: (month) => months.format(new Date(`${month}-15T12:00:00Z`)),
    number: (value) => numbers.format(value),
    money: (amount, currency) => money(Number(amount), currency, language),
    /* An element that says how long ago; the absolute time on hover and for those who hear it. */
    time: () => {
      const element = make("time"), said = make("span"), exact = make("span", "heard");
      element.append(said, exact);
      return {node: element, show: (at, now) => {
        setText(said, relative(at, now));
        setText(exact, ` (${full(at)})`);
        if (element.dateTime !== at) element.dateTime = at;
        element.title = full(at);
      }};
    },
  };
}

function money(amount, currency, language) {
  const digits = amount !== 0 && Math.abs(amount) < 0.1 ? 4 : 2;
  try {
    return new Intl.NumberFormat(language, {
      style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: digits,
    }).format(amount);
  } catch {
    return `${amount.toFixed(digits)} ${currency}`;
  }
}

export {DAY, MINUTE};
