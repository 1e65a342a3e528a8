// A table's caption, which HTML keeps inside the table and the editor before it.

/** Give the table at the cursor a caption; take it away if it has one. */
export function captionTable(editor) {
  editor.chain().focus().command(({ tr, state, dispatch }) => {
    const { $from } = state.selection;
    const { captioned, caption, p } = state.schema.nodes;
    for (let depth = $from.depth; depth > 0; depth -= 1) {
      const node = $from.node(depth);
      const from = $from.before(depth);
      if (node.type === captioned) {
        if (dispatch) tr.replaceWith(from, from + node.nodeSize, node.child(1));
        return true;
      }
      if (node.type.name === "table" && $from.node(depth - 1).type !== captioned) {
        const words = caption.create(null, p.create());
        if (dispatch) {
          tr.replaceWith(from, from + node.nodeSize, captioned.create(null, [words, node]));
          tr.setSelection(state.selection.constructor.near(tr.doc.resolve(from + 3)));
        }
        return true;
      }
    }
    return false;
  }).run();
}
