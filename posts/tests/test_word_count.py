"""How long a text is, in words and in minutes."""

import pytest

from posts import word_count
from posts.rendering import render


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("<p>One, two — three.</p>", 3),
        ("<p>w<em>or</em>d</p><p>word</p>", 2),
        ("<p>a<br>b</p><ul><li>c</li><li>d</li></ul>", 4),
        ("<p>A[^1]</p><p>[^1]: Two words</p>", 3),
        ("<pre>not counted</pre><p>one</p>", 1),
        ("<p>한국어는 띄어 쓴다</p>", 3),
        (f"<p>{'字' * 255}</p>", 238),
        (f"<p>{'か' * 357}</p>", 238),
        (f"<p>{'字' * 255} and two</p>", 240),
        ("<p>— … 🎉</p>", 0),
        ("", 0),
    ],
)
def test_words_are_counted_as_readers_of_the_script_count_them(body, count):
    assert render(body).word_count == count


@pytest.mark.parametrize(("words", "minutes"), [(0, 0), (1, 1), (238, 1), (239, 2), (2380, 10)])
def test_reading_takes_whole_minutes(words, minutes):
    assert word_count.minutes(words) == minutes
