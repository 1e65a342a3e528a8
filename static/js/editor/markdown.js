// Pasted Markdown. It is put in as the plain text it is; then the site, which has a parser, answers
// what it means, and that takes its place. Undo gives the plain text back.

import { pm } from "../../django_prose_editor/editor.js";
import { load } from "./roundtrip.js";

const SIGNS = [
  /^#{1,6} \S/m,
  /^(?:```|~~~)/m,
  /^\|?(?: *:?-{3,}:? *\|)+/m,
  /^> \S/m,
  /\[[^\]\n]+\]\([^)\s]+\)/,
  /\*\*\S(?:[^*\n]*\S)?\*\*/,
  /(?:^ *(?:[-*+]|\d+[.)]) \S.*\n+){2}/m,
];

export const isMarkdown = (text) => SIGNS.some((sign) => sign.test(`${text}\n`));

/** Put text in as it is, and replace it by what it means as soon as that is known. */
export async function pasteMarkdown(field, text) {
  const { editor, context } = field;
  const { view } = editor;
  let { from } = view.state.selection;
  view.dispatch(pm.history.closeHistory(view.state.tr));
  view.pasteText(text);
  let { to } = view.state.selection;
  const follow = ({ transaction }) => {
    from = transaction.mapping.map(from, -1);
    to = transaction.mapping.map(to, 1);
  };
  editor.on("transaction", follow);
  const html = await structured(field.textarea, text);
  editor.off("transaction", follow);
  if (editor.isDestroyed) return;
  if (html === null) {
    context.tell("The Markdown could not be read just now, so it stays as it is.");
    return;
  }
  const doc = editor.schema.nodeFromJSON(load(html).doc.toJSON()); // of this editor's own schema
  const transaction = pm.history.closeHistory(view.state.tr);
  replace(transaction, from, to, doc);
  const end = transaction.doc.resolve(transaction.mapping.map(to));
  transaction.setSelection(pm.state.Selection.near(end, -1));
  view.dispatch(transaction.scrollIntoView());
  context.tell("Markdown was turned into structure. Undo gives the plain text back.");
}

/** Replace a range: by words if that is all there is, else by whole blocks. */
function replace(transaction, from, to, { content }) {
  const [$from, $to] = [transaction.doc.resolve(from), transaction.doc.resolve(to)];
  const isWhole = $from.parentOffset === 0 && $to.parentOffset === $to.parent.content.size;
  if (content.childCount === 1 && content.firstChild.type.name === "p") {
    transaction.replaceWith(from, to, content.firstChild.content);
  } else if (isWhole && $from.depth === $to.depth) {
    transaction.replaceWith($from.before(), $to.after(), content);
  } else {
    transaction.delete(from, to).split(from).insert(from + 1, content);
  }
}

/** Return the sanitised HTML of some Markdown; null if the site does not answer with it. */
async function structured(textarea, text) {
  const token = textarea.form.elements.namedItem("csrfmiddlewaretoken").value;
  try {
    const response = await fetch(textarea.dataset.markdown, {
      method: "POST",
      headers: { "X-CSRFToken": token },
      body: new URLSearchParams({ text }),
      redirect: "error",
    });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}
