"""The page of a post in a browser: seen in light and dark, on a small screen, by keys, on paper."""

import pytest

from posts.tests.conftest import IN_A_BROWSER
from posts.tests.factories import LONG_AGO, PostFactory

pytestmark = IN_A_BROWSER

CODE = """<pre><code class="language-python">@once
def count(words: list) -> int:  # of a text
    return len(words) + 1 or None + "a string"
</code></pre><pre><code class="language-diff">@@ -1 +1 @@
-one line that is long enough to be scrolled on a screen this small
+another
</code></pre>"""
TABLE = f"<table><caption>Wide</caption><tr>{'<td>unbroken</td>' * 12}</tr></table>"
TEXT = f"<p>{'word ' * 200}</p>"
BODY = (
    f"<h2>One</h2>{TEXT}<h2>Two</h2>{TEXT}<h3>Three</h3>{TEXT}<p>A[^1] and again[^1].</p>"
    f"{CODE}{TABLE}<p>[^1]: A note</p>"
)

# The contrast of all text in an element with what is behind it, WCAG 2.2 §1.4.3.
CONTRASTS = """within => {
  const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const luminance = (colour) => {
    pixel.fillStyle = colour;
    pixel.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pixel.getImageData(0, 0, 1, 1).data].map((part) =>
      part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!colour.endsWith(", 0)")) return colour;
    }
  };
  return [...document.querySelectorAll(`${within} *`)].map((element) => {
    const both = [getComputedStyle(element).color, behind(element)].map(luminance);
    return [element.outerHTML, (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05)];
  });
}"""


@pytest.fixture
def post():
    return PostFactory(published=True, slug="mine", body=BODY, updated_at=LONG_AGO)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_a_post_can_be_read_on_what_is_behind_it(open_browser, post, scheme):
    page = open_browser(color_scheme=scheme)
    page.goto("/mine/")

    contrasts = page.evaluate(CONTRASTS, ".page")

    classes = page.evaluate(
        '[...new Set(document.querySelectorAll("pre span"))].map(s => s.className)'
    )
    assert set(classes) == set("kfnscdi")
    assert [(html, ratio) for html, ratio in contrasts if ratio < 4.5] == []


def test_a_small_screen_scrolls_code_and_tables_and_never_the_page(open_browser, post):
    page = open_browser(viewport={"width": 320, "height": 640})
    page.goto("/mine/")

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    for name in ("Diff", "Wide"):
        region = page.get_by_role("group", name=name)
        region.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("element => element.scrollLeft > 0", arg=region.element_handle())


def test_headings_are_linked_named_and_marked_where_one_points(open_browser, post):
    page = open_browser()
    page.goto("/mine/")
    mark = 'getComputedStyle(document.querySelector(".anchor"), "::after").opacity'
    assert page.evaluate(mark) == "0"

    page.get_by_role("heading", name="One", exact=True).get_by_role("link").hover()
    assert page.evaluate(mark) == "1"

    page.get_by_role("navigation", name="Contents").get_by_role("link", name="Three").click()
    assert page.url.endswith("/mine/#h-three")


def test_the_contents_stand_open_where_there_is_room_and_say_nothing_of_opening(open_browser, post):
    page = open_browser(viewport={"width": 1280, "height": 800})
    page.goto("/mine/")
    contents = page.get_by_role("navigation", name="Contents")
    seen = [contents.get_by_role("link", name="Three").is_visible]
    seen.append(contents.locator("summary").is_visible)

    assert [is_seen() for is_seen in seen] == [True, False]
    title = 'getComputedStyle(document.querySelector(".contents"), "::before").content'
    assert page.evaluate(title).startswith('"Contents"')

    page.set_viewport_size({"width": 700, "height": 800})
    assert [is_seen() for is_seen in seen] == [False, True]
    contents.get_by_text("Contents").click()
    assert [is_seen() for is_seen in seen] == [True, True]


def test_a_footnote_leads_there_and_back(open_browser, post):
    page = open_browser()
    page.goto("/mine/")

    page.locator("#fnref-1-2").click()
    assert page.url.endswith("#fn-1")
    page.get_by_role("link", name="Back to the text 2").click()
    assert page.url.endswith("#fnref-1-2")


def test_paper_has_the_colours_of_daylight_at_night_too(open_browser, post):
    page = open_browser(color_scheme="dark")
    page.emulate_media(media="print")
    page.goto("/mine/")
    colours = """() => [...document.querySelectorAll(".page *")].map((element) =>
      ["color", "backgroundColor"].map((name) => getComputedStyle(element)[name]))"""
    at_night = page.evaluate(colours)

    page.emulate_media(media="print", color_scheme="light")

    assert page.evaluate(colours) == at_night


def test_paper_shows_all_of_the_code(open_browser, post):
    page = open_browser(viewport={"width": 640, "height": 800})
    page.emulate_media(media="print")
    page.goto("/mine/")

    assert page.locator("pre").first.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert page.locator(".neighbours, .contents").evaluate_all(
        "all => all.every(e => !e.offsetParent)"
    )
