// The dialog of a link: where it leads, checked as the sanitiser will.

import { element, labelled } from "./dom.js";
import { openDialog } from "./dialog.js";
import { mayLinkTo, schemes } from "./vocabulary.js";

/** Return an address as it was meant: "example.org" is a site, and "a@example.org" a mailbox. */
export function completed(address) {
  const typed = address.trim();
  if (/^[^\s/@:]+@[^\s/@:]+\.[a-z]{2,}$/i.test(typed)) return `mailto:${typed}`;
  if (/^(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#]\S*)?$/i.test(typed)) return `https://${typed}`;
  return typed;
}

export function showLinkDialog(editor) {
  const isLink = editor.isActive("a");
  if (isLink) editor.commands.extendMarkRange("a");
  const { from, to, empty } = editor.state.selection;
  const address = element("input", {
    type: "text",
    inputMode: "url",
    autocomplete: "off",
    value: editor.getAttributes("a").href ?? "",
  });
  const words = element("input", { type: "text", value: editor.state.doc.textBetween(from, to, " ") });
  const remove = element("button", { type: "button" }, "Remove the link");
  remove.addEventListener("click", () => {
    editor.chain().unsetMark("a").run();
    dialog.close();
  });
  const dialog = openDialog({
    title: "Link",
    submitWords: isLink ? "Change" : "Insert",
    content: [...labelled("Address", address), ...(empty ? labelled("Words", words) : [])],
    more: isLink ? [remove] : [],
    check: () => {
      if (!address.value.trim()) return "A link needs an address.";
      if (mayLinkTo(completed(address.value))) return undefined;
      return `A link may lead to an address on this site, or one that begins with ${schemes.join(", ")}.`;
    },
    submit: () => {
      const href = completed(address.value);
      if (!empty) {
        editor.chain().setMark("a", { href }).run();
        return;
      }
      const text = words.value.trim() || href;
      editor.chain().insertContent({ type: "text", text, marks: [{ type: "a", attrs: { href } }] }).run();
    },
    onClose: () => editor.commands.focus(),
  });
}
