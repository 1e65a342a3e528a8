"""A long article is typed on smoothly, and saved in small steps of which one at a time is on its way."""

import statistics
import sys

from posts.models import WorkingCopy
from posts.tests.conftest import IN_A_BROWSER
from posts.tests.editor import eventually, said

pytestmark = IN_A_BROWSER

PARAGRAPH = "<p>Words of a long article, naïve and 🎉, one after the other.</p>\n"
SIZE = 200_000
TYPED = "Fifty characters, typed in the middle of the text."


def test_200_kb_are_typed_on_smoothly_and_saved_in_small_requests_one_at_a_time(open_editor):
    body = (PARAGRAPH * (SIZE // len(PARAGRAPH.encode()))).strip()
    page = open_editor(body)
    said(page, "Saved.")
    sizes, on_their_way, most = [], set(), 0

    def begins(request):
        nonlocal most
        if "/working-copy/" in request.url:
            sizes.append(len(request.post_data_buffer))
            on_their_way.add(request)
            most = max(most, len(on_their_way))

    page.on("request", begins)
    page.on("requestfinished", lambda request: on_their_way.discard(request))
    page.on("requestfailed", lambda request: on_their_way.discard(request))
    field = page.get_by_label("Text")
    field.focus()
    page.evaluate(
        """() => {
            const body = document.querySelector("[name=body]");
            body.setSelectionRange(100000, 100000);
            window.took = [];
            // From before the first listener to after the last: what a key costs the page.
            let began;
            window.addEventListener("input", () => { began = performance.now(); }, true);
            window.addEventListener("input", () => window.took.push(performance.now() - began));
        }"""
    )

    page.keyboard.type(TYPED, delay=60)
    eventually(page, lambda: TYPED in WorkingCopy.objects.get().body)

    took = page.evaluate("window.took")
    sys.stdout.write(
        f"{len(took)} keys in {len(body.encode()):,} bytes: {statistics.median(took):.1f} ms "
        f"each, {max(took):.1f} ms at most; {len(sizes)} requests, {max(sizes)} bytes at most.\n"
    )
    assert len(took) >= 50  # and those of the editor, when it writes into the text area
    assert max(sizes) < 2000
    assert most == 1
    assert len(WorkingCopy.objects.get().body) == len(body) + 50
