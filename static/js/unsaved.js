// Asks before a page is left with text in it that no button has sent, and notes in the address which
// form a new post's is, so that Back leads to the same one.

const form = document.querySelector("form[data-unsaved]");
let changed = form.dataset.unsaved === "changed" || form.querySelector(".errorlist") !== null;

const submission = form.elements.namedItem("submission")?.value;
if (submission) history.replaceState(null, "", `?form=${submission}`);

form.addEventListener("input", () => {
  changed = true;
});
form.addEventListener("submit", (event) => {
  if (event.submitter?.formTarget !== "_blank") changed = false; // a preview saves nothing
});
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
