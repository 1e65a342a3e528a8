// From the editor's document to HTML, as the sanitiser writes it. A block that nobody has touched is
// written as it was read, and no block is written twice: in a long text a key costs one paragraph.

import { attributesOf, rel } from "./vocabulary.js";

const HOLDS_NOTHING = new Set(["br", "wbr", "img", "hr", "col"]);
const TIGHT = new Set(["li", "dt", "dd", "td", "th", "summary", "figcaption", "caption"]);
const ONE_PER_LINE = new Set("ul ol dl table blockquote figure details div".split(" "));
const MADE_HERE = 1e9; // the number of what has none: inside whatever was read
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\u00a0": "&nbsp;" };

const escapeText = (text) => text.replace(/[&<>\u00a0]/g, (char) => ESCAPES[char]);
const escapeValue = (value) => String(value).replace(/[&<>"\u00a0]/g, (char) => ESCAPES[char]);

export class Writer {
  #written = new WeakMap();

  /** Remember how each block of a document was written where it came from. */
  remember(doc, blocks) {
    if (doc.childCount !== blocks.length) return;
    blocks.forEach((block, index) => this.#written.set(doc.child(index), block));
  }

  /** Return the HTML of a document; "" if there is nothing in it. */
  write(doc) {
    if (isEmpty(doc)) return "";
    let html = "";
    doc.forEach((block, _offset, index) => {
      let written = this.#written.get(block);
      if (!written || block.attrs.origin === "body>text") {
        written = { before: written?.before ?? "\n", source: writeNode(block, doc, index, "body") };
        this.#written.set(block, written);
      }
      html += (index ? written.before || "" : "") + written.source;
    });
    return html;
  }
}

function isEmpty(doc) {
  return doc.childCount === 1 && doc.firstChild.type.name === "p" && !doc.firstChild.childCount;
}

function open(name, attrs) {
  let tag = `<${name}`;
  for (const attribute of attributesOf(name)) {
    const value = attrs[attribute];
    const isDefault = value === 1 && (attribute === "colspan" || attribute === "rowspan");
    if (value !== null && value !== undefined && !isDefault) {
      tag += ` ${attribute}="${escapeValue(value)}"`;
    }
  }
  return `${tag}${name === "a" ? ` rel="${rel}"` : ""}>`;
}

function writeNode(node, parent, index, parentName) {
  const name = node.type.name;
  if (node.isText) return escapeText(node.text);
  if (name === "p") {
    const words = writeWords(node);
    return isBare(node, parent, index, parentName) ? words : `${open("p", node.attrs)}${words}</p>`;
  }
  if (name === "codeBlock") {
    const language = node.attrs.language ? `language-${node.attrs.language}` : null;
    const code = `${open("code", { class: language })}${escapeText(node.textContent)}</code>`;
    return `${open("pre", node.attrs)}${code}</pre>`;
  }
  if (name === "captioned") return writeTable(node.child(1), node.child(0));
  if (name === "table") return writeTable(node);
  const tag = open(name, node.attrs);
  if (HOLDS_NOTHING.has(name)) return tag;
  if (node.inlineContent) {
    const words = writeWords(node);
    // A parser drops the newline that begins a <pre>.
    return `${tag}${name === "pre" && words.startsWith("\n") ? "\n" : ""}${words}</${name}>`;
  }
  return `${tag}${writeChildren(node, name)}</${name}>`;
}

function writeChildren(node, name) {
  const parts = [];
  node.forEach((child, _offset, index) => parts.push(writeNode(child, node, index, name)));
  const line = ONE_PER_LINE.has(name) && parts.length > 1 ? "\n" : "";
  return line + parts.join(line) + line;
}

/** Return whether a paragraph is written as its words alone. */
function isBare(node, parent, index, parentName) {
  if (attributesOf("p").some((attribute) => node.attrs[attribute] !== null)) return false;
  const text = `${parentName}>text`;
  const beside = [index - 1, index + 1]
    .map((other) => parent.maybeChild(other))
    .filter((other) => other?.type.name === "p");
  // Bare words beside bare words would be one paragraph.
  if (node.attrs.origin === text) return parent.maybeChild(index - 1)?.attrs.origin !== text;
  if (beside.length || node.attrs.origin === `${parentName}>p`) return false;
  if (parentName === "figure") return node.childCount === 1 && node.firstChild.type.name === "img";
  return TIGHT.has(parentName) && index === 0;
}

/** Write words, each way they are meant opened once: the outermost as it was read, then the new. */
function writeWords(node) {
  const opened = [];
  let html = "";
  const closeFrom = (depth) => {
    while (opened.length > depth) html += `</${opened.pop().type.name}>`;
  };
  node.forEach((child, _offset, index) => {
    const marks = [...child.marks].sort((a, b) => (a.attrs.n ?? MADE_HERE) - (b.attrs.n ?? MADE_HERE));
    let shared = 0;
    while (shared < opened.length && shared < marks.length && opened[shared].eq(marks[shared])) {
      shared += 1;
    }
    closeFrom(shared);
    for (const mark of marks.slice(shared)) {
      html += open(mark.type.name, mark.attrs);
      opened.push(mark);
    }
    html += writeNode(child, node, index, node.type.name);
  });
  closeFrom(0);
  return html;
}

function writeTable(table, caption) {
  const lines = [];
  if (caption) lines.push(`${open("caption", caption.attrs)}${writeChildren(caption, "caption")}</caption>`);
  if (table.attrs.columns) lines.push(table.attrs.columns);
  let current = null;
  for (const [row, section] of sections(table)) {
    if (current !== section) {
      if (current) lines.push(`</${JSON.parse(current)[0]}>`);
      const [name, , attributes] = JSON.parse(section);
      lines.push(open(name, Object.fromEntries(attributes)));
      current = section;
    }
    lines.push(`${open("tr", row.attrs)}${writeChildren(row, "tr")}</tr>`);
  }
  lines.push(`</${JSON.parse(current)[0]}>`, "</table>");
  return [open("table", table.attrs), ...lines].join("\n");
}

/** Return each row with the part of its table it stands in; a new row joins its neighbours. */
function sections(table) {
  const rows = [];
  table.forEach((row) => rows.push(row));
  let current = null;
  return rows.map((row, index) => {
    const isHeader = row.content.content.every(({ type }) => type.name === "th");
    const next = rows.slice(index + 1).find((other) => other.attrs.section)?.attrs.section;
    const isOfBody = (section) => section && JSON.parse(section)[0] === "tbody";
    if (row.attrs.section) current = row.attrs.section;
    else if (index === 0 && isHeader) current = JSON.stringify(["thead", -1, []]);
    else if (!isOfBody(current)) current = isOfBody(next) ? next : JSON.stringify(["tbody", -1, []]);
    return [row, current];
  });
}
