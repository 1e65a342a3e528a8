"""The sanitiser and the editor know the same elements and attributes: there is one list."""

import json

import pytest
from django.urls import reverse

from posts import vocabulary
from posts.sanitiser import sanitise
from posts.tests.conftest import IN_A_BROWSER
from posts.vocabulary import ELEMENTS, EVERYWHERE

#: A value for each attribute that not just any value fits.
VALUES = {
    "href": "/other/", "cite": "/other/", "src": "/static/img/icon.svg", "class": "language-python",
    "width": "8", "height": "4", "value": "7", "start": "3", "type": "a", "colspan": "2",
    "rowspan": "2", "span": "2", "open": "", "reversed": "", "dir": "rtl", "lang": "de", "scope": "row",
    "datetime": "2025-01-02", "hreflang": "de",
}  # fmt: skip

#: Where an element stands that does not stand in a paragraph or alone; @ is where its attributes go.
PLACES = {
    "dt": "<dl><dt@>a</dt><dd>b</dd></dl>",
    "dd": "<dl><dt>a</dt><dd@>b</dd></dl>",
    "dl": "<dl@><dt>a</dt><dd>b</dd></dl>",
    "ul": "<ul@><li>a</li></ul>",
    "ol": "<ol@><li>a</li></ol>",
    "li": "<ol><li@>a</li><li@>b<ul><li@>c</li></ul></li></ol>",
    "figcaption": "<figure><p>a</p><figcaption@>b</figcaption></figure>",
    "summary": "<details><summary@>a</summary><p>b</p></details>",
    "caption": "<table><caption@>a</caption><tbody><tr><td>b</td></tr></tbody></table>",
    "table": "<table@><tbody><tr><td>b</td></tr></tbody></table>",
    "thead": "<table><thead@><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>",
    "tbody": "<table><tbody@><tr><td>b</td></tr></tbody></table>",
    "tfoot": "<table><tbody><tr><td>b</td></tr></tbody><tfoot@><tr><td>c</td></tr></tfoot></table>",
    "tr": "<table><tbody><tr@><td>b</td></tr></tbody></table>",
    "td": "<table><tbody><tr><td@>b</td></tr></tbody></table>",
    "th": "<table><tbody><tr><th@>b</th></tr></tbody></table>",
    "colgroup": "<table><colgroup@></colgroup><tbody><tr><td>b</td></tr></tbody></table>",
    "col": "<table><colgroup><col@></colgroup><tbody><tr><td>b</td></tr></tbody></table>",
    "rt": "<p><ruby>a<rt@>b</rt></ruby></p>",
    "rp": "<p><ruby>a<rp@>(</rp><rt>b</rt></ruby></p>",
    "br": "<p>a<br@>b</p>",
    "wbr": "<p>a<wbr@>b</p>",
    "img": "<p>a<img@>b</p>",
    "hr": "<p>a</p><hr@>",
}


def bodies():
    """Yield a body for each element with each attribute it may carry, and with none and with all."""
    for name, element in ELEMENTS.items():
        attributes = [*element.attributes, *sorted(EVERYWHERE)]
        for chosen in [[], *([one] for one in attributes), attributes]:
            written = "".join(f' {key}="{VALUES.get(key, "x")}"' for key in chosen)
            is_block = element.kind in {"text", "blocks"}
            alone = f"<{name}@>a</{name}>" if is_block else f"<p>a<{name}@>b</{name}>c</p>"
            yield PLACES.get(name, alone).replace("@", written)


def test_the_sanitiser_lets_through_all_that_the_vocabulary_names():
    for body in bodies():
        kept = sanitise(body).replace(f' rel="{vocabulary.LINK_REL}"', "")
        assert len(kept) == len(body.replace("h1", "h2")), (body, kept)


def test_the_form_carries_the_vocabulary(client, author):
    client.force_login(author)

    page = client.get(reverse("posts:create")).content.decode()

    carried = page.partition('<script id="vocabulary" type="application/json">')[2]
    assert json.loads(carried.partition("</script>")[0]) == json.loads(
        json.dumps(vocabulary.for_the_editor())
    )


class TestInTheEditor:
    pytestmark = IN_A_BROWSER

    @pytest.fixture
    def page(self, open_editor):
        return open_editor()

    def test_it_knows_each_element_and_no_other(self, page):
        known = page.evaluate(
            """async () => {
                const { schema, CARRIED } = await import("/static/js/editor/schema.js");
                return [...Object.keys(schema.nodes), ...Object.keys(schema.marks), ...CARRIED];
            }"""
        )

        # Two are what a document is, and two how the editor holds what HTML holds otherwise.
        own = {"doc", "text", "codeBlock", "captioned"}
        assert len(known) == len(set(known))
        assert set(known) - own == set(ELEMENTS)
        assert own <= set(known)

    def test_it_knows_each_attribute_and_no_other(self, page):
        known = page.evaluate(
            """async () => {
                const { schema } = await import("/static/js/editor/schema.js");
                const types = { ...schema.nodes, ...schema.marks };
                return Object.fromEntries(
                    Object.entries(types).map(([name, { attrs }]) => [name, Object.keys(attrs ?? {})])
                );
            }"""
        )

        # Notes of how a thing stood in the HTML; none of them is written.
        notes = {"n", "origin", "columns", "section"}
        for name in set(known) & set(ELEMENTS):
            assert set(known[name]) - notes == set(ELEMENTS[name].attributes) | EVERYWHERE, name

    def test_it_writes_all_that_the_vocabulary_names(self, page):
        all_bodies = [sanitise(body) for body in bodies()]

        changes = page.evaluate(
            """async (bodies) => {
                const { wouldChange } = await import("/static/js/editor/roundtrip.js");
                return bodies.map((body) => [body, wouldChange(body)]).filter(([, change]) => change);
            }""",
            all_bodies,
        )

        assert changes == []

    def test_what_it_writes_the_sanitiser_leaves_as_it_is(self, page):
        all_bodies = [sanitise(body) for body in bodies()]

        written = page.evaluate(
            """async (bodies) => {
                const { rewritten } = await import("/static/js/editor/roundtrip.js");
                return bodies.map(rewritten);
            }""",
            all_bodies,
        )

        assert [sanitise(body) for body in written] == written

    @pytest.mark.parametrize(
        "body",
        [
            "<p>a</p><blink>b</blink>",
            '<p class="red">a</p>',
            "<p><em>a<em>b</em></em></p>",
            "<ul>words<li>a</li></ul>",
            "<p>a<!-- b --></p>",
        ],
    )
    def test_it_says_what_it_cannot_show(self, page, body):
        change = page.evaluate(
            """async (body) => {
                const { wouldChange } = await import("/static/js/editor/roundtrip.js");
                return wouldChange(body);
            }""",
            body,
        )

        assert change["lost"]
