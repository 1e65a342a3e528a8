// What is typed, in this browser's own storage until the server has it. IndexedDB, as what it says is
// stored survives the browser's crash (localStorage is written seconds later), holds long texts, and
// does not stop the typing while it writes.

const STORE = "typed";
const LONGEST = 30 * 24 * 60 * 60 * 1000;

let opening;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("byline", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "form" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
  return opening;
}

async function inStore(mode, act, durability = "strict") {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode, { durability });
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
    if (mode === "readwrite") transaction.commit(); // also if this page is gone the next moment
  });
}

// "strict" is on the disk when it is done, and survives a power cut; "relaxed" is with the system at
// once, and survives the browser.
export const keep = (record, durability) =>
  inStore("readwrite", (store) => store.put(record), durability);
export const forget = (form) => inStore("readwrite", (store) => store.delete(form));
const all = () => inStore("readonly", (store) => store.getAll());

// What the server does not have, of a person; what was saved meanwhile, or long ago, is forgotten.
export async function unsent(person) {
  await forgetSettled();
  const records = await all();
  for (const { form, at, isSent } of records)
    if (isSent && Date.now() - at > LONGEST) await forget(form);
  return records.filter((record) => record.person === person && !record.isSent);
}

// What an earlier page kept of this very form and could not send becomes a form of its own, so that what
// is typed now does not take its place.
export async function partFrom(form, name, body) {
  const record = await inStore("readonly", (store) => store.get(form));
  if (!record || record.isSent || record.body === body) return;
  await keep({ ...record, form: name, number: 0, unanswered: [] });
  await forget(form);
}

// The server names, in a cookie, the forms whose text it has saved or was told to discard.
export function settled() {
  const named = document.cookie.match(/(?:^|; )settled_forms="?([0-9a-f.-]+)/)?.[1] ?? "";
  return named.split(".").filter(Boolean);
}

async function forgetSettled() {
  for (const form of settled()) await forget(form);
}
