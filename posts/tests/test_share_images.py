"""The image that a link to a post without a cover is shown with."""

import unicodedata
from io import BytesIO

import pytest
from django.test import Client
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from posts import cards
from posts.cards import Card, drawable, set_in_lines
from posts.models import Post
from posts.tests.factories import PostFactory

ROOM = cards.WIDTH - 2 * cards.MARGIN
ZALGO = "Z" + "\u0301\u0302\u0303" * 30 + "algo"


# What is on it


def test_it_is_1200_by_630_pixels_with_title_author_and_site(monkeypatch):
    written = []
    draw_text = ImageDraw.ImageDraw.text
    monkeypatch.setattr(
        ImageDraw.ImageDraw,
        "text",
        lambda self, at, text, *rest, **options: (
            written.append(text) or draw_text(self, at, text, *rest, **options)
        ),
    )

    image = Image.open(BytesIO(Card("Read me", "Ada Author", "Byline").draw()))

    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert written == ["Byline", "Ada Author", "Read me"]
    colours = {f"#{r:02x}{g:02x}{b:02x}" for _n, (r, g, b) in image.convert("RGB").getcolors()}
    assert {cards.PAPER, *cards.INKS} <= colours


@pytest.mark.parametrize(
    ("title", "drawn"),
    [
        ("Plain", "Plain"),
        ("Cafe\u0301", "Café"),
        ("На полях", "На полях"),
        ("Καλημέρα", "Καλημέρα"),
        ("Việt Nam", "Việt Nam"),
        ("Lift-off 🚀 at last ❤\ufe0f", "Lift-off at last"),
        ("👩\u200d🚀 Flight", "Flight"),
        ("ﬁne 𝐁old", "fine Bold"),
        ("a\u202eb\u200fc\u0000d", "abcd"),
        ("  two\t\u00a0words\n", "two words"),
        ("Zq\u0301\u0301\u0301\u0301lgo", "Zq\u0301\u0301lgo"),
        ("Zq\u0305lgo", ""),
        ("木曜日", ""),
        ("Read 木 today", ""),
        ("שלום", "שלום"),
        ("دفتر الإعارة", "دفتر الإعارة"),
        ("हिंदी", ""),
        ("🎉", ""),
        ("—", ""),
        ("", ""),
    ],
)
def test_a_title_is_shown_without_what_the_font_lacks_or_not_at_all(title, drawn):
    assert drawable(title) == unicodedata.normalize("NFC", drawn)


def test_the_list_of_the_fonts_characters_is_the_fonts():
    assert cards.coverage() == set(TTFont(cards._FONTS / "titles.ttf").getBestCmap())


@pytest.mark.parametrize(
    ("card", "parts"),
    [
        (Card("Title", "Ada", "Byline"), ("Byline", "Title", "Ada")),
        (Card("", "Ada", "Byline"), ("Byline", "Ada", "")),
        (Card("", "", "Byline"), ("", "Byline", "")),
    ],
)
def test_without_a_title_it_shows_who_wrote_and_where(card, parts):
    assert card.parts == parts


# How a title is set


@pytest.mark.parametrize(
    ("title", "is_at_the_left"),
    [
        ("Numbers", True),
        ("Read דפדפן now", True),
        ("12 numbers", True),
        ("שלום", False),
        ("دفتر الإعارة", False),
        ("«الكتاب» Byline", False),
    ],
)
def test_a_title_begins_where_its_script_does(title, is_at_the_left):
    image = Image.open(BytesIO(Card(title, "", "").draw())).convert("L")

    drawn = image.crop((cards.MARGIN - 20, 0, cards.WIDTH, cards.HEIGHT)).point(
        lambda value: 255 * (value < 128)
    )
    left, _top, right, _bottom = drawn.getbbox()
    assert left < 30 if is_at_the_left else right > drawn.width - cards.MARGIN - 20
    assert (right < drawn.width // 2 + 200) if is_at_the_left else (left > 200)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Restore", ["Restore"]),
        (
            "How nothing that an author typed is ever lost",
            ["How nothing that an", "author typed is ever lost"],
        ),
    ],
)
def test_lines_are_even(title, lines):
    assert set_in_lines(title, ROOM)[1] == lines


