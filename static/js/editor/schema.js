// The editor's schema: a node or a mark for each element of the vocabulary, named as the element is.
// What Tiptap has ready is taken with its keys and its Markdown; the others are made here.

import {
  Blockquote, Bold, BulletList, Code, CodeBlock, Document, Dropcursor, Gapcursor, getSchema,
  HardBreak, Highlight, HorizontalRule, InputRule, Italic, Link, ListItem, Mark, Node, Placeholder,
  Strike, Subscript, Superscript, Table, TableCell, TableHeader, TableRow, Text,
  textblockTypeInputRule, Underline, UndoRedo, wrappingInputRule,
} from "../../django_prose_editor/editor.js";
import { Shortcuts } from "./shortcuts.js";
import { attributesOf, elements, mayLinkTo } from "./vocabulary.js";

const BLOCK = "block";
const FLOW = "block+";
const CONTENT = {
  div: "(block | dt | dd)+",
  figure: "(block | figcaption)+",
  details: "(summary | block)+",
  ul: "li+",
  ol: "li+",
  dl: "(dt | dd | div)+",
};
const SPANS = new Set(["colspan", "rowspan"]); // numbers, to the table's own commands
//: What has no node of its own: the table and the rows carry these, see reading.js.
export const CARRIED = ["h1", "thead", "tbody", "tfoot", "colgroup", "col"];

const attribute = (name, options = {}) => ({
  default: null,
  parseHTML: (element) => element.getAttribute(name),
  renderHTML: (attrs) => (attrs[name] === null ? {} : { [name]: attrs[name] }),
  ...options,
});

const note = (name) => ({
  default: null,
  parseHTML: (element) => element.dataset[name] ?? null,
  renderHTML: (attrs) => (attrs[name] === null ? {} : { [`data-${name}`]: attrs[name] }),
});

const span = (name) => ({
  default: 1,
  parseHTML: (element) => Number.parseInt(element.getAttribute(name), 10) || 1,
  renderHTML: (attrs) => (attrs[name] === 1 ? {} : { [name]: attrs[name] }),
});

function attributesFor(name, notes = []) {
  const own = Object.fromEntries(
    attributesOf(name).map((key) => [
      key,
      SPANS.has(key) ? span(key) : attribute(key, { keepOnSplit: key === "lang" || key === "dir" }),
    ]),
  );
  return { ...own, ...Object.fromEntries(notes.map((key) => [key, note(key)])) };
}

const isMark = (name) => elements[name].kind === "mark";
const number = {
  default: null,
  parseHTML: (element) => (element.dataset.n ? Number(element.dataset.n) : null),
  renderHTML: (attrs) => (attrs.n === null ? {} : { "data-n": attrs.n }),
};

/** Return what is Tiptap's own, under the element's name and with the element's attributes. */
function ready(extension, name, more = {}) {
  return extension.extend({
    name,
    addAttributes: () =>
      isMark(name) ? { ...attributesFor(name), n: number } : attributesFor(name, more.notes),
    parseHTML: () => [{ tag: more.tag ?? name }],
    renderHTML: ({ HTMLAttributes }) => [name, HTMLAttributes, 0],
    ...more.extend,
  });
}

function made(name) {
  const { kind } = elements[name];
  const common = {
    name,
    parseHTML: () => [{ tag: name }],
    renderHTML: ({ HTMLAttributes }) => [name, HTMLAttributes, 0],
  };
  if (kind === "mark") {
    // A quotation may hold a quotation, and a span a span.
    const excludes = ["q", "span"].includes(name) ? { excludes: "" } : {};
    const addAttributes = () => ({ ...attributesFor(name), n: number });
    return Mark.create({ ...common, ...excludes, addAttributes });
  }
  const addAttributes = () => attributesFor(name);
  if (kind === "nested" || kind === "leaf") {
    const content = kind === "nested" ? { content: "inline*" } : { atom: true };
    const renderHTML = ({ HTMLAttributes }) =>
      kind === "nested" ? [name, HTMLAttributes, 0] : [name, HTMLAttributes];
    return Node.create({
      ...common, ...content, addAttributes, renderHTML, inline: true, group: "inline",
      draggable: name === "img",
    });
  }
  const content = CONTENT[name] ?? FLOW;
  const group = kind === "part" ? {} : { group: BLOCK };
  return Node.create({ ...common, ...group, content, addAttributes, defining: kind === "part", isolating: name === "caption" });
}

const heading = (level) =>
  Node.create({
    name: `h${level}`,
    group: BLOCK,
    content: "inline*",
    defining: true,
    addAttributes: () => attributesFor(`h${level}`),
    parseHTML: () => [{ tag: `h${level}` }],
    renderHTML: ({ HTMLAttributes }) => [`h${level}`, HTMLAttributes, 0],
    addKeyboardShortcuts() {
      return { [`Mod-Alt-${level}`]: () => this.editor.commands.toggleNode(this.name, "p") };
    },
    addInputRules() {
      // The page's own title is the h1, so one # is a heading of the first order within it.
      const signs = level === 2 ? "#{1,2}" : `#{${level}}`;
      return [textblockTypeInputRule({ find: new RegExp(`^${signs}\\s$`), type: this.type })];
    },
  });

const Paragraph = Node.create({
  name: "p",
  priority: 1000,
  group: BLOCK,
  content: "inline*",
  addAttributes: () => attributesFor("p", ["origin"]),
  parseHTML: () => [{ tag: "p" }],
  renderHTML: ({ HTMLAttributes }) => ["p", HTMLAttributes, 0],
  addKeyboardShortcuts() {
    return { "Mod-Alt-0": () => this.editor.commands.setNode("p") };
  },
});

