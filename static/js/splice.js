// The difference of two texts as one change in one place, in UTF-16 code units, and a checksum by
// which the server sees that it has the same text: posts/splices.py.

const TABLE = Uint32Array.from({ length: 256 }, (_, number) => {
  for (let bit = 0; bit < 8; bit += 1) number = number & 1 ? (number >>> 1) ^ 0xedb88320 : number >>> 1;
  return number;
});

export function checksum(text) {
  let sum = -1;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    sum = TABLE[(sum ^ unit) & 0xff] ^ (sum >>> 8);
    sum = TABLE[(sum ^ (unit >>> 8)) & 0xff] ^ (sum >>> 8);
  }
  return ~sum >>> 0;
}

export function splice(before, after) {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  if (isInsidePair(before, start) || isInsidePair(after, start)) start -= 1;
  let same = 0;
  while (
    same < most - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same += 1;
  if (isInsidePair(before, before.length - same) || isInsidePair(after, after.length - same)) same -= 1;
  return {
    start,
    removed: before.length - same - start,
    inserted: after.slice(start, after.length - same),
  };
}

// A lone half of a pair is nothing that can be stored: it becomes what a browser would send for it.
export function wellFormed(text) {
  if (text.isWellFormed?.() ?? false) return text;
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}

function isInsidePair(text, index) {
  const [left, right] = [text.charCodeAt(index - 1), text.charCodeAt(index)];
  return left >= 0xd800 && left <= 0xdbff && right >= 0xdc00 && right <= 0xdfff;
}
