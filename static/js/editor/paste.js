// What comes from the clipboard: HTML is cleaned, and text that looks like Markdown gets structure.

import { isMarkdown, pasteMarkdown } from "./markdown.js";
import { cleaned } from "./paste_html.js";

const isOwn = (html) => html.includes("data-pm-slice");

export function pasteProps(field) {
  let isPlain = false;
  return {
    transformPastedHTML: (html) => (isOwn(html) ? html : cleaned(html)),
    handlePaste(view, event) {
      const data = event.clipboardData;
      const text = data?.getData("text/plain") ?? "";
      const isFromCodeEditor = data?.types.includes("vscode-editor-data");
      const hasHTML = data?.getData("text/html") && !isFromCodeEditor;
      if (isPlain || hasHTML || !isMarkdown(text) || field.editor.isActive("codeBlock")) return false;
      isPlain = true;
      pasteMarkdown(field, text);
      isPlain = false;
      return true;
    },
  };
}
