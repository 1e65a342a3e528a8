// Sends what was typed to the server, in small steps and one at a time, until it says that it has it.

import { freshToken } from "./fresh_token.js";
import { checksum, splice } from "./splice.js";

const PAUSE = 800; // ms after the last key
const LONGEST = 1600; // ms after the first key that was not sent
const TIMEOUT = 20000;
const MOST_PATIENCE = 30000;

export function newForm() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

// Posts a step; returns {status, ...answer}, with status 0 if there was no answer.
export async function post(address, form, step) {
  const body = JSON.stringify(step);
  try {
    const response = await fetch(`${address}${form}/`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": freshToken() },
      body,
      keepalive: body.length < 20000, // arrives although the page is closed the next moment
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    return { ...(await response.json().catch(() => ({}))), status: response.status };
  } catch {
    return { status: 0 };
  }
}

export class Saver {
  // typed() returns what is in the form: {body, fields, version}. taken(typed) and told(state, at)
  // hear what became of it, settled() that nothing is on its way; forked(form) that another tab typed
  // into this form, and it is another now.
  constructor({ address, form, person, post, number, body, typed, taken, told, forked, settled }) {
    Object.assign(this, { address, form, person, post, number, typed, taken, told, forked, settled });
    this.known = { body, fields: {} }; // what the server has
    this.unanswered = []; // what it may have
    this.patience = 1000;
    this.running = null;
    this.stopped = false;
  }

  changed() {
    this.stopped = false;
    this.since ??= Date.now();
    if (this.failing && this.failing !== "refused") return; // it tries again anyway
    clearTimeout(this.timer);
    const wait = Math.min(PAUSE, this.since + LONGEST - Date.now());
    this.timer = setTimeout(() => this.save(), Math.max(wait, 0));
  }

  get isBehind() {
    return this.since !== undefined;
  }

  // Sends what is not sent yet, if nothing is on its way. Resolves when it has been answered.
  save() {
    clearTimeout(this.timer);
    if (!this.running && this.isBehind && !this.stopped)
      this.running = this.#send().finally(() => {
        this.running = null;
        this.settled();
        if (this.isBehind && !this.failing && !this.stopped) this.changed();
      });
    return this.running;
  }

  async #send() {
    const typed = this.typed();
    const since = this.since;
    this.since = undefined;
    if (!this.failing) this.told("saving");
    const sum = checksum(typed.body);
    if (!this.unanswered.includes(sum)) this.unanswered.push(sum);
    const answer = await post(this.address, this.form, this.#step(typed, sum));
    if (answer.status === 200) {
      this.number = answer.number;
      this.known = typed;
      this.unanswered = [];
      this.failing = false;
      this.patience = 1000;
      this.mismatches = 0;
      this.taken(typed);
      if (answer.number) this.told("saved", new Date(answer.saved_at));
      else this.told("clean"); // it was taken back: the server keeps nothing beside the post
      return;
    }
    this.since = this.since === undefined ? since : Math.min(since, this.since);
    if (answer.status === 409) this.#catchUp(answer);
    else this.#tryAgain(answer);
  }

  #step({ body, fields, version }, sum) {
    const changed = Object.entries(fields).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(this.known.fields[name]),
    );
    const { person, post, number } = this;
    const step = { person, post, number, version, submission: fields.submission, checksum: sum };
    step.fields = Object.fromEntries(changed);
    if (this.known.body === null) step.body = body;
    else if (this.known.body !== body) step.splice = splice(this.known.body, body);
    if (step.splice?.inserted.length > body.length / 2) {
      delete step.splice;
      step.body = body;
    }
    return step;
  }

  // The server has something else than this form thought: the next step sends the text whole.
  #catchUp({ number, checksum: sum }) {
    const isOwn = number === 0 || number === this.number || this.unanswered.includes(sum);
    if (!isOwn || this.mismatches > 3) {
      this.form = newForm();
      this.forked(this.form);
    }
    this.mismatches = (isOwn ? (this.mismatches ?? 0) : 0) + 1;
    this.number = isOwn ? number : 0;
    this.known = { body: null, fields: {} };
    setTimeout(() => this.save(), 0);
  }

  #tryAgain({ status, error }) {
    this.failing =
      { 401: "signed_out", 413: "refused", 400: "refused" }[status] ??
      (error === "csrf" ? "signed_out" : ["forbidden", "another_person"].find((one) => one === error)) ??
      (navigator.onLine ? "unreachable" : "offline");
    this.told(this.failing);
    if (this.failing === "refused") return; // until it is another text
    this.timer = setTimeout(() => this.save(), this.patience);
    this.patience = Math.min(this.patience * 2, MOST_PATIENCE);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  // Something may be better now: the network, or who is signed in.
  tryNow() {
    if (!this.isBehind || this.stopped) return null;
    this.patience = 1000;
    return this.save();
  }
}
