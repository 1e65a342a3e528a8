// The keys, as this machine calls them, and the dialog that lists them.

import { GROUPS, RARER, STYLES } from "./actions.js";
import { element } from "./dom.js";
import { openDialog } from "./dialog.js";

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

export const shown = (keys) =>
  keys.replace("Mod", isMac ? "⌘" : "Ctrl").replace("Alt", isMac ? "⌥" : "Alt").replaceAll("-", "+");

const MARKDOWN = [
  ["## and a space", "Heading 2, and so on to ######"],
  ["- and a space", "Bullets"],
  ["1. and a space", "Numbers"],
  ["> and a space", "Quote"],
  ["```python and a space", "Code block in that language"],
  ["---", "Line"],
  ["**words**", "Bold"],
  ["*words*", "Italic"],
  ["`words`", "Code"],
  ["~~words~~", "No longer true"],
  ["==words==", "Marked"],
];

const GETTING_AROUND = [
  [shown("Alt-F10"), "To the toolbar; arrow keys move along it"],
  ["Escape", "Out of the text, to the bar below it; Tab goes on from there"],
  ["Tab, Shift+Tab", "In a list: deeper, or back. In a table: the next cell, the one before"],
  [shown("Mod-Enter"), "Out of a code block; elsewhere a new line in the same paragraph"],
];

const table = (caption, rows) =>
  element(
    "table",
    {},
    element("caption", {}, caption),
    element(
      "tbody",
      {},
      ...rows.map(([keys, does]) =>
        element("tr", {}, element("th", { scope: "row" }, element("kbd", {}, keys)), element("td", {}, does)),
      ),
    ),
  );

export function showKeys(editor) {
  const buttons = GROUPS.flat().map(({ words, keys }) => [keys, words]);
  const named = [...STYLES, ...RARER].map(([, words, keys]) => [keys, words]);
  const keys = [...buttons, ...named].filter(([key]) => key).map(([key, words]) => [shown(key), words]);
  openDialog({
    title: "Keys and Markdown",
    content: [
      element(
        "div",
        { className: "editor-keys" },
        table("Getting around", GETTING_AROUND),
        table("Typed at the beginning of a line, or around words", MARKDOWN),
        table("Keys", keys),
      ),
    ],
    onClose: () => editor?.commands.focus(),
  });
}
