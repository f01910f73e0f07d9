/* The marks of chat text, as nodes: bold, italic, struck, code, lists, quotes, links.

A mark counts where it touches the text inside, and stands at the edge of a word on its outside. There is no
sign to escape one. Code keeps everything as it is. */

import {make, outward} from "./dom.js";

const PAIRS = {"*": "strong", "_": "em", "~": "s"};
const WORD = /[\p{L}\p{N}]/u;
const ITEM = /^[*-] +(.+)$/, NUMBERED = /^(\d{1,3})\. +(.+)$/, QUOTE = /^> ?(.*)$/;
const URL_HERE = /https?:\/\/[^\s<>"]+/iy;
const FENCE = /```([\s\S]+?)```/g;

/* Everything that a body or a caption may hold. */
export function formatted(text) {
  const nodes = [];
  let end = 0;
  for (const fence of text.matchAll(FENCE)) {
    nodes.push(...lines(text.slice(end, fence.index).replace(/\n$/, "")));
    nodes.push(make("pre", "", fence[1].replace(/^\n|\n$/g, "")));
    end = fence.index + fence[0].length;
  }
  nodes.push(...lines(end ? text.slice(end).replace(/^\n/, "") : text));
  return nodes;
}

/* Only the links: what a footer shows. */
export const linked = (text) => inline(text, "");

function lines(text) {
  const nodes = [];
  if (!text) return nodes;
  for (const line of text.split("\n")) {
    const [kind, content, number] = sorted(line);
    let block = nodes.at(-1);
    if (!block || block.dataset.kind !== kind || kind === "line") {
      block = blockOf(kind, number);
      nodes.push(block);
    } else if (kind === "quote") {
      block.append(document.createElement("br"));
    }
    const home = kind === "bullet" || kind === "number" ? block.appendChild(make("li")) : block;
    home.append(...inline(content, "*_~"));
  }
  return nodes;
}

function sorted(line) {
  const item = ITEM.exec(line), numbered = NUMBERED.exec(line), quote = QUOTE.exec(line);
  if (item) return ["bullet", item[1]];
  if (numbered) return ["number", numbered[2], Number(numbered[1])];
  return quote ? ["quote", quote[1]] : ["line", line];
}

function blockOf(kind, number) {
  const block = make({bullet: "ul", number: "ol", quote: "blockquote", line: "p"}[kind]);
  block.dataset.kind = kind;
  if (kind === "number") block.start = number;
  return block;
}

function inline(text, marks) {
  const nodes = [];
  let plain = "", at = 0;
  const put = (node, length) => {
    if (plain) nodes.push(document.createTextNode(plain));
    plain = "";
    nodes.push(node);
    at += length;
  };
  while (at < text.length) {
    const mark = text[at], url = linkAt(text, at), close = closing(text, at, marks);
    if (url) put(outward(url), url.length);
    else if (close > 0 && mark === "`") put(make("code", "", text.slice(at + 1, close)), close + 1 - at);
    else if (close > 0) {
      const element = make(PAIRS[mark]);
      element.append(...inline(text.slice(at + 1, close), marks.replace(mark, "")));
      put(element, close + 1 - at);
    } else plain += text[at++];
  }
  if (plain) nodes.push(document.createTextNode(plain));
  return nodes;
}

function linkAt(text, at) {
  if (text[at] !== "h" && text[at] !== "H") return "";
  URL_HERE.lastIndex = at;
  const found = URL_HERE.exec(text);
  return found && !WORD.test(text[at - 1] ?? "") ? found[0].replace(/[.,;:!?)*_~]+$/, "") : "";
}

/* Where the mark that opens at `at` closes; -1 when it does not open or never closes. */
function closing(text, at, marks) {
  const mark = text[at];
  if (mark === "`") return marks && text[at + 1] !== "`" ? text.indexOf("`", at + 2) : -1;
  const opens = marks.includes(mark) && !WORD.test(text[at - 1] ?? "") && /[^\s]/.test(text[at + 1] ?? " ");
  if (!opens || text[at + 1] === mark) return -1;
  for (let end = text.indexOf(mark, at + 2); end > 0; end = text.indexOf(mark, end + 1)) {
    if (/[^\s]/.test(text[end - 1]) && !WORD.test(text[end + 1] ?? "")) return end;
  }
  return -1;
}
