// From HTML to a tree in which everything stands where the editor's schema has a place for it. What
// HTML leaves unsaid is noted in data attributes, which writing.js reads: whether words stood in a
// <p>, which of two elements was the outer one, in which part of its table a row stood.

import { isOfKind, standsAmongWords } from "./vocabulary.js";

const nameOf = (node) => node.nodeName.toLowerCase();
const isSpace = (node) => node.nodeType === Node.TEXT_NODE && !/[^ \t\r\n\f]/.test(node.data);
const isAmongWords = (node) =>
  node.nodeType === Node.TEXT_NODE ||
  (node.nodeType === Node.ELEMENT_NODE && standsAmongWords(nameOf(node)));

/** Return the <body> a browser makes of some HTML, in a document that runs and loads nothing. */
export const parse = (html) =>
  new DOMParser().parseFromString(`<!doctype html><body>${html}`, "text/html").body;

/** Return a prepared <body>, with the source of each of its blocks and the space before it. */
export function read(html) {
  const body = parse(html);
  const sources = new Map([...body.childNodes].map((node) => [node, sourceOf(node)]));
  prepare(body);
  const blocks = [];
  let before = "";
  for (const node of body.childNodes) {
    if (isSpace(node)) {
      before += node.data;
    } else {
      blocks.push({ before, source: blockSource(node, sources) });
      before = "";
    }
  }
  return { body, blocks };
}

function blockSource(node, sources) {
  if (sources.has(node)) return sources.get(node);
  return [...node.childNodes].map((child) => sources.get(child) ?? "").join("");
}

/** Return the HTML of one node, as it would be read again. */
function sourceOf(node) {
  const holder = document.implementation.createHTMLDocument("").createElement("div");
  holder.append(holder.ownerDocument.importNode(node, true));
  for (const pre of holder.querySelectorAll("pre")) {
    // A parser drops the newline that begins a <pre>.
    if (pre.firstChild?.nodeType === Node.TEXT_NODE && pre.firstChild.data.startsWith("\n")) {
      pre.firstChild.data = `\n${pre.firstChild.data}`;
    }
  }
  return holder.innerHTML;
}

/** Bring the content of an element into the shape of the schema. */
export function prepare(root) {
  for (const heading of root.querySelectorAll("h1")) rename(heading, "h2");
  let number = 0;
  for (const element of root.querySelectorAll("*")) {
    if (isOfKind(nameOf(element), "mark")) element.dataset.n = ++number;
  }
  for (const pre of root.querySelectorAll("pre")) {
    if (!isCodeAlone(pre)) pre.dataset.plain = "";
  }
  for (const holder of [root, ...root.querySelectorAll("*")]) {
    if (holder === root || isOfKind(nameOf(holder), "blocks", "part")) wrapBareWords(holder);
  }
  for (const table of root.querySelectorAll("table")) flatten(table);
}

function rename(element, name) {
  const other = element.ownerDocument.createElement(name);
  for (const { name: key, value } of element.attributes) other.setAttribute(key, value);
  other.append(...element.childNodes);
  element.replaceWith(other);
  return other;
}

function isCodeAlone(pre) {
  const code = pre.firstElementChild;
  return (
    pre.childNodes.length === 1 &&
    code?.localName === "code" &&
    code.children.length === 0 &&
    [...code.attributes].every(({ name }) => name === "class" || name === "data-n")
  );
}

/** Give words that stand among blocks a paragraph, and note of every paragraph where it came from. */
function wrapBareWords(holder) {
  const name = nameOf(holder);
  let run = [];
  const wrap = () => {
    if (!run.every(isSpace)) {
      const paragraph = holder.ownerDocument.createElement("p");
      paragraph.dataset.origin = `${name}>text`;
      run[0].before(paragraph);
      paragraph.append(...run);
    }
    run = [];
  };
  for (const node of [...holder.childNodes]) {
    if (isAmongWords(node)) {
      run.push(node);
    } else {
      wrap();
      if (nameOf(node) === "p") node.dataset.origin ??= `${name}>p`;
    }
  }
  wrap();
}

/** Move a table's rows out of their parts and its caption before it. */
function flatten(table) {
  if (table.parentElement?.dataset.captioned !== undefined) return;
  const parts = [...table.children];
  const columns = parts.filter((part) => part.localName === "colgroup");
  if (columns.length) table.dataset.columns = columns.map((part) => part.outerHTML).join("");
  const caption = parts.find((part) => part.localName === "caption");
  parts.forEach((part, index) => {
    if (!["thead", "tbody", "tfoot"].includes(part.localName)) return;
    const own = [...part.attributes].map(({ name, value }) => [name, value]);
    for (const row of part.children) {
      row.dataset.section = JSON.stringify([part.localName, index, own]);
    }
    part.replaceWith(...part.children);
  });
  for (const part of columns) part.remove();
  if (caption) {
    const wrapper = table.ownerDocument.createElement("div");
    wrapper.dataset.captioned = "";
    table.before(wrapper);
    // Under a name of its own: a parser drops a <caption> outside a table.
    wrapper.append(rename(caption, "div"), table);
    wrapper.firstChild.dataset.caption = "";
  }
}