def test_a_longer_title_is_set_smaller():
    sizes = [set_in_lines("word " * count, ROOM)[0] for count in (1, 12, 24, 40)]

    assert sizes == sorted(set(sizes), reverse=True)


HOSTILE = ["W" * 200, "ẁ" * 200, "\u0301" * 200, ZALGO, "a " * 100, "W" * 99 + " " + "i" * 100, "…" * 200, "." * 200]  # fmt: skip


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_leaves_its_place(title):
    size, lines = set_in_lines(drawable(title) or "x", ROOM)

    assert len(lines) * size * cards.LINE <= cards.TITLE_HEIGHT
    assert all(cards.font(size).getlength(line) <= ROOM for line in lines)
    assert Card.draw(Card(drawable(title), "W" * 300, "W" * 300))


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_any_title_makes_an_image(title):
    size, lines = set_in_lines(drawable(title) or "x", ROOM)

    assert len(lines) * size * cards.LINE <= cards.TITLE_HEIGHT
    assert all(cards.font(size).getlength(line) <= ROOM + 2 for line in lines)
    assert {ord(char) for line in lines for char in line} <= cards.coverage()


# At its address


@pytest.fixture
def post(author):
    return PostFactory(published=True, author=author, slug="a-post", title="A post")


@pytest.mark.django_db
def test_an_image_is_asked_for_anew_and_sent_anew_once_it_is_another(client, post):
    response = client.get("/a-post/card.png")

    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "no-cache"
    assert response["ETag"] == f'"{Card.of(post).digest}"'
    assert "Last-Modified" in response
    assert "Vary" not in response
    known = {"If-None-Match": response["ETag"]}
    assert client.get("/a-post/card.png", headers=known).status_code == 304
    post.trash()
    assert client.get("/a-post/card.png", headers=known).status_code == 410


@pytest.mark.django_db
def test_another_title_author_or_site_means_another_image(client, post, author, settings):
    etags = [client.get("/a-post/card.png")["ETag"]]

    post.title = "Another title"
    post.edit()
    etags.append(client.get("/a-post/card.png")["ETag"])
    author.mirror({"given_name": "Augusta"})
    etags.append(client.get("/a-post/card.png")["ETag"])
    settings.SITE_NAME = "Another site"
    etags.append(client.get("/a-post/card.png")["ETag"])

    assert len(set(etags)) == 4


@pytest.mark.django_db
def test_an_image_is_drawn_once(client, post, monkeypatch):
    drawn = []
    draw = Card.draw
    monkeypatch.setattr(Card, "draw", lambda card: drawn.append(card) or draw(card))

    pictures = [client.get("/a-post/card.png").content for _number in range(3)]

    assert len(set(pictures)) == 1
    assert len(drawn) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "status"), [("draft", 404), ("scheduled", 404), ("hidden", 410), ("trashed", 410)]
)
def test_a_post_that_is_not_public_has_none_whoever_asks(as_user, author, admin, state, status):
    PostFactory(author=author, slug="mine", **({} if state == "draft" else {state: True}))

    for person in (None, author, admin):
        response = as_user(person).get("/mine/card.png")
        assert response.status_code == status
        assert response["Content-Type"].startswith("text/html")


@pytest.mark.django_db
def test_at_an_old_address_is_the_way_to_the_one_it_has(client, post):
    post.edit(slug="renamed")

    response = client.get("/a-post/card.png")

    assert (response.status_code, response.url) == (301, "/renamed/card.png")


@pytest.mark.django_db
def test_it_costs_two_queries_and_nobodys_session(as_user, post, author, django_assert_num_queries):
    for client in (Client(), as_user(author)):
        with django_assert_num_queries(2):  # since when, and the post
            response = client.get("/a-post/card.png")
        assert "Vary" not in response
    assert Post.objects.count() == 1
