// Word writes a list as paragraphs: its level in a style, and the bullet or number as text.

const LEVEL = /mso-list:\s*l\d+\s+level(\d+)/i;
const NUMBER = /^[\s(]*(\d+|[a-z]|[ivxlcdm]+)[.)]/i;

const levelOf = (node) => {
  const match = LEVEL.exec(node.dataset.style ?? "");
  return match ? Number(match[1]) : 0;
};

/** Turn the list paragraphs of Word into lists. */
export function listsFromWord(body) {
  let open = []; // the lists that are open, one for each level
  for (const paragraph of [...body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    const level = levelOf(paragraph);
    if (!level || paragraph.localName !== "p") continue;
    const marker = markerOf(paragraph);
    if (open[0]?.nextElementSibling !== paragraph) open = [];
    open.length = Math.min(open.length, level);
    const name = NUMBER.test(marker) ? "ol" : "ul";
    const item = body.ownerDocument.createElement("li");
    if (open.length === level && open[level - 1].localName !== name && level > 1) open.length -= 1;
    while (open.length < level) openList(open, name, marker, paragraph);
    if (open[level - 1].localName !== name) {
      open = [];
      while (open.length < level) openList(open, name, marker, paragraph);
    }
    item.append(...paragraph.childNodes);
    open[level - 1].append(item);
    paragraph.remove();
  }
}

/** Take the bullet or number out of a paragraph, and return it. */
function markerOf(paragraph) {
  let words = "";
  for (const span of paragraph.querySelectorAll("span")) {
    if (!/mso-list:\s*ignore/i.test(span.dataset.style ?? "")) continue;
    words += span.textContent;
    span.remove();
  }
  return words;
}

function openList(open, name, marker, paragraph) {
  const list = paragraph.ownerDocument.createElement(name);
  const start = /^\s*(\d+)/.exec(marker)?.[1];
  if (name === "ol" && start && start !== "1") list.setAttribute("start", start);
  const parent = open.at(-1);
  if (!parent) paragraph.before(list);
  else (parent.lastElementChild ?? parent.appendChild(paragraph.ownerDocument.createElement("li"))).append(list);
  open.push(list);
}
