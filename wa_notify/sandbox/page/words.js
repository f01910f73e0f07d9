/* How times, lengths and fates are said. */

export const TICKS = {
  accepted: ["◷", "accepted"], sent: ["✓", "sent"], delivered: ["✓✓", "delivered"],
  read: ["✓✓", "read"], played: ["✓✓", "played"], failed: ["!", "not delivered"], expired: ["–", "expired, never arrived"],
};

/* What is true and what to do; codes that are not here are explained by the platform's own details. */
const FATES = {
  131047: "The window was closed. Send a template instead.",
  131026: "This person cannot be reached on WhatsApp. Use another channel.",
  131053: "The file behind the link could not be fetched. Check the link, or upload the file.",
  131049: "Held back to protect the person from too much marketing. Wait before trying again.",
  130472: "The person is in an experiment without marketing. Do not try again; use another kind of message.",
  131031: "The account is locked. Look at its standing.",
  131042: "Payment failed. Add a payment method to the account.",
  131048: "Too many people have complained about this number. Write less, and only to who wants it.",
  131064: "Utility templates are refused, as some were filed in the wrong category. File them rightly.",
  131050: "The person has stopped marketing messages. Ask for a new opt-in.",
  132015: "The template is paused for its quality. Use another one, or wait.",
};

export const fateText = (failure) => FATES[failure.code] || failure.error_data?.details || failure.title;

// Made once: to make one takes longer than to use it a hundred times.
const MINUTES = new Intl.DateTimeFormat([], {hour: "2-digit", minute: "2-digit", hourCycle: "h23"});
const SECONDS = new Intl.DateTimeFormat([], {hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23"});
const DAYS = new Intl.DateTimeFormat([], {weekday: "short", day: "numeric", month: "short", year: "numeric"});

export const timeText = (at, seconds = false) => (seconds ? SECONDS : MINUTES).format(new Date(at));

export const dayText = (at) => DAYS.format(new Date(at));

/* "Today" and "Yesterday" as the sandbox's clock has it. */
export function dayName(at, now) {
  const day = dayText(at);
  if (day === dayText(now)) return "Today";
  return day === dayText(now - 86400000) ? "Yesterday" : day;
}

export function lengthText(seconds) {
  const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
  if (days >= 2) return `${days} d ${hours % 24} h`;
  if (hours >= 1) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return minutes >= 1 ? `${minutes} min` : "less than a minute";
}

export function shortLength(seconds) {
  if (seconds < 1) return `${Math.max(Math.round(seconds * 1000), 0)} ms`;
  return seconds < 60 ? `${Math.round(seconds)} s` : lengthText(seconds);
}

export function hostOf(link) {
  try { return new URL(link).host; } catch { return link; }
}

export function sizeText(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1048576).toFixed(1)} MB`;
}
