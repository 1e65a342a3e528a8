// What an earlier page typed and could not send, for a crash or for want of a network, is sent now. The
// page then shows it beside what is saved.

import { forget, keep, unsent } from "./kept_here.js";
import { newForm, post } from "./saver.js";
import { checksum } from "./splice.js";

// Whoever has begun to leave this page is not brought back to it by what is found meanwhile.
let isLeaving = false;
window.addEventListener("beforeunload", () => {
  isLeaving = true;
});

const lockOf = (form) => `byline-form-${form}`;

// Says to other tabs that this form is still open, for as long as it is.
export function holdOpen(form) {
  navigator.locks?.request(lockOf(form), () => new Promise(() => {}));
}

async function isOpenElsewhere({ form, at }) {
  if (!navigator.locks) return Date.now() - at < 15000;
  try {
    // A page that is just being left holds its lock for a moment longer.
    await navigator.locks.request(lockOf(form), { signal: AbortSignal.timeout(1000) }, () => {});
    return false;
  } catch {
    return true;
  }
}

// Sends all that is kept here of a person, and returns what the server now has and this page could show.
export async function bringUp({ address, person }) {
  const found = [];
  const records = await unsent(person).catch(() => []);
  for (const record of records) {
    if (await isOpenElsewhere(record)) continue;
    const form = await send(address, record);
    if (!form) break;
    if (form !== record.form) await forget(record.form);
    await keep({ ...record, form, isSent: true });
    found.push(record);
  }
  return isLeaving ? [] : found;
}

// Returns the form under which the server has it: another, if that one says something else by now.
async function send(address, { form, person, post: postId, number, version, fields, body, unanswered }) {
  const sum = checksum(body);
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const step = { person, post: Number(postId) || null, number, version, fields, body, checksum: sum };
    step.submission = fields.submission;
    const answer = await post(address, form, step);
    if (answer.status === 200) return form;
    if (answer.status !== 409) return null;
    if (answer.checksum === sum) return form;
    const isOwn = [0, number].includes(answer.number) || unanswered.includes(answer.checksum);
    [form, number] = isOwn ? [form, answer.number] : [newForm(), 0];
  }
  return null;
}
