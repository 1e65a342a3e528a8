// A dialog with a form in it: labelled fields, what is wrong beside them, Escape to leave.

import { element } from "./dom.js";

/**
 * Open a dialog. With `submit` it is a form: `check` returns what is wrong, or nothing, and then
 * `submit` is called. `onClose` is called at the end in either case.
 */
export function openDialog({ title, content, submitWords, check, submit, more = [], onClose }) {
  const error = element("p", { className: "editor-error", role: "alert" });
  const close = element("button", { type: "button" }, submit ? "Cancel" : "Close");
  const actions = element("p", { className: "actions" }, ...more, close);
  if (submit) {
    actions.prepend(element("button", { type: "submit", className: "primary" }, submitWords));
  }
  const heading = element("h2", { id: "editor_dialog_title" }, title);
  const form = element("form", { method: "dialog", noValidate: true }, heading, ...content, error, actions);
  const dialog = element("dialog", { className: "editor-dialog", "aria-labelledby": heading.id }, form);
  close.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const wrong = check?.();
    error.textContent = wrong ?? "";
    if (wrong) return;
    dialog.close();
    submit?.();
  });
  // Not of the page's form: what is typed here is no change of the post yet.
  dialog.addEventListener("input", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClose?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  if (!submit) {
    // Else the one thing to focus is at the end, and the dialog opens scrolled down to it.
    heading.tabIndex = -1;
    heading.focus();
  }
  return dialog;
}
