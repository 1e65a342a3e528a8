import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.splices import UNIT, Splice, checksum, is_storable

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("🎉👩‍🚀é"), max_size=20)


def units(text):
    return text.encode(UNIT, "surrogatepass")


@given(TEXTS, st.lists(st.tuples(st.integers(0, 99), st.integers(0, 9), TEXTS), max_size=20))
def test_any_sequence_of_splices_gives_the_text_a_browser_has(text, changes):
    expected = units(text)
    for start, removed, inserted in changes:
        start = min(start, len(expected) // 2)
        removed = min(removed, len(expected) // 2 - start)

        text = Splice(start, removed, inserted).apply(text)

        expected = expected[: 2 * start] + units(inserted) + expected[2 * (start + removed) :]
        assert units(text) == expected
        assert checksum(text) == checksum(expected.decode(UNIT, "surrogatepass"))


def test_places_are_counted_in_utf_16_units():
    assert Splice(3, 2, "🎈").apply("a🎉🎉b") == "a🎉🎈b"


@pytest.mark.parametrize("splice", [Splice(5, 0, "x"), Splice(4, 1, ""), Splice(-1, 1, "")])
def test_a_place_that_is_not_there_is_refused(splice):
    with pytest.raises(ValueError, match="not long enough"):
        splice.apply("abcd")


@pytest.mark.parametrize(("text", "sum_"), [("", 0), ("abc", 0xAD957AB0), ("🎉", 0xE40E10CA)])
def test_the_checksum_is_the_one_static_js_splice_js_finds(text, sum_):
    assert checksum(text) == sum_


@pytest.mark.parametrize(("text", "answer"), [("é🎉", True), ("a\ud83c", False), ("a\x00", False)])
def test_what_no_database_takes_is_known(text, answer):
    assert is_storable(text) is answer
