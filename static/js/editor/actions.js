// What the toolbar can do, in its order: the words on the button, the keys, and what it does.

import { showFigureDialog } from "./figure.js";
import { showLinkDialog } from "./link.js";

const mark = (name, words, keys) => ({
  words,
  keys,
  isActive: (editor) => editor.isActive(name),
  run: (editor) => editor.chain().focus().toggleMark(name).run(),
});

export const STYLES = [
  ["p", "Paragraph", "Mod-Alt-0"],
  ["h2", "Heading 2", "Mod-Alt-2"],
  ["h3", "Heading 3", "Mod-Alt-3"],
  ["h4", "Heading 4", "Mod-Alt-4"],
  ["h5", "Heading 5", "Mod-Alt-5"],
  ["h6", "Heading 6", "Mod-Alt-6"],
  ["codeBlock", "Code block", "Mod-Alt-C"],
];

export const GROUPS = [
  [mark("strong", "Bold", "Mod-B"), mark("em", "Italic", "Mod-I"), mark("code", "Code", "Mod-E")],
  [
    {
      words: "Link",
      keys: "Mod-K",
      isActive: (editor) => editor.isActive("a"),
      run: showLinkDialog,
    },
  ],
  [
    {
      words: "Bullets",
      keys: "Mod-Shift-8",
      isActive: (editor) => editor.isActive("ul"),
      run: (editor) => editor.chain().focus().toggleList("ul", "li").run(),
    },
    {
      words: "Numbers",
      keys: "Mod-Shift-7",
      isActive: (editor) => editor.isActive("ol"),
      run: (editor) => editor.chain().focus().toggleList("ol", "li").run(),
    },
    {
      words: "Quote",
      keys: "Mod-Shift-B",
      isActive: (editor) => editor.isActive("blockquote"),
      run: (editor) => editor.chain().focus().toggleBlockquote().run(),
    },
  ],
  [
    { words: "Figure", keys: "Mod-Alt-F", run: (editor) => showFigureDialog(editor) },
    {
      words: "Table",
      keys: "Mod-Alt-T",
      run: (editor) =>
        editor.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(),
    },
    { words: "Line", run: (editor) => editor.chain().focus().setHorizontalRule().run() },
  ],
  [
    {
      words: "Undo",
      keys: "Mod-Z",
      isPossible: (editor) => editor.can().undo(),
      run: (editor) => editor.chain().focus().undo().run(),
    },
    {
      words: "Redo",
      keys: "Mod-Shift-Z",
      isPossible: (editor) => editor.can().redo(),
      run: (editor) => editor.chain().focus().redo().run(),
    },
  ],
];

/** Ways that words are meant which are rarer: a list, after the buttons. */
export const RARER = [
  ["s", "No longer true", "Mod-Shift-S"],
  ["mark", "Marked", "Mod-Shift-H"],
  ["u", "Underlined", "Mod-U"],
  ["sub", "Subscript", "Mod-,"],
  ["sup", "Superscript", "Mod-."],
  ["kbd", "Key"],
  ["samp", "Output"],
  ["var", "Variable"],
  ["small", "Small print"],
  ["cite", "Title of a work"],
  ["q", "Quotation"],
  ["dfn", "Term"],
  ["i", "Other voice"],
  ["ins", "Inserted"],
  ["del", "Deleted"],
];
