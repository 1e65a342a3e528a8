"""What the provider says, in every shape it may come in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import claims

NO_TEXT = [None, 7, True, ["Ada"], {"given": "Ada"}, ""]
awkward_text = st.text(st.sampled_from("aB @.-\x00\n\u202e\ud800é🦉"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | awkward_text,
    lambda values: st.lists(values) | st.dictionaries(awkward_text, values),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("Ada", "Ada"),
        ("  Ada \t Augusta\n", "Ada Augusta"),
        ("Ada\x00\x1b[31m", "Ada [31m"),
        ("Ada\u202eecalevoL", "Ada ecalevoL"),
        ("Ada \ud800", "Ada"),
        ("Søren 李 🦉", "Søren 李 🦉"),
        ("x" * 151, "x" * 150),
        ("x" * 149 + " y", "x" * 149),
    ],
)
def test_text_is_one_line_that_can_be_printed_and_stored(value, line):
    assert claims.text({"name": value}, "name") == line


@pytest.mark.parametrize("value", NO_TEXT)
def test_text_that_is_none_is_blank(value):
    assert claims.text({"name": value}, "name") == ""
    assert claims.text({}, "name") == ""


@pytest.mark.parametrize(
    ("given_name", "family_name", "name", "names"),
    [
        ("Ada", "Lovelace", "The Countess", ("Ada", "Lovelace")),
        ("Ada", None, "The Countess", ("Ada", "")),
        (None, "Lovelace", None, ("", "Lovelace")),
        (None, None, "Ada Lovelace", ("Ada Lovelace", "")),
        (" ", "", "Ada Lovelace", ("Ada Lovelace", "")),
        (None, None, None, ("", "")),
    ],
)
def test_a_whole_name_serves_where_there_are_no_parts(given_name, family_name, name, names):
    said = {"given_name": given_name, "family_name": family_name, "name": name}

    assert claims.names(said) == names


@pytest.mark.parametrize("value", ["ada@example.org", "A.L+b@EXAMPLE.org", "ada@exämple.org"])
def test_an_email_address_stays_as_it_is(value):
    assert claims.email({"email": value}) == value


@pytest.mark.parametrize(
    "value",
    [
        *NO_TEXT,
        "ada",
        "ada@",
        "ada@example.org\n",
        "ada\x00@example.org",
        "ada@\ud800example.org",
        f"{'x' * 64}@{'y' * 63}.{'y' * 63}.{'y' * 63}.org",
    ],
)
def test_an_email_address_that_no_mail_server_or_database_takes_is_blank(value):
    assert not claims.email({"email": value})
    assert not claims.email({})


@pytest.mark.parametrize(
    ("value", "groups"),
    [
        (["b", "a"], ["a", "b"]),
        (["a", "a"], ["a"]),
        (["a", None, 7, "", ["b"], {"c": "d"}], ["a"]),
        ([], []),
        ("a", ["a"]),
        (["a\x00", "\ud800", "b"], ["b"]),
    ],
)
def test_groups_are_the_names_that_can_be_stored_in_order(value, groups):
    assert claims.groups({"groups": value}) == groups


@pytest.mark.parametrize("said", [{}, {"groups": None}, {"groups": 7}, {"groups": {"a": True}}])
def test_groups_that_are_not_sent_are_not_the_same_as_no_groups(said):
    assert claims.groups(said) is None


@given(value=json_values)
def test_no_value_at_all_makes_a_claim_that_cannot_be_stored(value):
    said = {"name": value, "email": value, "groups": value}

    line = claims.text(said, "name")
    email = claims.email(said)
    groups = claims.groups(said)

    assert line == " ".join(line.split())
    assert len(line) <= 150
    assert email in ("", value)
    assert groups is None or groups == sorted(set(groups))
    stored = "".join([line, email, *(groups or [])])
    assert "\x00" not in stored
    stored.encode()


def test_a_name_keeps_the_joiners_that_are_part_of_its_spelling():
    assert claims.text({"name": "علی\u200cرضا"}, "name") == "علی\u200cرضا"
