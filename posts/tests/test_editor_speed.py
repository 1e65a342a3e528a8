"""What a key costs in a long article, from the key to the frame that shows it: printed, not judged.

How long it takes says more of the machine than of the code.
"""

import statistics

import pytest

from posts.sanitiser import sanitise
from posts.tests.conftest import IN_A_BROWSER
from posts.tests.editor import html, words

pytestmark = [*IN_A_BROWSER, pytest.mark.slow]

KEYS = 120
PARAGRAPH = (
    "<p>{} words of <em>an</em> article, and <a href='/x/'>a link</a> in it. "
    + "More of it. " * 30
    + "</p>\n"
)
SECTION = "<h2>Part</h2>\n<ul><li>one</li><li>two</li></ul>\n<pre><code class='language-python'>x = 1</code></pre>\n"
ARTICLE = sanitise(
    "".join(PARAGRAPH.format(n) + (SECTION if n % 8 == 0 else "") for n in range(430))
)


@pytest.mark.parametrize("place", ["beginning", "middle", "end"])
def test_what_a_key_costs_in_200_kb(open_editor, place):
    assert len(ARTICLE) > 200_000
    page = open_editor(ARTICLE)
    paragraphs = words(page).locator("> p")
    index = {"beginning": 0, "middle": paragraphs.count() // 2, "end": paragraphs.count() - 1}[
        place
    ]
    paragraphs.nth(index).click()
    page.evaluate(
        """() => {
            window.waits = [];
            document.querySelector(".prose").addEventListener("keydown", ({ timeStamp }) => {
                requestAnimationFrame(() => {
                    const { port1, port2 } = new MessageChannel(); // after the frame is painted
                    port1.onmessage = () => window.waits.push(performance.now() - timeStamp);
                    port2.postMessage(null);
                });
            }, { capture: true });
        }"""
    )

    page.keyboard.type("abcde " * (KEYS // 6), delay=30)

    waits = sorted(page.evaluate("window.waits"))
    median, p95 = statistics.median(waits), waits[int(len(waits) * 0.95)]
    print(f"{place}: median {median:.0f} ms, p95 {p95:.0f} ms, worst {waits[-1]:.0f} ms")  # noqa: T201
    assert len(waits) == KEYS
    assert "abcde abcde" in html(page)
