// Shows, while somebody types, what a search engine and a shared link will make of the post.

const cards = document.querySelector("[data-cards]");
const form = cards.closest("form");
const LONGEST = { "search-title": 60, "search-description": 160, title: 90, description: 200 };

function typed(name) {
  return (form.elements.namedItem(name)?.value ?? "").trim();
}

// The first words of the text, as the server would take them when there is no excerpt.
function firstWords() {
  const body = new DOMParser().parseFromString(typed("body").slice(0, 20000), "text/html").body;
  for (const node of body.querySelectorAll("pre, table, figure, h2, h3, h4, h5, h6, summary")) node.remove();
  return body.textContent.replace(/\s+/g, " ").trim().slice(0, 240);
}

function cut(text, length) {
  return text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text;
}

function show() {
  const excerpt = typed("excerpt") || firstWords();
  const words = {
    slug: typed("slug") || typed("title").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, ""),
    "search-title": typed("seo_title") || typed("title"),
    "search-description": typed("seo_description") || excerpt,
    title: typed("title"),
    description: excerpt,
  };
  for (const [name, text] of Object.entries(words)) {
    cards.querySelector(`[data-card="${name}"]`).textContent = cut(text, LONGEST[name] ?? 100);
  }
  const cover = form.elements.namedItem("cover")?.selectedOptions?.[0]?.dataset.src;
  const shown = cards.querySelector(".card-cover");
  if (shown?.getAttribute("src") === cover) return;
  shown?.remove();
  if (cover) {
    const image = document.createElement("img");
    Object.assign(image, { className: "card-cover", alt: "", src: cover });
    cards.querySelector(".shared .help").after(image);
  }
}

// Not on each key: a long text takes a while to read.
let waiting;
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 300);
});
show();
cards.hidden = false;
