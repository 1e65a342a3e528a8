// The bar below the text: what can be done to the table, the code block or the image at the cursor,
// and else what the editor understands. It keeps its height, so the text never jumps.

import { button, element, labelled } from "./dom.js";
import { imageAt, showFigureDialog } from "./figure.js";
import { captionTable } from "./tables.js";
import { fits } from "./vocabulary.js";

const LANGUAGES = "bash c cpp css diff go html java javascript json kotlin markdown php python ruby rust sql swift text toml typescript xml yaml".split(" ");

const TABLE = [
  ["Row above", "addRowBefore"],
  ["Row below", "addRowAfter"],
  ["Column before", "addColumnBefore"],
  ["Column after", "addColumnAfter"],
  ["Delete row", "deleteRow"],
  ["Delete column", "deleteColumn"],
  ["Header row", "toggleHeaderRow"],
  ["Header column", "toggleHeaderColumn"],
  ["Merge cells", "mergeCells"],
  ["Split cell", "splitCell"],
  ["Delete table", "deleteTable"],
];

export class ContextBar {
  #subject = null;

  constructor(field) {
    this.field = field;
    this.dom = element("div", { className: "editor-context", role: "group", "aria-label": "What is at the cursor", tabIndex: -1 });
    this.dom.addEventListener("input", (event) => event.stopPropagation());
    this.dom.addEventListener("keydown", (event) => {
      if (event.key === "Escape") field.editor?.commands.focus();
    });
  }

  /** Say something, until the next key or click in the text. */
  tell(words) {
    this.#subject = "told";
    this.dom.replaceChildren(element("span", { className: "editor-hint", role: "status" }, words));
    const forget = () => {
      this.#subject = null;
      this.update();
    };
    for (const name of ["keydown", "mousedown"]) {
      this.field.page.addEventListener(name, forget, { once: true });
    }
  }

  /** Take the focus out of the text; Tab goes on from here. */
  focus() {
    (this.dom.querySelector("button, input") ?? this.dom).focus();
  }

  update() {
    if (this.#subject === "told") return;
    const { editor } = this.field;
    const subject = this.#find(editor);
    if (subject !== this.#subject) {
      this.#subject = subject;
      this.dom.replaceChildren(...this.#content(subject));
    }
    if (subject === "code" && document.activeElement !== this.language) {
      this.language.value = editor.getAttributes("codeBlock").language ?? "";
    }
  }

  #find(editor) {
    if (!editor) return "html";
    if (editor.isActive("codeBlock")) return "code";
    if (imageAt(editor)) return "image";
    return editor.isActive("table") || editor.isActive("caption") ? "table" : "words";
  }

  #content(subject) {
    const { field } = this;
    const name = (words) => element("span", { className: "editor-subject" }, words);
    if (subject === "table") {
      const caption = button("Caption", "Add or remove the table's caption", () => captionTable(field.editor));
      return [
        name("Table"),
        ...TABLE.map(([words, command]) =>
          button(words, words, () => field.editor.chain().focus()[command]().run()),
        ),
        caption,
      ];
    }
    if (subject === "image") {
      const change = () => showFigureDialog(field.editor, imageAt(field.editor));
      return [name("Image"), button("Alternative text and address", "Change the image", change)];
    }
    if (subject === "code") return this.#languageChooser();
    const words =
      subject === "html"
        ? "HTML. Paragraphs need no tags: an empty line parts them."
        : "Markdown works as you type it: ## heading, - list, > quote, **bold**, ``` code.";
    return [element("span", { className: "editor-hint" }, words)];
  }

  #languageChooser() {
    const list = element("datalist", { id: "editor_languages" }, ...LANGUAGES.map((value) => element("option", { value })));
    this.language = element("input", { type: "text", size: 12, autocomplete: "off", spellcheck: false });
    this.language.setAttribute("list", list.id);
    this.language.addEventListener("change", () => {
      const typed = this.language.value.trim().toLowerCase();
      const isFit = typed === "" || fits("code", "class", `language-${typed}`);
      this.language.setAttribute("aria-invalid", String(!isFit));
      if (isFit) this.field.editor.commands.updateAttributes("codeBlock", { language: typed || null });
    });
    this.language.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // it would send the post
      this.language.dispatchEvent(new Event("change"));
      this.field.editor.commands.focus();
    });
    return [...labelled("Language of the code", this.language), list];
  }
}
