"""How the public pages are set, measured in the machine's own Chromium."""

import gzip
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from statistics import median

import brotli
import pytest
from django.contrib.staticfiles import finders

from accounts.tests.factories import UserFactory
from posts.models import Post
from posts.tests.conftest import IN_A_BROWSER
from posts.tests.factories import ImageFactory, PostFactory

#: What a new connection delivers in its first flight: ten segments (RFC 6928).
FIRST_FLIGHT = 14 * 1024

SENTENCES = (
    "Nothing on this shelf was ordered by anybody who had read it. The oldest of the books came "
    "with the building, and the newest was left on a chair last Thursday, with a note in pencil. "
    "We keep both, because a library that only keeps what it understands is a mirror. "
)
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
BODY = (
    f"<h2>A part</h2><p>{SENTENCES * 3}</p><blockquote><p>{SENTENCES}</p></blockquote>"
    f"<pre><code>{'a line of code that is wider than any telephone ' * 3}</code></pre>"
    "<table><thead><tr><th>One</th><th>Two</th><th>Three</th></tr></thead><tbody><tr>"
    f"<td>{'Unbreakable' * 3}</td><td>{'Unbreakable' * 3}</td><td>{'Unbreakable' * 3}</td></tr>"
    f"</tbody></table><p>{LONG_WORD}</p><p><code>{LONG_WORD}</code></p>"
    f'<p dir="rtl">{"مكتبة " * 40}</p><ul><li>{SENTENCES}</li></ul><p>{SENTENCES * 5}</p>'
)
PAGES = ["/", "/a-post/", "/archive/", "/archive/2026/03/", "/archive/2026/04/", "/authors/ada/",
         "/tags/words/"]  # fmt: skip


@pytest.fixture
def posts(db):
    """A full page of posts, with a cover each third, by an author who says something."""
    ada = UserFactory(first_name="Ada", last_name="Author", handle="ada")
    ada.describe(bio=SENTENCES, links=[f"https://{'example-' * 7}org.example/ada"])
    cover = ImageFactory(widths=[480, 960], uploader=ada)
    for number in range(25):
        post = PostFactory(
            author=ada,
            status="published",
            published_at=datetime(2026, 3, 1, 12, number, tzinfo=UTC),
            title=f"{number} posts, and what was learnt from the last of them",
            excerpt=SENTENCES,
            cover=None if number % 3 else cover,
            body=BODY,
        )
        post.set_tags(["Words"])
    Post.objects.filter(pk=post.pk).update(title=f"The word {LONG_WORD}")
    post.refresh_from_db()
    post.rename("a-post")


