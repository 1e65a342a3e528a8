// HTML from elsewhere: what it means stays, how it looked goes.

import { parse, prepare } from "./reading.js";
import { listsFromWord } from "./paste_word.js";
import { attributesOf, elements, mayLinkTo, ownImage } from "./vocabulary.js";

const GONE = "style, script, colgroup, meta, link, title, template, iframe, object, xml, noscript, input, button, select, br.Apple-interchange-newline";
const PARAGRAPH = "div, section, article, main, header, footer, aside, nav, address, center";
const BLOCK = `p, h1, h2, h3, h4, h5, h6, ul, ol, dl, pre, blockquote, figure, table, hr, details, ${PARAGRAPH}`;
const OFFICE = /class="?Mso|mso-|urn:schemas-microsoft-com|docs-internal-guid|content="?(?:Word|LibreOffice)/i;

/** Return clipboard HTML as the editor's schema wants it. */
export function cleaned(html) {
  const body = parse(withoutEffect(html));
  const isOffice = OFFICE.test(html);
  for (const node of body.querySelectorAll(GONE)) node.remove();
  removeComments(body);
  listsFromWord(body);
  for (const node of body.querySelectorAll(".MsoTitle")) become(node, "h2");
  for (const node of body.querySelectorAll("b, i, span, font")) meanWhatItLooks(node);
  for (const node of body.querySelectorAll("a, img")) keepIfOfUse(node, isOffice);
  for (const node of [...body.querySelectorAll(PARAGRAPH)].reverse()) {
    if (node.querySelector(BLOCK) || node.closest("li, td, th, p") !== null) unwrap(node);
    else become(node, "p");
  }
  for (const node of [...body.querySelectorAll("*")].reverse()) {
    if (elements[node.localName]) strip(node, isOffice);
    else unwrap(node);
  }
  nestLists(body);
  tidy(body);
  prepare(body);
  return body.innerHTML;
}

/** Return HTML with its styles and event handlers as data: the content policy is loud about them. */
const withoutEffect = (html) =>
  html
    .replace(/<style\b[^]*?<\/style\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/(\s)(style|on[a-z]+)(?=\s*=)/gi, "$1data-$2"));

function styleOf(node) {
  const { style } = document.createElement("span");
  style.cssText = node.dataset.style ?? "";
  return style;
}

const unwrap = (node) => node.replaceWith(...node.childNodes);

function become(node, name) {
  const other = node.ownerDocument.createElement(name);
  other.append(...node.childNodes);
  node.replaceWith(other);
  return other;
}

function removeComments(body) {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  for (const comment of found) comment.remove();
}

/** Make of bold, italic, struck and raised letters what they mean, and of any other span nothing. */
function meanWhatItLooks(node) {
  const style = styleOf(node);
  const weight = style.fontWeight;
  const isBold = weight ? /bold|[6-9]00/.test(weight) : node.localName === "b";
  const isItalic = style.fontStyle ? style.fontStyle !== "normal" : node.localName === "i";
  const wraps = [
    isBold && !node.closest("strong, h1, h2, h3, h4, h5, h6, th") && "strong",
    isItalic && !node.closest("em") && "em",
    /line-through/.test(style.textDecoration || style.textDecorationLine) && "s",
    style.verticalAlign === "super" && "sup",
    style.verticalAlign === "sub" && "sub",
  ].filter(Boolean);
  if (node.querySelector(BLOCK) || !node.textContent.trim()) {
    unwrap(node);
    return;
  }
  let inner = node;
  for (const name of wraps) {
    const wrap = node.ownerDocument.createElement(name);
    wrap.append(...inner.childNodes);
    inner.append(wrap);
    inner = wrap;
  }
  unwrap(node);
}

function keepIfOfUse(node, isOffice) {
  if (node.localName === "img") {
    const src = ownImage(node.getAttribute("src") ?? "");
    if (src) node.setAttribute("src", src);
    else node.remove();
    return;
  }
  const href = node.getAttribute("href") ?? "";
  const redirected = /^https:\/\/www\.google\.com\/url\?/.test(href) && new URL(href).searchParams.get("q");
  const address = redirected || href;
  const isWithinOffice = isOffice && address.startsWith("#"); // to a bookmark that stays behind
  if (!mayLinkTo(address) || isWithinOffice || !node.textContent.trim()) unwrap(node);
  else node.setAttribute("href", address);
}

/** Leave an element its attributes that mean something here. */
function strip(node, isOffice) {
  const language = [...node.classList].find((name) => /^language-[\w+#.-]{1,40}$/.test(name));
  if (language) node.className = language;
  const known = attributesOf(node.localName);
  for (const { name, value } of [...node.attributes]) {
    const isLeftToRight = name === "dir" && value !== "rtl";
    const isSaidOfAll = isOffice && (name === "lang" || name === "title");
    const isLook = isOffice && (name === "start" || name === "type" || name === "value") && value === "1";
    const isOtherClass = name === "class" && value !== language;
    if (!known.includes(name) || isLeftToRight || isSaidOfAll || isLook || isOtherClass) {
      node.removeAttribute(name);
    }
  }
}

/** Move lists that stand in lists, as Google Docs writes them, into the item before. */
function nestLists(body) {
  for (const list of body.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")) {
    const item = list.previousElementSibling;
    if (item?.localName === "li") item.append(list);
    else become(list.parentElement.insertBefore(list.ownerDocument.createElement("li"), list), "li").append(list);
  }
}

function tidy(body) {
  for (const br of body.querySelectorAll(":scope > br")) br.remove();
  for (const paragraph of body.querySelectorAll("p")) {
    const isEmpty = !paragraph.textContent.trim() && !paragraph.querySelector("img");
    if (isEmpty) paragraph.remove();
    else if (paragraph.matches("li > p:only-of-type, td > p:only-of-type, th > p:only-of-type")) unwrap(paragraph);
  }
  for (const wrapped of body.querySelectorAll("h1 strong, h2 strong, h3 strong, h4 strong, th strong")) unwrap(wrapped);
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    // Spaces that were made to last, where they only held words apart.
    if (!text.parentElement.closest("pre")) text.data = text.data.replace(/\u00a0+(?=[ \n])|(?<=[ \n])\u00a0+/g, "");
  }
}
