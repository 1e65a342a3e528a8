// What the editor says to the author, above the text.

import { element } from "./dom.js";

const MOST = 20; // blocks shown of each

const quoted = (blocks) =>
  element("pre", { tabIndex: 0 }, blocks.slice(0, MOST).join("\n\n") + (blocks.length > MOST ? "\n\n…" : "") || "–");

function nothing(field) {
  field.notice.hidden = true;
  field.notice.replaceChildren();
}

function cannotShow(field, { lost, gained }) {
  const open = element("button", { type: "button" }, "Open the editor all the same");
  open.addEventListener("click", () => {
    field.showEditor();
    field.editor.commands.focus();
  });
  field.notice.replaceChildren(
    element("p", {}, "The editor cannot show everything in this text, so here it is as HTML."),
    element(
      "details",
      {},
      element("summary", {}, "What the editor would change"),
      element("p", {}, "Now:"),
      quoted(lost),
      element("p", {}, "After the next change in the editor:"),
      quoted(gained),
      open,
    ),
  );
  field.notice.hidden = false;
}

function plainly(field, words) {
  field.notice.replaceChildren(element("p", {}, words));
  field.notice.hidden = false;
}

export const say = { nothing, cannotShow, plainly };
