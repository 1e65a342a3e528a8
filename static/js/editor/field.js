// One text area and its editor. The text area always holds the current HTML: each change of the
// editor goes into it and is told by a bubbling `input` event; whoever sets its value and dispatches
// `byline:load` on it has the editor show that. What the editor cannot show stays HTML.

import { Editor } from "../../django_prose_editor/editor.js";
import { ContextBar } from "./context.js";
import { element } from "./dom.js";
import { insertFigure } from "./figure.js";
import { say } from "./notice.js";
import { pasteProps } from "./paste.js";
import { load, wouldChange } from "./roundtrip.js";
import { extensions } from "./schema.js";
import { Toolbar } from "./toolbar.js";
import { Writer } from "./writing.js";

const QUIET = 250; // milliseconds without a key before the text is written into the text area
const AT_LATEST = 2000;
const HELP = "Markdown works, typed or pasted; “Help” lists the keys.";

export class Field {
  editor = null;
  #writer = null;
  #timer = 0;
  #changedAt = 0;

  constructor(textarea) {
    this.textarea = textarea;
    this.label = document.querySelector(`label[for="${textarea.id}"]`);
    this.label.id ||= `${textarea.id}_label`;
    this.notice = element("div", { className: "editor-notice", role: "status", hidden: true });
    this.page = element("div", { className: "editor-page" });
    this.help = document.getElementById(`${textarea.id}_helptext`);
    this.helpForHTML = this.help?.textContent;
    this.toolbar = new Toolbar(this);
    this.context = new ContextBar(this);
    this.frame = element("div", { className: "editor" });
    textarea.before(this.frame);
    this.frame.append(this.toolbar.dom, this.notice, this.page, textarea, this.context.dom);

    this.label.addEventListener("click", () => this.editor?.commands.focus());
    textarea.addEventListener("byline:load", () => this.show());
    textarea.addEventListener("input", () => {
      if (this.editor && textarea.value !== this.#asWritten) this.show();
    });
    textarea.addEventListener("byline:figure", (event) => {
      if (!this.editor) return;
      event.preventDefault();
      insertFigure(event.detail, this.editor);
    });
    textarea.form?.addEventListener("submit", () => this.write(), { capture: true });
    for (const name of ["beforeunload", "pagehide"]) {
      window.addEventListener(name, () => this.write(), { capture: true });
    }
    document.addEventListener("visibilitychange", () => this.write(), { capture: true });
    this.show();
  }

  /** Show what the text area holds: in the editor, if it can show everything. */
  show() {
    const changes = wouldChange(this.textarea.value);
    if (changes) {
      this.showHTML();
      say.cannotShow(this, changes);
    } else {
      this.showEditor();
    }
  }

  showEditor() {
    this.#close();
    const { doc, blocks } = load(this.textarea.value);
    this.#writer = new Writer();
    this.editor = new Editor({
      element: this.page,
      extensions,
      injectCSS: false,
      enablePasteRules: ["a"], // what else looks like Markdown, markdown.js sees
      content: doc.toJSON(),
      editorProps: {
        attributes: {
          class: "prose",
          role: "textbox",
          "aria-multiline": "true",
          "aria-labelledby": this.label.id,
          "aria-describedby": this.textarea.getAttribute("aria-describedby") ?? "",
          ...(this.textarea.getAttribute("aria-invalid") ? { "aria-invalid": "true" } : {}),
        },
        ...pasteProps(this),
        handleKeyDown: (_view, event) => this.#leave(event),
      },
      onUpdate: () => this.#changed(),
      onTransaction: () => this.#moved(),
    });
    this.#writer.remember(this.editor.state.doc, blocks);
    this.#switchTo("rich");
    this.label.removeAttribute("for"); // it labels the page now
    this.#moved();
  }

  showHTML() {
    this.#close();
    this.#switchTo("html");
    this.label.setAttribute("for", this.textarea.id);
  }

  /** Write the editor's text into the text area, and tell, if it is another. */
  write() {
    clearTimeout(this.#timer);
    this.#changedAt = 0;
    if (!this.editor) return;
    const html = this.#writer.write(this.editor.state.doc);
    if (html === this.#asWritten) return;
    this.#asWritten = html;
    this.textarea.value = html;
    this.textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #asWritten = null;

  #switchTo(mode) {
    say.nothing(this);
    this.frame.dataset.mode = mode;
    this.page.hidden = mode !== "rich";
    // Out of sight but not gone: whatever else fills in forms finds it, and is heard below.
    this.textarea.classList.toggle("visually-hidden", mode === "rich");
    this.textarea.tabIndex = mode === "rich" ? -1 : 0;
    if (mode === "rich") this.textarea.setAttribute("aria-hidden", "true");
    else this.textarea.removeAttribute("aria-hidden");
    if (this.help) this.help.textContent = mode === "rich" ? HELP : this.helpForHTML;
    this.#asWritten = this.editor ? this.#writer.write(this.editor.state.doc) : null;
    this.toolbar.update();
    this.context.update();
  }

  #close() {
    this.write();
    this.editor?.destroy();
    this.editor = null;
    this.page.replaceChildren();
  }

  #changed() {
    const now = performance.now();
    this.#changedAt ||= now;
    clearTimeout(this.#timer);
    const wait = Math.max(0, Math.min(QUIET, this.#changedAt + AT_LATEST - now));
    this.#timer = setTimeout(() => this.write(), wait);
  }

  #isToUpdate = false;

  #moved() {
    if (this.#isToUpdate) return;
    this.#isToUpdate = true;
    requestAnimationFrame(() => {
      this.#isToUpdate = false;
      this.toolbar.update();
      this.context.update();
    });
  }

  #leave(event) {
    if (event.key === "Escape" && !event.isComposing) {
      this.context.focus();
      return true;
    }
    if (event.key === "F10" && event.altKey) {
      this.toolbar.focus();
      return true;
    }
    return false;
  }
}