const CodeInBlock = CodeBlock.extend({
  addAttributes() {
    return {
      ...attributesFor("pre"),
      language: {
        default: null,
        parseHTML: (pre) => /^language-(.+)$/.exec(pre.firstElementChild?.className)?.[1] ?? null,
        rendered: false,
      },
    };
  },
  parseHTML: () => [{ tag: "pre:not([data-plain])", preserveWhitespace: "full" }],
  addInputRules() {
    return [
      textblockTypeInputRule({
        find: /^(?:```|~~~)([\w+#.-]{1,40})?[\s\n]$/,
        type: this.type,
        getAttributes: (match) => ({ language: match[1] }),
      }),
    ];
  },
});

const Preformatted = Node.create({
  name: "pre",
  group: BLOCK,
  content: "inline*",
  code: true,
  defining: true,
  addAttributes: () => attributesFor("pre"),
  parseHTML: () => [{ tag: "pre[data-plain]", preserveWhitespace: "full", priority: 60 }],
  renderHTML: ({ HTMLAttributes }) => ["pre", { ...HTMLAttributes, "data-plain": "" }, 0],
});

// The sign of a list, typed in an item that has it already, as in Markdown every line begins with it.
const signAgain = (find, list) =>
  new InputRule({
    find,
    handler: ({ state: { selection: { $from }, tr }, range }) => {
      const isFirst = $from.depth > 2 && $from.index(-1) === 0;
      if (!isFirst || $from.node(-2).type.name !== list) return null; // no rule for this place
      tr.delete(range.from, range.to);
    },
  });

const UnorderedList = ready(BulletList, "ul", {
  extend: {
    content: "li+",
    addInputRules() {
      return [signAgain(/^[-+*]\s$/, "ul"), ...this.parent()];
    },
  },
}).configure({ itemTypeName: "li" });

const OrderedList = made("ol").extend({
  addKeyboardShortcuts: () => ({
    "Mod-Shift-7": ({ editor }) => editor.commands.toggleList("ol", "li"),
  }),
  addInputRules() {
    const find = /^(\d{1,6})[.)]\s$/;
    return [
      signAgain(find, "ol"),
      wrappingInputRule({
        find,
        type: this.type,
        getAttributes: ([, start]) => ({ start: start === "1" ? null : start }),
      }),
    ];
  },
});

const Details = made("details").extend({
  // Open while it is written; whether it is open to readers is noted.
  addAttributes: () => ({
    ...attributesFor("details"),
    open: {
      default: null,
      parseHTML: (element) =>
        element.dataset.closed === undefined ? element.getAttribute("open") : null,
      renderHTML: ({ open }) => (open === null ? { open: "", "data-closed": "" } : { open }),
    },
  }),
});

const Captioned = Node.create({
  name: "captioned",
  group: BLOCK,
  content: "caption table",
  parseHTML: () => [{ tag: "div[data-captioned]", priority: 60 }],
  renderHTML: () => ["div", { "data-captioned": "" }, 0],
});

const Caption = made("caption").extend({
  parseHTML: () => [{ tag: "div[data-caption]", priority: 60 }],
  renderHTML: ({ HTMLAttributes }) => ["div", { ...HTMLAttributes, "data-caption": "" }, 0],
});

const cell = (extension, name) => ready(extension, name, { extend: { content: FLOW } });

const own = [
  Paragraph,
  ...[2, 3, 4, 5, 6].map(heading),
  CodeInBlock,
  Preformatted,
  ready(Blockquote, "blockquote"),
  UnorderedList,
  OrderedList,
  ready(ListItem, "li", { extend: { content: FLOW } }),
  Captioned,
  Caption,
  ready(Table, "table", {
    notes: ["columns"],
    extend: {
      content: "tr+",
      addNodeView: () => null,
      renderHTML: ({ HTMLAttributes }) => ["table", HTMLAttributes, ["tbody", 0]],
    },
  }).configure({ resizable: false, allowTableNodeSelection: true }),
  ready(TableRow, "tr", { notes: ["section"], extend: { content: "(td | th)*" } }),
  cell(TableCell, "td"),
  cell(TableHeader, "th"),
  Details,
  ready(HorizontalRule, "hr", { extend: { renderHTML: ({ HTMLAttributes }) => ["hr", HTMLAttributes] } }),
  ready(HardBreak, "br", { extend: { renderHTML: ({ HTMLAttributes }) => ["br", HTMLAttributes] } }),
  ready(Link, "a").configure({
    openOnClick: false,
    autolink: true,
    defaultProtocol: "https",
    isAllowedUri: (address) => mayLinkTo(address ?? ""),
    shouldAutoLink: (address) => /^https?:/i.test(address),
  }),
  ready(Bold, "strong"),
  ready(Italic, "em"),
  // Code may be a link and may be emphasised.
  ready(Code, "code", { extend: { excludes: "code" } }),
  ready(Strike, "s"),
  ready(Underline, "u"),
  ready(Highlight, "mark"),
  ready(Subscript, "sub"),
  ready(Superscript, "sup"),
];
const names = new Set([...own.map(({ name }) => name), ...CARRIED]);

export const extensions = [
  Document,
  Text,
  ...own,
  ...Object.keys(elements).filter((name) => !names.has(name)).map(made),
  Shortcuts,
  UndoRedo,
  Dropcursor.configure({ class: "editor-dropcursor", color: false, width: 3 }),
  Gapcursor,
  Placeholder.configure({ placeholder: "Write here. Markdown works as you type it." }),
];

export const schema = getSchema(extensions);
