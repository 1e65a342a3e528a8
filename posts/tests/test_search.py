"""The search: what is found, and by whom."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.utils import timezone

from posts.models import SearchEntry
from posts.tests.factories import PostFactory

# InnoDB finds in a full-text index what has been committed.
pytestmark = pytest.mark.django_db(transaction=connection.vendor == "mysql")


def found(client, words, **params):
    response = client.get("/search/", {"q": words, **params})
    assert response.status_code == 200
    return [post.title for post in response.context["post_list"]]


def published(title, body="<p>A text.</p>", **fields):
    return PostFactory(published=True, title=title, body=body, **fields)


# What is found


def test_words_are_found_in_titles_and_in_texts(client):
    published("The heron")
    published("A bird", "<p>One <em>heron</em> stood there.</p>")
    published("A fish")

    assert sorted(found(client, "heron")) == ["A bird", "The heron"]


def test_all_words_have_to_be_there_wherever_they_stand(client):
    published("The heron", "<p>stood</p>")
    published("The heron", "<p>flew</p>")

    assert found(client, "stood HERON") == ["The heron"]
    assert found(client, "heron swam") == []


def test_a_post_is_not_found_by_its_markup(client):
    published("Plain", '<p>A <strong><a href="https://heron.example/">link</a></strong>.</p>')

    assert found(client, "strong") == found(client, "heron") == found(client, "href") == []


def test_words_of_two_paragraphs_are_two_words(client):
    published("Apart", "<p>one</p><p>two</p><table><tr><td>three</td><td>four</td></tr></table>")

    assert found(client, "one two three four") == ["Apart"]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "reading rooms", "read room"),
        ("en", "the libraries", "Library"),
        ("de", "die Häuser", "haus"),
        ("de", "die Häuser", "hauser"),
        ("de", "die Straße", "STRASSE"),
        ("fr", "l’été dernier", "ete"),
        ("fr", "les bibliothèques", "bibliothèque"),
        ("pt-br", "as palavras", "palavra"),
        ("nb", "husene", "huset"),
        ("ru", "на полях книги", "книга"),
        ("ru", "ёлка", "елка"),
        ("tr", "İstanbul", "istanbul"),
        ("pl", "łódź", "lodz"),
        ("el", "οι θάλασσες", "ΘΆΛΑΣΣΑ"),
        ("ar", "كِتابٌ أزرق", "كتاب ازرق"),
        ("he", "שָׁלוֹם", "שלום"),
        ("hi", "किताबों का क्रम", "किताबों"),
        ("ja", "案内板の文字について", "文字"),
        ("ja", "案内板の文字について", "字"),
        ("ja", "ｶﾀｶﾅ", "カタカナ"),
        ("zh-hans", "同一本书的四十年", "四十年"),
        ("ko", "책등이 보이는 방", "책등"),
        ("th", "ห้องสมุดประชาชน", "สมุด"),
        ("cy", "llyfrgell", "LLYFRGELL"),
        ("", "reading rooms", "rooms read"),
    ],
)
def test_other_forms_of_a_word_are_found_in_its_language(client, language, text, words):
    published("Found", f"<p>{text}</p>", language=language)
    published("Another", "<p>nothing of the kind</p>", language=language)

    assert found(client, words) == ["Found"]


def test_a_stem_of_one_language_finds_nothing_in_another(client):
    """In Spanish "notes" has the stem "not"."""
    published("English", "<p>That is not so.</p>", language="en")
    published("Español", "<p>La nota es buena.</p>", language="es")

    assert found(client, "notes") == ["Español"]


@pytest.mark.parametrize("words", ["a", "it", "the", "C", "7", "www", "to be or not to be"])
def test_short_and_common_words_are_words(client, words):
    published("Found", "<p>To be, or not to be: it is the C of a www, 7.</p>")

    assert found(client, words) == ["Found"]


def test_words_in_quotation_marks_have_to_stand_together(client):
    published("Together", "<p>the reading room</p>")
    published("Apart", "<p>the room for reading</p>")
    published("Reading", "<p>room</p>")

    assert found(client, '"reading room"') == ["Together"]
    assert found(client, "reading-room") == ["Together"]
    assert found(client, "“reading room” the") == ["Together"]
    assert len(found(client, "reading room")) == 3


def test_a_word_after_a_minus_sign_is_left_out(client):
    published("Heron", "<p>and fish</p>")
    published("Heron alone")
    published("The heron room", "<p>a reading room</p>")

    assert sorted(found(client, "heron -fish")) == ["Heron alone", "The heron room"]
    assert sorted(found(client, 'heron -"reading room"')) == ["Heron", "Heron alone"]


def test_a_star_stands_for_any_ending(client):
    published("Librarianship")

    assert found(client, "librarian*") == ["Librarianship"]
    assert found(client, "librarian") == []


def test_a_star_after_three_letters_is_only_a_sign(client):
    published("Librarianship")

    assert found(client, "lib*") == []


@pytest.mark.parametrize(
    ("typed", "is_said"),
    [("lib*", True), ("-lib* heron", True), ("read-room*", True), ("libr*", False), ("字*", False)],
)
def test_a_star_that_stands_for_nothing_is_said_to(client, typed, is_said):
    page = client.get("/search/", {"q": typed}).text

    assert ("here it stands for nothing" in page) is is_said


def test_a_word_in_the_title_comes_before_words_in_the_text(client):
    published("Of fish", "<p>A heron, and a second heron.</p>")
    published("The heron", "<p>It stood.</p>")
    published("Of much else", f"<p>A heron.{' And a lot else.' * 50}</p>")

    assert found(client, "heron") == ["The heron", "Of fish", "Of much else"]


# Who finds what


@pytest.mark.parametrize("state", ["published", "draft", "scheduled", "hidden", "trashed"])
def test_everyone_finds_what_they_may_see_and_nothing_else(
    as_user, author, moderator, stranger, state
):
    traits = {} if state == "draft" else {state: True}
    post = PostFactory(title="Needle", author=author, **traits)

    for user in (None, stranger, author, moderator):
        is_found = found(as_user(user), "needle") == ["Needle"]
        assert is_found == post.is_visible_to(user or AnonymousUser())
    assert (found(as_user(None), "needle") == ["Needle"]) == (state == "published")


def test_a_post_that_not_everybody_sees_is_marked(as_user, author):
    PostFactory(title="Needle", author=author)
    PostFactory(title="Needle", author=author, published=True)

    page = as_user(author).get("/search/", {"q": "needle"}).content.decode()

    assert page.count('<p class="meta">Draft</p>') == 1
    assert page.count("Published</p>") == 0


def test_a_scheduled_post_is_found_on_the_second(client):
    at = timezone.now().replace(microsecond=0) + timedelta(hours=1)
    PostFactory(title="Needle", status="published", published_at=at)

    with time_machine.travel(at - timedelta(seconds=1), tick=False):
        assert found(client, "needle") == []
    with time_machine.travel(at, tick=False):
        assert found(client, "needle") == ["Needle"]


# What is kept of it


def test_a_changed_text_is_found_by_its_new_words_alone(client):
    post = published("The heron")
    post.title = "The crane"
    post.edit()

    assert found(client, "crane") == ["The crane"]
    assert found(client, "heron") == []


def test_a_change_of_language_changes_the_words_it_is_found_by(client):
    post = published("Found", "<p>Häuser</p>", language="en")
    assert found(client, "Haus") == []

    post.language = "de"
    post.edit()

    assert found(client, "Haus") == ["Found"]


def test_a_text_that_was_rolled_back_is_not_found(client):
    post = published("The heron")
    post.title = "The crane"
    with transaction.atomic():
        post.edit()
        transaction.set_rollback(True)

    assert found(client, "crane") == []
    assert found(client, "heron") == ["The heron"]


def test_a_change_of_state_writes_no_words():
    post = published("The heron")
    before = SearchEntry.objects.values().get()

    post.unpublish()
    post.publish()
    post.trash()
    post.restore()

    assert SearchEntry.objects.values().get() == before


def test_a_post_that_is_emptied_leaves_no_word(as_user, admin):
    post = PostFactory(trashed=True, title="Needle", trashed_at=timezone.now() - timedelta(days=31))
    assert found(as_user(admin), "needle") == ["Needle"]

    post.empty()

    assert found(as_user(admin), "needle") == []
    assert not SearchEntry.objects.exists()
