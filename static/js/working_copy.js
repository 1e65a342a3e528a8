// Keeps what is typed into a post's form: in this browser at once, on the server within two seconds.

import { refreshToken } from "./fresh_token.js";
import { forget, keep, partFrom, settled } from "./kept_here.js";
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
  settled: () => sayUnderway(),
  told(name, at) {
    state.say(name, { at, also: isKeptHere || ["saved", "clean"].includes(name) ? [] : ["unkept"] });
    sayUnderway();
  },
  forked(name) {
    forget(form.elements.namedItem("form").value).catch(() => {});
    form.elements.namedItem("form").value = name;
    holdOpen(name);
    keepHere();
  },
});
holdOpen(saver.form);
const parted = partFrom(saver.form, newForm(), saver.typed().body).catch(() => {});
state.say("clean");

// Every key is written at once, a few writes side by side at the most, and soon after to the disk.
const MOST_WRITES = 4;
const SOON = 1000;
let writes = 0;
let isStale = false;
let timer;

function keepHere(sent) {
  if (writes < MOST_WRITES) write("relaxed", sent);
  else isStale = true;
  timer ??= setTimeout(() => {
    timer = undefined;
    write("strict");
  }, SOON);
}

async function write(durability, sent) {
  const now = typed();
  const isSent = !saver.isBehind && !saver.running;
  const isThisSent = isSent || (sent && JSON.stringify(sent) === JSON.stringify(now));
  const { form: name, number, unanswered } = saver;
  const record = { form: name, person, post, number, unanswered, ...now, isSent: Boolean(isThisSent), at: Date.now() };
  isStale = false;
  writes += 1;
  try {
    await parted;
    await keep(record, durability);
    isKeptHere = true;
  } catch {
    isKeptHere = false;
  }
  writes -= 1;
  if (isStale && !writes) keepHere();
  sayUnderway();
}

// For whoever watches: whether something has been typed that is not stored where it can be.
function sayUnderway() {
  place.toggleAttribute("data-underway", writes > 0 || Boolean(saver.running));
}

form.addEventListener("input", (event) => {
  if (event.target.type === "file") return; // choosing a picture changes no word
  isTouched = true;
  isSending = false;
  saver.changed();
  keepHere();
  sayUnderway();
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
  if (saver.isBehind && !isSending && (writes > 0 || !isKeptHere)) event.preventDefault();
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
}
await parted;
const found = await bringUp({ address, person });
if (found.some((record) => record.post === post) && !isTouched) location.assign(location.pathname);
else place.dataset.looked = "";
