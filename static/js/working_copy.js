// Keeps what is typed into a post's form: in this browser at once, on the server within two seconds.

import { refreshToken } from "./fresh_token.js";
import { forget, keep, settled } from "./kept_here.js";
import { bringUp, holdOpen } from "./recovery.js";
import { SaveState } from "./save_state.js";
import { newForm, Saver } from "./saver.js";
import { wellFormed } from "./splice.js";

const NOT_TYPED = new Set(["csrfmiddlewaretoken", "form", "version", "body", "action"]);

const place = document.querySelector("[data-working-copy]");
const form = place.closest("form");
const body = form.elements.namedItem("body");
const { workingCopy: address, person, post } = place.dataset;
const state = new SaveState(place);

let isKeptHere = true; // what is in the form, in this browser
let isTouched = false;
let isSending = false; // the form itself

// Back leads to the same new post, or to what it has become.
const submission = form.elements.namedItem("submission")?.value;
if (submission && !post && !location.search) history.replaceState(null, "", `?form=${submission}`);

function typed() {
  const fields = {};
  for (const [name, value] of new FormData(form))
    if (!NOT_TYPED.has(name) && typeof value === "string") {
      const one = wellFormed(value);
      fields[name] = name in fields ? [fields[name], one].flat() : one;
    }
  const version = Number(form.elements.namedItem("version").value) || null;
  return { body: wellFormed(body.value), fields, version };
}

const saver = new Saver({
  address,
  person,
  post: Number(post) || null,
  form: form.elements.namedItem("form").value,
  number: Number(place.dataset.number),
  body: "bound" in place.dataset ? null : wellFormed(body.defaultValue),
  typed,
  taken: (sent) => keepHere(sent),
  told: (name, at) => state.say(name, { at, also: isKeptHere || name === "saved" ? [] : ["unkept"] }),
  forked(name) {
    forget(form.elements.namedItem("form").value).catch(() => {});
    form.elements.namedItem("form").value = name;
    holdOpen(name);
    keepHere();
  },
});
holdOpen(saver.form);
state.say("clean");

// One write at a time, and the newest text in the next.
let writing = null;
let isStale = false;

function keepHere(sent) {
  isStale = true;
  writing ??= (async () => {
    while (isStale) {
      isStale = false;
      const now = typed();
      const isSent = !saver.isBehind && !saver.running;
      const { form: name, number, unanswered } = saver;
      const isThisSent = isSent || (sent && JSON.stringify(sent) === JSON.stringify(now));
      sent = undefined;
      try {
        await keep({ form: name, person, post, number, unanswered, ...now, isSent: isThisSent, at: Date.now() });
        isKeptHere = true;
      } catch {
        isKeptHere = false;
      }
    }
    writing = null;
  })();
}

form.addEventListener("input", () => {
  isTouched = true;
  isSending = false;
  saver.changed();
  keepHere();
});

for (const name of ["online", "focus"]) window.addEventListener(name, () => saver.tryNow());
document.addEventListener("visibilitychange", () => saver.tryNow());
window.addEventListener("pagehide", () => saver.tryNow());

window.addEventListener("offline", () => {
  if (isTouched) state.say("offline");
});

// The form goes with the token the browser has by now, after what is on its way has arrived; and while
// the site is not to be reached, it stays here, where the text is.
form.addEventListener("submit", async (event) => {
  if (event.defaultPrevented) return;
  refreshToken(form);
  if (saver.running || saver.failing) {
    event.preventDefault();
    const { submitter } = event;
    await (saver.running ?? saver.tryNow());
    if (saver.failing && saver.failing !== "refused") {
      state.say(saver.failing, { also: ["unsent"] });
      return;
    }
    saver.stop();
    form.requestSubmit(submitter);
    return;
  }
  saver.stop();
  isSending = true;
});

window.addEventListener("beforeunload", (event) => {
  if (saver.isBehind && !isSending && (writing || !isKeptHere)) event.preventDefault();
});

// Come back to by Back: if it was saved, it is a form of its own from here on.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && settled().includes(saver.form)) {
    saver.form = newForm();
    saver.number = 0;
    saver.known = { body: null, fields: {} };
    saver.forked(saver.form);
  }
});

place.addEventListener("click", (event) => {
  if (event.target.closest("[data-copy-text]")) navigator.clipboard.writeText(body.value);
});

if ("bound" in place.dataset || body.value !== body.defaultValue) {
  isTouched = true;
  saver.changed();
  keepHere();
} else {
  const found = await bringUp({ address, person });
  if (found.some((record) => record.post === post) && !isTouched) location.reload();
}
