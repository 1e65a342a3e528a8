// Two bodies are the same if they look the same here: attributes in order, and only the space that
// readers see.

import { parse } from "./reading.js";
import { standsAmongWords } from "./vocabulary.js";

const EDGE = "\u0001"; // where a line begins or ends, and so space is not seen
const KEPT = { " ": "\ue000", "\n": "\ue001", "\t": "\ue002", "\r": "\ue001", "\f": "\ue003" };
const SAME_WITHOUT = new Set(["a rel", "td colspan 1", "td rowspan 1", "th colspan 1", "th rowspan 1"]);

/** Return one spelling of a body, block by block. */
export function canonical(html) {
  const body = parse(html);
  return [...runs(body)].map((nodes) => settle(nodes.map((node) => spell(node, false)).join("")))
    .filter(Boolean);
}

/** Yield the blocks of a body; words between two blocks are one. */
function* runs(body) {
  let words = [];
  for (const node of body.childNodes) {
    const isBlock = node.nodeType === Node.ELEMENT_NODE && !standsAmongWords(node.localName);
    if (!isBlock) {
      words.push(node);
      continue;
    }
    if (words.length) yield words;
    words = [];
    yield [node];
  }
  if (words.length) yield words;
}

function spell(node, isPre) {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = node.data.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
    return isPre ? text.replace(/[ \n\t\r\f]/g, (char) => KEPT[char]) : text;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) return "<!---->";
  const name = node.localName === "h1" ? "h2" : node.localName;
  const attributes = [...node.attributes]
    .filter(({ name: key, value }) => !SAME_WITHOUT.has(`${name} ${key}`) && !SAME_WITHOUT.has(`${name} ${key} ${value}`))
    .map(({ name: key, value }) => ` ${key}="${value.replace(/[<>"\s]/g, (char) => `&#${char.charCodeAt(0)};`)}"`)
    .sort();
  const edge = standsAmongWords(name) && name !== "br" ? "" : EDGE;
  const inner = [...node.childNodes].map((child) => spell(child, isPre || name === "pre")).join("");
  return `${edge}<${name}${attributes.join("").replaceAll(" ", "\ue000")}>${edge}${inner}${edge}</${name}>${edge}`;
}

function settle(text) {
  const tags = "((?:<[^<>\u0001]*>)*)";
  let settled = text.replace(/[ \t\r\n\f]+/g, " ");
  let before;
  do {
    before = settled;
    settled = settled
      .replace(new RegExp(`(${EDGE}|^)${tags} `, "g"), "$1$2")
      .replace(new RegExp(` ${tags}(?=${EDGE}|$)`, "g"), "$1")
      .replace(new RegExp(` ${tags} `, "g"), " $1");
  } while (settled !== before);
  return settled.replaceAll(EDGE, "").replace(/[\ue000-\ue003]/g, (char) => ({ "\ue000": " ", "\ue001": "\n", "\ue002": "\t", "\ue003": "\f" })[char]);
}

/** Return the blocks that only the first and only the second of two bodies has; null if none. */
export function difference(before, after) {
  const [one, other] = [canonical(before), canonical(after)];
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < one.length - start && end < other.length - start && one.at(-1 - end) === other.at(-1 - end)) {
    end += 1;
  }
  const lost = one.slice(start, one.length - end);
  const gained = other.slice(start, other.length - end);
  return lost.length || gained.length ? { lost, gained } : null;
}
