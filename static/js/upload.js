// Pictures in the text of a post: by button, paste and drop. Each is described before it is uploaded,
// and goes into the text where the cursor is. Works by keyboard alone.
//
// The text area is offered what was uploaded first, by a `byline:figure` event whose detail is `src`, `alt`,
// `caption`, `width`, `height` and `html`: an editor that shows the text itself takes it by
// preventDefault(). Else the HTML is put into the text area.

const form = document.querySelector("form[data-upload]");
const area = form.querySelector("textarea[name=body]");
const template = document.getElementById("upload-dialog");
const queue = [];
let dialog = null;

const isPicture = (file) => file.type.startsWith("image/") || /\.(heic|heif)$/i.test(file.name);
const pictures = (transfer) => [...(transfer?.files ?? [])].filter(isPicture);

const chooser = Object.assign(document.createElement("input"), {
  type: "file",
  accept: template.dataset.accept,
  multiple: true,
  hidden: true,
});
form.append(chooser);
chooser.addEventListener("change", () => {
  add([...chooser.files]);
  chooser.value = "";
});
form.querySelector("[data-upload-button]").hidden = false;
form.querySelector("[data-upload-button]").addEventListener("click", () => chooser.click());

// On the whole field, so that a rich editor in its place is covered too.
const field = area.closest(".field");
field.addEventListener("paste", (event) => {
  // A word processor's clipboard holds a picture of the text beside the text itself.
  const { types } = event.clipboardData;
  if (types.includes("text/html") && types.includes("text/plain")) return;
  take(event, event.clipboardData);
}, true);
field.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  field.classList.add("dropping");
});
for (const name of ["dragleave", "drop"]) {
  field.addEventListener(name, () => field.classList.remove("dropping"));
}
field.addEventListener("drop", (event) => take(event, event.dataTransfer), true);

function take(event, transfer) {
  const files = pictures(transfer);
  if (files.length === 0) return;
  event.preventDefault();
  event.stopPropagation();
  add(files);
}

function add(files) {
  queue.push(...files);
  if (dialog === null) next();
}

function next() {
  const file = queue.shift();
  if (file) ask(file);
  else if (!area.hasAttribute("aria-hidden")) area.focus(); // an editor in front of it has the focus
}

function ask(file) {
  dialog = template.content.firstElementChild.cloneNode(true);
  const find = (name) => dialog.querySelector(`[data-${name}]`);
  const [alt, decorative, send] = ["alt", "decorative", "send"].map(find);
  const [progress, error] = ["progress", "error"].map(find);
  const preview = find("preview");
  const place = [area.selectionStart, area.selectionEnd]; // Chromium's dialog loses it
  let request = null;

  preview.src = URL.createObjectURL(file);
  preview.addEventListener("error", () => preview.remove());
  find("name").textContent = file.name;
  document.body.append(dialog);
  dialog.showModal();
  alt.focus();

  const fail = (words) => {
    request = null;
    progress.hidden = true;
    send.disabled = false;
    error.textContent = words;
    error.hidden = false;
  };

  decorative.addEventListener("change", () => {
    alt.disabled = decorative.checked;
  });
  // `close` comes by the Cancel button, by Escape, and after the picture was inserted.
  dialog.addEventListener("close", () => {
    request?.abort();
    URL.revokeObjectURL(preview.src);
    dialog.remove();
    dialog = null;
    next();
  });
  find("cancel").addEventListener("click", () => dialog.close());
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    error.hidden = true;
    const data = new FormData();
    data.append("alt", decorative.checked ? "" : alt.value.trim());
    if (decorative.checked) data.append("decorative", "on");
    data.append("caption", find("caption").value.trim());
    if (!decorative.checked && alt.value.trim() === "") {
      alt.focus();
      return fail(template.dataset.describe);
    }
    if (file.size > Number(template.dataset.most)) return fail(template.dataset.tooLarge);
    data.append("file", file, file.name || "picture");
    send.disabled = true;
    progress.hidden = false;
    progress.removeAttribute("value");
    request = upload(data, progress, (answer) => {
      request = null;
      dialog.close(); // first: behind an open dialog, nothing can have the focus
      insert(answer, place);
    }, fail);
  });
}

function upload(data, progress, done, fail) {
  const request = new XMLHttpRequest(); // fetch() says nothing of what was sent so far
  request.open("POST", template.dataset.address);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", form.elements.namedItem("csrfmiddlewaretoken").value);
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    // Once all is sent, the site is at work for as long as it takes.
    if (event.lengthComputable && event.loaded < event.total) {
      progress.value = event.loaded / event.total;
    } else {
      progress.removeAttribute("value");
    }
  });
  request.addEventListener("load", () => {
    const words = { 401: "signIn", 413: "tooLarge" }[request.status] ?? "failed";
    if (request.status === 201) done(request.response);
    else fail(request.response?.message ?? template.dataset[words]);
  });
  request.addEventListener("error", () => fail(template.dataset.failed));
  request.send(data);
  return request;
}

function insert(answer, [at, end]) {
  if (answer.notice) {
    const said = form.querySelector("[data-upload-notice]");
    said.textContent = answer.notice;
    said.hidden = false;
  }
  const offer = new CustomEvent("byline:figure", { detail: answer, cancelable: true });
  if (!area.dispatchEvent(offer)) return;
  const { value } = area;
  const before = value.slice(0, at).trimEnd();
  const after = value.slice(end).trimStart();
  area.setRangeText(
    `${before && "\n\n"}${answer.html}${after ? "\n\n" : "\n"}`,
    before.length,
    value.length - after.length,
    "end",
  );
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
