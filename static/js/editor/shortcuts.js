// Keys that Tiptap has no command of its own for.

import { Extension } from "../../django_prose_editor/editor.js";
import { showFigureDialog } from "./figure.js";
import { showLinkDialog } from "./link.js";

const does = (act) => ({ editor }) => {
  act(editor);
  return true;
};

export const Shortcuts = Extension.create({
  name: "shortcuts",
  addKeyboardShortcuts: () => ({
    "Mod-k": does(showLinkDialog),
    "Mod-Alt-f": does((editor) => showFigureDialog(editor)),
    "Mod-Alt-t": does((editor) =>
      editor.commands.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
    ),
  }),
});
