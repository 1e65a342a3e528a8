// What a body may be made of, as posts/vocabulary.py says it and the page carries it.

const carried = document.getElementById("vocabulary");
export const vocabulary = JSON.parse(carried.textContent);
export const { elements, everywhere, images, rel, schemes } = vocabulary;

const AMONG_WORDS = new Set(["mark", "nested", "leaf"]);

export const isOfKind = (name, ...kinds) => kinds.includes(elements[name]?.kind);
export const namesOfKind = (...kinds) =>
  Object.keys(elements).filter((name) => isOfKind(name, ...kinds));

/** Return whether an element of that name stands among words; unknown ones do not count. */
export const standsAmongWords = (name) => AMONG_WORDS.has(elements[name]?.kind);

/** Return every attribute an element may carry, its own first. */
export const attributesOf = (name) => [...Object.keys(elements[name].attributes), ...everywhere];

/** Return whether a link may lead there: an address of this site, or one of a known scheme. */
export function mayLinkTo(address) {
  // As browsers read it, which is with the spaces and control characters taken out.
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address.replace(/[\u0000-\u0020]/g, ""));
  return address.trim() !== "" && (!scheme || schemes.includes(scheme[1].toLowerCase()));
}

/** Return the path of an image that is on this site already; null for any other address. */
export function ownImage(address) {
  const { origin } = document.location;
  const trimmed = address.trim();
  const path = trimmed.startsWith(`${origin}/`) ? trimmed.slice(origin.length) : trimmed;
  const isOwn = images.some((folder) => path.startsWith(folder) && path !== folder);
  return isOwn && /^\/[\w./-]+$/.test(path) && !/\.\.|\/\//.test(path) ? path : null;
}

/** Return whether a value is one the sanitiser keeps, as far as a pattern says so. */
export function fits(name, attribute, value) {
  const pattern = elements[name].attributes[attribute];
  return !pattern || new RegExp(`^(?:${pattern})$`).test(value);
}
