// The toolbar: one stop for Tab, arrow keys along it, Escape back to the text.

import { GROUPS, RARER, STYLES } from "./actions.js";
import { button, element } from "./dom.js";
import { showKeys, shown } from "./keys.js";

export class Toolbar {
  #items = [];

  constructor(field) {
    this.field = field;
    this.styles = this.#select("Style", STYLES, (name) => {
      const chain = field.editor.chain().focus();
      (name === "codeBlock" ? chain.setCodeBlock() : chain.setNode(name)).run();
    });
    this.rarer = this.#select("More", [["", "More …"], ...RARER], (name) => {
      if (name) field.editor.chain().focus().toggleMark(name).run();
    });
    const groups = GROUPS.map((actions) =>
      element("div", { role: "group", className: "editor-group" }, ...actions.map((action) => this.#button(action))),
    );
    groups[0].append(this.rarer);
    this.html = button("HTML", "The text as HTML", () => this.#toggleHTML());
    this.html.setAttribute("aria-pressed", "false");
    this.help = button("Help", "Keys and Markdown", () => showKeys(field.editor));
    this.dom = element(
      "div",
      { role: "toolbar", className: "editor-toolbar", "aria-label": "Tools" },
      this.styles,
      ...groups,
      element("div", { role: "group", className: "editor-group" }, this.html, this.help),
    );
    this.dom.addEventListener("keydown", (event) => this.#move(event));
    this.dom.addEventListener("focusin", (event) => this.#rove(event.target));
    this.dom.addEventListener("input", (event) => event.stopPropagation());
    this.#rove(this.styles);
  }

  focus() {
    this.dom.querySelector('[tabindex="0"]').focus();
  }

  update() {
    const { editor } = this.field;
    this.html.setAttribute("aria-pressed", String(!editor));
    this.styles.disabled = this.rarer.disabled = !editor;
    for (const { dom, action } of this.#items) {
      dom.setAttribute("aria-disabled", String(!editor || action.isPossible?.(editor) === false));
      if (action.isActive) dom.setAttribute("aria-pressed", String(editor ? action.isActive(editor) : false));
    }
    if (!editor) {
      if (this.dom.querySelector(':disabled[tabindex="0"]')) this.#rove(this.html);
      return;
    }
    this.styles.value = STYLES.find(([name]) => editor.isActive(name))?.[0] ?? "";
  }

  #button(action) {
    const title = action.keys ? `${action.words} (${shown(action.keys)})` : action.words;
    const dom = button(action.words, title, () => {
      if (dom.getAttribute("aria-disabled") !== "true") action.run(this.field.editor);
    });
    if (action.isActive) dom.setAttribute("aria-pressed", "false");
    this.#items.push({ dom, action });
    return dom;
  }

  #select(label, options, act) {
    const select = element(
      "select",
      { "aria-label": label, title: label, className: "editor-select" },
      ...options.map(([value, words]) => element("option", { value }, words)),
    );
    select.addEventListener("keydown", (event) => {
      // Closed, it would take each arrow key for a choice.
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      select.showPicker();
    });
    select.addEventListener("change", () => {
      act(select.value);
      if (label === "More") select.value = "";
    });
    return select;
  }

  #toggleHTML() {
    if (this.field.editor) {
      this.field.showHTML();
      this.field.textarea.focus();
    } else {
      this.field.show();
      this.field.editor?.commands.focus();
    }
  }

  #stops() {
    return [...this.dom.querySelectorAll("button, select")].filter((stop) => !stop.disabled);
  }

  #rove(target) {
    for (const stop of this.dom.querySelectorAll("button, select")) stop.tabIndex = stop === target ? 0 : -1;
  }

  #move(event) {
    const stops = this.#stops();
    const at = stops.indexOf(event.target);
    const isRightToLeft = getComputedStyle(this.dom).direction === "rtl";
    const to = {
      ArrowRight: at + (isRightToLeft ? -1 : 1),
      ArrowLeft: at + (isRightToLeft ? 1 : -1),
      Home: 0,
      End: stops.length - 1,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      stops.at(to % stops.length).focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      (this.field.editor?.commands ?? this.field.textarea).focus();
    }
  }
}
