// Figures: an image with its alternative text and, if it needs one, a caption.

import { element, labelled } from "./dom.js";
import { openDialog } from "./dialog.js";
import { fits, ownImage } from "./vocabulary.js";

const paragraph = (content, origin) => ({ type: "p", attrs: { origin }, content });

/** Return the editor of the page; null while it shows HTML. */
const pageEditor = () => document.querySelector(".editor-page > .ProseMirror")?.editor ?? null;

/** Put a figure where the cursor is. What uploads images calls this with what it got. */
export function insertFigure(
  { src, alt, caption = "", width = null, height = null, ...others },
  editor = pageEditor(),
) {
  const attrs = { ...others, src, alt, width, height };
  const image = paragraph([{ type: "img", attrs }], "figure>text");
  const words = caption.trim() && { type: "text", text: caption.trim() };
  const content = words
    ? [image, { type: "figcaption", content: [paragraph([words], "figcaption>text")] }]
    : [image];
  editor.chain().focus().insertContent({ type: "figure", content }).run();
}

/** Return the image the cursor is at, or in the figure of which it is; null if there is none. */
export function imageAt(editor) {
  const { selection } = editor.state;
  if (selection.node?.type.name === "img") return { node: selection.node, pos: selection.from };
  const { $from } = selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name !== "figure") continue;
    let found = null;
    $from.node(depth).descendants((node, pos) => {
      if (node.type.name === "img") found ??= { node, pos: $from.start(depth) + pos };
    });
    return found;
  }
  return null;
}

/** Return the size of an image that is on the site; none if it cannot be had. */
async function sizeOf(src) {
  const image = new Image();
  image.src = src;
  try {
    await image.decode();
  } catch {
    return {};
  }
  const [width, height] = [String(image.naturalWidth), String(image.naturalHeight)];
  return fits("img", "width", width) && image.naturalWidth ? { width, height } : {};
}

/** Ask for a new figure, or for another alternative text of the image at the cursor. */
export function showFigureDialog(editor, present = null) {
  const address = element("input", { type: "text", autocomplete: "off", value: present?.node.attrs.src ?? "" });
  const alt = element("textarea", { rows: 3, value: present?.node.attrs.alt ?? "", required: true });
  const caption = element("input", { type: "text" });
  openDialog({
    title: present ? "Image" : "Figure",
    submitWords: present ? "Change" : "Insert",
    content: [
      ...labelled("Address of an image on this site", address),
      ...labelled("Alternative text (required)", alt),
      element("p", { className: "help" }, "What the image says, for those who cannot see it."),
      ...(present ? [] : labelled("Caption", caption)),
    ],
    check: () => {
      if (!ownImage(address.value)) {
        return "That is no image of this site: its address begins with /static/ or /media/.";
      }
      return alt.value.trim() ? undefined : "An image needs an alternative text.";
    },
    submit: async () => {
      const src = ownImage(address.value);
      const words = alt.value.trim().replace(/\s+/g, " ");
      if (!present) {
        insertFigure({ src, alt: words, caption: caption.value, ...(await sizeOf(src)) }, editor);
        return;
      }
      const isSame = src === present.node.attrs.src;
      const size = isSame ? {} : { width: null, height: null, ...(await sizeOf(src)) };
      editor.commands.command(({ tr }) => {
        tr.setNodeMarkup(present.pos, null, { ...present.node.attrs, src, alt: words, ...size });
        return true;
      });
    },
    onClose: () => editor.commands.focus(),
  });
}
