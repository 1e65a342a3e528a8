import re
import unicodedata
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts import slugs


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Hello, world!", "hello-world"),
        ("Don't panic", "dont-panic"),
        ("We’ll see what they’re up to", "well-see-what-theyre-up-to"),
        ("L'été à Paris", "l-été-à-paris"),
        ("  1,000   words ", "1000-words"),
        ("AT&amp;T", "at-amp-t"),
        ("ALL CAPS", "all-caps"),
        ("Straße", "straße"),
        ("ΛΟΓΟΣ", "λογος"),
        ("İstanbul", "istanbul"),
        ("ﬁne", "fine"),
        ("京都の春", "京都の春"),
        ("हिन्दी में लेख", "हिन्दी-में-लेख"),
        ("สวัสดีชาวโลก", "สวัสดีชาวโลก"),
        ("مرحبا بالعالم", "مرحبا-بالعالم"),
        ("می\u200cخواهم", "میخواهم"),
        ("He said \u202eno", "he-said-no"),
        ("1\ufe0f\u20e3 first", "1-first"),
        ("🎉🎉", ""),
        ("?!…", ""),
        ("", ""),
    ],
)
def test_slugify_keeps_what_can_be_read_in_its_own_script(title, slug):
    assert slugs.slugify(title) == slug


def test_a_decomposed_title_gives_the_same_slug_as_a_composed_one():
    assert slugs.slugify(unicodedata.normalize("NFD", "Café Ünter")) == "café-ünter"


def test_a_long_title_is_cut_between_words():
    assert slugs.slugify("word " * 40, max_length=22) == "word-word-word-word"


def test_a_title_without_spaces_is_cut_at_the_limit():
    assert slugs.slugify("本" * 200) == "本" * slugs.MAX_LENGTH


def test_a_cut_never_separates_a_letter_from_its_vowel_sign():
    assert slugs.slugify("कि" * 60, max_length=5) == "किकि"


def test_the_first_segments_of_the_urlconf_and_of_files_are_reserved():
    assert slugs.reserved() >= {
        "admin",
        "authors",
        "dashboard",
        "healthz",
        "login",
        "logout",
        "media",
        "oidc",
        "readyz",
        "register",
        "search",
        "static",
    }


@pytest.mark.parametrize("title", ["Login", "admin", "STATIC", "Search"])
def test_a_title_that_is_a_reserved_word_gets_a_number(title):
    assert next(slugs.for_title(title)) == f"{title.lower()}-2"


def test_slugs_for_a_title_go_from_plain_over_numbers_to_random_and_never_end():
    first, second, *_, twelfth = islice(slugs.for_title("A title"), 12)

    assert (first, second) == ("a-title", "a-title-2")
    assert re.fullmatch(r"a-title-[0-9a-f]{6}", twelfth)


def test_a_title_without_letters_still_gets_a_slug():
    assert next(slugs.for_title("🎉")) == "post"


@pytest.mark.parametrize(
    ("slug", "is_from"),
    [("a-title", True), ("a-title-3", True), ("a-title-0a1b2c", True), ("my-own", False)],
)
def test_a_slug_is_known_to_come_from_its_title(slug, is_from):
    assert slugs.is_from_title(slug, "A title") is is_from


@given(st.text(max_size=300))
def test_every_slug_is_short_lower_case_nfc_and_visible(text):
    slug = slugs.slugify(text)

    assert len(slug) <= slugs.MAX_LENGTH
    assert slug == slugs.normalise(slug)
    assert unicodedata.is_normalized("NFC", slug)
    assert not slugs.INVISIBLE.search(slug)
    assert not slug.startswith("-")
    assert not slug.endswith("-")
    assert "--" not in slug
    assert all(char == "-" or unicodedata.category(char)[0] in "LMN" for char in slug)


@given(st.text(max_size=300))
def test_slugify_leaves_a_slug_as_it_is(text):
    slug = slugs.slugify(text)

    assert slugs.slugify(slug) == slug


@given(st.text(max_size=200))
def test_every_title_has_a_slug_that_fits_an_address(title):
    for slug in islice(slugs.for_title(title), 12):
        assert 0 < len(slug) <= slugs.MAX_LENGTH
        assert slug not in slugs.reserved()
        assert slugs.is_from_title(slug, title)
