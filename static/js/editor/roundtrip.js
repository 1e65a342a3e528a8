// Whether the editor can show a body: what it would write back is compared with what there is.

import { pm } from "../../django_prose_editor/editor.js";
import { difference } from "./canonical.js";
import { read } from "./reading.js";
import { schema } from "./schema.js";
import { Writer } from "./writing.js";

/** Return a body as a document, and the blocks it was read from. */
export function load(html) {
  const { body, blocks } = read(html);
  return { doc: pm.model.DOMParser.fromSchema(schema).parse(body), blocks };
}

/** Return what would be lost and gained by opening a body in the editor; null if nothing. */
export function wouldChange(html) {
  return difference(html, new Writer().write(load(html).doc));
}

/** Return a body as the editor writes it when each of its blocks has been touched. */
export const rewritten = (html) => new Writer().write(load(html).doc);
