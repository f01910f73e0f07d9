/* An exchange as a command for a shell. The token is never in it: it is read from $TOKEN. */

const KEPT = new Set(["content-type", "x-hub-signature-256", "x-hub-signature", "file_offset", "user-agent"]);
const TOKENS = {"authorization": "Bearer $TOKEN", "d360-api-key": "$TOKEN"};

export function asCurl(exchange) {
  const lines = [`curl -sS -X ${exchange.method} ${quoted(exchange.url)}`];
  for (const [name, value] of Object.entries(exchange.headers)) {
    const secret = TOKENS[name.toLowerCase()];
    if (secret) lines.push(`-H "${name}: ${value.startsWith("OAuth") ? "OAuth $TOKEN" : secret}"`);
    else if (kept(exchange, name.toLowerCase())) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  }
  const [before, data] = dataOf(exchange);
  if (data) lines.push(data);
  return before + lines.join(" \\\n  ");
}

/* Why the command cannot repeat the exchange, if it cannot. */
export function curlLacks(exchange) {
  const {body} = exchange;
  if (!body || body.size === 0) return "";
  if (body.blanked) return "A secret in the body was blanked: put it back in.";
  return body.text === undefined && body.base64 === undefined ? "The body is a file that was not kept: add it." : "";
}

function kept(exchange, name) {
  return KEPT.has(name) && (exchange.kind === "callback" || name !== "user-agent");
}

/* The bytes as they were. What is no text goes through base64, since arguments of a shell are texts. */
function dataOf({body}) {
  if (!body || body.size === 0) return ["", ""];
  if (body.text !== undefined) return ["", `--data-raw ${quoted(body.text)}`];
  if (body.base64 !== undefined) return [`printf %s ${body.base64} | base64 -d | `, "--data-binary @-"];
  return ["", ""];
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