@pytest.mark.usefixtures("posts")
class TestInABrowser:
    pytestmark = IN_A_BROWSER

    @pytest.mark.parametrize("width", [320, 768, 1280])
    def test_no_public_page_scrolls_sideways(self, open_browser, width):
        page = open_browser(viewport={"width": width, "height": 800})

        for address in PAGES:
            assert page.goto(address).status == 200
            assert page.evaluate("document.documentElement.scrollWidth") == width, address

    @pytest.mark.parametrize("width", [768, 1280])
    def test_a_line_of_text_holds_60_to_75_characters(self, open_browser, width):
        page = open_browser(viewport={"width": width, "height": 800})
        page.goto("/a-post/")

        lines = page.locator(".prose > p").last.evaluate(
            """paragraph => {
                const text = paragraph.firstChild, lines = {}, range = document.createRange();
                for (let at = 0; at < text.length; at++) {
                    range.setStart(text, at);
                    range.setEnd(text, at + 1);
                    const { bottom } = range.getBoundingClientRect();
                    lines[Math.round(bottom)] = (lines[Math.round(bottom)] ?? 0) + 1;
                }
                return Object.values(lines).slice(0, -1);
            }"""
        )

        assert len(lines) >= 10
        assert 60 <= median(lines) <= 75

    @pytest.mark.parametrize("width", [320, 1280])
    @pytest.mark.parametrize("address", ["/", "/a-post/", "/authors/ada/", "/archive/"])
    def test_nothing_moves_while_a_page_loads(self, open_browser, address, width):
        page = open_browser(viewport={"width": width, "height": 800})
        page.goto(address, wait_until="networkidle")

        shifts = page.evaluate(
            """() => new Promise(resolve => {
                new PerformanceObserver((list, observer) => {
                    resolve(list.getEntries().map(({ value, sources }) => [
                        value,
                        sources.map(({ node, previousRect, currentRect }) => [
                            (node?.outerHTML ?? node?.textContent ?? "").slice(0, 99),
                            previousRect.toJSON(),
                            currentRect.toJSON(),
                        ]),
                    ]));
                }).observe({ type: "layout-shift", buffered: true });
                setTimeout(() => resolve([]), 300);
            })"""
        )

        assert shifts == []

    def test_the_links_of_a_page_are_seen_once_all_have_arrived(self, open_browser, client):
        whole = client.get("/").text
        page = open_browser()
        link = page.get_by_role("link", name="Archive", include_hidden=True)

        for arrived, is_seen in [(whole.index("Sign in</a>"), False), (len(whole), True)]:
            body = whole[:arrived]
            page.route("**/", lambda route, _request, body=body: route.fulfill(body=body))
            page.goto("/", wait_until="load")
            assert link.is_visible() is is_seen

    @pytest.mark.parametrize("width", [320, 1280])
    def test_nothing_lies_over_the_state_of_a_post_that_was_found(
        self, open_browser, moderator, width
    ):
        PostFactory(hidden=True, title="A heron")
        page = open_browser(moderator, viewport={"width": width, "height": 800})
        page.goto("/search/?q=heron")

        boxes = [box.bounding_box() for box in page.locator(".summary > *").all()]

        assert len(boxes) == 4
        assert [
            (one, other)
            for one, other in combinations(boxes, 2)
            if all(
                one[start] < other[start] + other[size] and other[start] < one[start] + one[size]
                for start, size in [("x", "width"), ("y", "height")]
            )
        ] == []

    def test_a_page_asks_no_other_origin_and_loads_no_script_and_no_font(self, open_browser, site):
        page = open_browser()
        asked = []
        page.on("request", lambda request: asked.append((request.resource_type, request.url)))

        for address in PAGES:
            page.goto(address)
            assert page.locator("script:not([type='application/ld+json'])").count() == 0, address

        assert {url for _kind, url in asked if not url.startswith(f"{site}/")} == set()
        assert {kind for kind, _url in asked} <= {"document", "stylesheet", "image", "other"}
        sheets = {url.rpartition("/")[2] for kind, url in asked if kind == "stylesheet"}
        assert sheets == {"site.css"}

    @pytest.mark.parametrize("address", [*PAGES, "/search/?q=shelf"])
    def test_a_page_is_read_without_scripts_as_with_them(self, open_browser, address):
        with_scripts, without = open_browser(), open_browser(java_script_enabled=False)

        shown = []
        for page in (with_scripts, without):
            page.goto(address)
            shown.append(page.locator("main").inner_text())

        assert shown[0] == shown[1]
        assert "post" in shown[1]

    @pytest.mark.parametrize("address", PAGES)
    def test_what_is_to_be_tapped_is_large_enough_to_be_hit(self, open_browser, address):
        page = open_browser(viewport={"width": 320, "height": 800})
        page.goto(address)

        sizes = page.locator(
            ":is(.site-header, .pager, .feeds, .months, .own-links, .tags, .summary h2)"
            " :is(a, button)"
        ).evaluate_all(
            """controls => controls.map(control => {
                const { width, height } = control.getBoundingClientRect();
                return [control.textContent, width, height];
            })"""
        )

        assert len(sizes) > 5
        assert [each for each in sizes if min(each[1:]) < 24] == []

    def test_who_asks_for_contrast_has_nothing_faint(self, open_browser):
        page = open_browser(color_scheme="dark")
        page.goto("/")
        colours = (
            "() => ['.byline', 'h2'].map(e => getComputedStyle(document.querySelector(e)).color)"
        )
        faint, ink = page.evaluate(colours)
        assert faint != ink

        page.emulate_media(contrast="more")

        faint, ink = page.evaluate(colours)
        assert faint == ink == "rgb(255, 255, 255)"

    @pytest.mark.parametrize(("asked", "moves"), [("reduce", "0s"), ("no-preference", "0.12s")])
    def test_nothing_glides_for_who_asks_for_less_motion(self, open_browser, asked, moves):
        page = open_browser(reduced_motion=asked)
        page.goto("/")

        durations = page.locator("*").evaluate_all(
            "all => [...new Set(all.map(each => getComputedStyle(each).transitionDuration))]"
        )

        assert sorted({"0s", moves}) == sorted(durations)

    @pytest.mark.parametrize("address", PAGES)
    def test_the_first_key_leads_past_the_navigation(self, open_browser, address):
        page = open_browser(reduced_motion="reduce")
        page.goto(address)

        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip-link"
        assert page.locator(".skip-link").bounding_box()["y"] == 0
        page.keyboard.press("Enter")

        assert page.evaluate("document.activeElement.id") == "main"

    @pytest.mark.parametrize("address", ["/", "/a-post/"])
    def test_what_is_printed_is_the_text_in_black_on_white(self, open_browser, address):
        page = open_browser(color_scheme="dark")
        page.goto(address)
        page.emulate_media(media="print", color_scheme="dark")

        shown = [each.is_visible() for each in page.locator("nav, .site-footer, .skip-link").all()]

        assert len(shown) >= 4
        assert not any(shown)
        assert page.locator("h1").first.is_visible()
        assert page.evaluate(
            """() => [getComputedStyle(document.documentElement).backgroundColor,
                      getComputedStyle(document.body).color]"""
        ) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]

    def test_a_byline_stays_on_the_paper(self, open_browser):
        page = open_browser(viewport={"width": 680, "height": 800})
        page.goto("/")
        page.emulate_media(media="print")

        assert page.evaluate("document.documentElement.scrollWidth") == 680

    def test_a_table_from_right_to_left_begins_at_the_right(self, open_browser):
        post = Post.objects.get(slug="a-post")
        post.body = '<table dir="rtl"><tbody><tr><td>أ</td><td>ب</td></tr></tbody></table>'
        post.edit()
        page = open_browser()
        page.goto("/a-post/")

        edges = [
            page.locator(selector).evaluate("element => element.getBoundingClientRect().right")
            for selector in (".prose", ".prose table")
        ]

        assert edges[0] == edges[1]

    @pytest.mark.parametrize("address", ["/", "/authors/ada/", "/archive/2026/03/", "/tags/words/"])
    def test_a_list_is_walked_by_keyboard_to_its_end_and_back(self, open_browser, address):
        page = open_browser()
        page.goto(address)

        page.get_by_role("link", name="Older", exact=True).press("Enter")
        page.get_by_role("link", name="Newer", exact=True).wait_for()
        assert page.locator(".summary").count() == 5
        assert page.get_by_role("link", name="Older", exact=True).count() == 0
        page.get_by_role("link", name="Newer", exact=True).press("Enter")
        page.get_by_role("link", name="Older", exact=True).wait_for()
        assert page.locator(".summary").count() == 20
        assert page.get_by_role("link", name="Newer", exact=True).count() == 0


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip"])
@pytest.mark.parametrize("address", ["/", "/a-post/"])
@pytest.mark.usefixtures("posts")
def test_a_page_and_its_style_sheet_arrive_in_the_first_flight(client, address, coding):
    article = Post.objects.get(slug="a-post")
    article.body = f"<p>{SENTENCES * 16}</p>"[:4096]
    article.edit()

    page = client.get(address, headers={"Accept-Encoding": coding})
    style = Path(finders.find("css/site.css")).read_bytes()
    style = (gzip if coding == "gzip" else brotli).compress(style)  # as WhiteNoise keeps it

    assert page["Content-Encoding"] == coding
    assert len(page.content) + len(style) <= FIRST_FLIGHT
