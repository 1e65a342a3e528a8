// Asks before a page is left with text in it that no button has sent.

const form = document.querySelector("form[data-unsaved]");
let changed = form.dataset.unsaved === "changed" || form.querySelector(".errorlist") !== null;

form.addEventListener("input", () => {
  changed = true;
});
form.addEventListener("submit", () => {
  changed = false;
});
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
