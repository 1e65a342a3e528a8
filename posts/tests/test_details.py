"""What goes with a text: tags, its language, a cover, and words for search engines."""

import pytest
from django.test import Client

from posts.models import Image, Post, Revision, Tag
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(as_user, author):
    return as_user(author)


def typed(**fields):
    return {"title": "Mine", "body": "<p>Text</p>", "action": "publish", **fields}


def tags_of(post):
    return [(tag.slug, tag.name) for tag in post.tags.all()]


# Tags


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        ("", []),
        ("gardens", [("gardens", "gardens")]),
        (" City  life , gardens,, ", [("city-life", "City life"), ("gardens", "gardens")]),
        ("Gardens, gardens, GARDENS", [("gardens", "Gardens")]),
        ("Ökologie, 庭, हिन्दी", [("ökologie", "Ökologie"), ("हिन्दी", "हिन्दी"), ("庭", "庭")]),
        ("C++, <b>", [("b", "<b>"), ("c", "C++")]),
    ],
)
def test_tags_are_words_with_commas_between(client, words, tags):
    client.post("/dashboard/new/", typed(tags=words))

    assert sorted(tags_of(Post.objects.get())) == sorted(tags)


def test_a_tag_keeps_the_spelling_it_had_first(client):
    Tag.objects.create(slug="gardens", name="Gardens")

    client.post("/dashboard/new/", typed(tags="gardens"))

    assert tags_of(Post.objects.get()) == [("gardens", "Gardens")]
    assert Tag.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("!!!", "“!!!” has no letter or digit in it, which a tag needs."),
        ("x" * 51, "is longer than the 50 characters of a tag."),
        (",".join(f"t{number}" for number in range(21)), "at most 20 tags; these are 21."),
    ],
)
def test_what_is_no_tag_is_said_and_nothing_is_lost(client, words, why):
    page = client.post("/dashboard/new/", typed(tags=words)).text

    assert why in page
    assert f'value="{words}"' in page
    assert not Post.objects.exists()


def test_tags_are_shown_can_be_changed_and_taken_away(client, author):
    client.post("/dashboard/new/", typed(tags="b, a"))
    post = Post.objects.get()
    assert 'value="a, b"' in client.get("/mine/edit/").text

    client.post("/mine/edit/", typed(tags="c", slug="mine", version=post.version, action="save"))
    assert tags_of(Post.objects.get()) == [("c", "c")]

    post = Post.objects.get()
    client.post("/mine/edit/", typed(tags="", slug="mine", version=post.version, action="save"))
    assert tags_of(Post.objects.get()) == []


def test_a_change_of_tags_alone_is_a_save_with_a_revision(client):
    client.post("/dashboard/new/", typed(tags="a"))
    post = Post.objects.get()

    client.post("/mine/edit/", typed(tags="b", slug="mine", version=post.version, action="save"))

    assert Post.objects.get().version == post.version + 1
    kept = Revision.objects.order_by("pk").values_list("details__tags", flat=True)
    assert list(kept) == [["a"], ["b"]]


def test_a_change_of_tags_is_no_silent_overwrite_either(client):
    client.post("/dashboard/new/", typed(tags="a"))
    version = Post.objects.get().version
    client.post("/mine/edit/", typed(tags="b", slug="mine", version=version, action="save"))

    response = client.post(
        "/mine/edit/", typed(tags="c", slug="mine", version=version, action="save")
    )

    assert response.status_code == 409
    assert tags_of(Post.objects.get()) == [("b", "b")]


def test_a_tag_leads_to_all_public_posts_about_it(client, author):
    client.post("/dashboard/new/", typed(title="One", tags="City life"))
    client.post("/dashboard/new/", typed(title="Other", tags="gardens"))
    client.post("/dashboard/new/", typed(title="Draft", tags="City life", action="save"))
    reader = Client()
    assert (
        '<a rel="tag" href="/tags/city-life/"><bdi>City life</bdi></a>' in reader.get("/one/").text
    )

    page = reader.get("/tags/city-life/")

    assert ">Posts about City life</h1>" in page.text
    assert [post.title for post in page.context["post_list"]] == ["One"]


def test_the_tags_of_a_post_are_asked_for_once(client, django_assert_num_queries):
    client.post("/dashboard/new/", typed(tags="a, b"))

    with django_assert_num_queries(4):  # the post, its tags, its neighbours, and since when
        Client().get("/mine/")


@pytest.mark.parametrize(
    ("address", "answer"), [("/tags/nowhere/", 404), ("/tags/GARDENS/", 200), ("/tags/%00/", 404)]
)
def test_a_tag_there_never_was_is_not_found(client, address, answer):
    PostFactory(published=True).edit(tags=["Gardens"])

    assert client.get(address).status_code == answer


# Language


def test_the_language_of_a_post_is_marked(client):
    client.post("/dashboard/new/", typed(language="ar"))

    assert '<article class="post" lang="ar" dir="rtl">' in Client().get("/mine/").text


def test_without_one_the_page_is_in_the_sites(client):
    client.post("/dashboard/new/", typed(language=""))

    assert '<article class="post">' in Client().get("/mine/").text


def test_a_language_there_is_not_is_refused(client):
    assert client.post("/dashboard/new/", typed(language="tlh")).status_code == 200
    assert not Post.objects.exists()


# Search engines


def test_words_for_search_engines_stand_where_they_look(client):
    client.post(
        "/dashboard/new/",
        typed(
            excerpt="In short",
            seo_title="Found & <read>",
            seo_description="What it is",
            canonical_url="https://elsewhere.example/first",
        ),
    )

    page = Client().get("/mine/").text

    assert "<title>Found &amp; &lt;read&gt; · Byline</title>" in page
    assert '<meta name="description" content="What it is">' in page
    assert '<link rel="canonical" href="https://elsewhere.example/first">' in page
    assert '<h1 dir="auto">Mine</h1>' in page


def test_left_empty_they_are_title_and_excerpt(client):
    client.post("/dashboard/new/", typed(excerpt="In short"))

    page = Client().get("/mine/").text

    assert "<title>Mine · Byline</title>" in page
    assert '<meta name="description" content="In short">' in page
    assert '<link rel="canonical" href="http://localhost:8000/mine/">' in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x.example", "nonsense", "https://"])
def test_a_first_publication_is_a_web_address(client, url):
    page = client.post("/dashboard/new/", typed(canonical_url=url)).text

    assert '<details class="more" open>' in page
    assert not Post.objects.exists()


def test_a_new_form_has_nothing_in_it_that_nobody_typed(client):
    form = client.get("/dashboard/new/").context["form"]

    filled = {field.name: field.value() for field in form.visible_fields() if field.value()}
    assert filled == {}


# Cover


@pytest.fixture
def image(author):
    return Image.objects.create(
        uploader=author, digest="a" * 64, name="garden.jpg", width=9, height=6, widths=[9]
    )


def test_a_cover_is_one_of_ones_own_images(client, author, stranger, image):
    others = Image.objects.create(uploader=stranger, digest="b" * 64, width=9, height=6, widths=[9])
    assert client.post("/dashboard/new/", typed(cover=others.pk)).status_code == 200
    assert not Post.objects.exists()

    client.post("/dashboard/new/", typed(cover=image.pk))

    assert Post.objects.get().cover == image
    page = Client().get("/mine/").text
    assert f'<img src="{image.src}" srcset="{image.src} 9w"' in page
    assert 'width="9" height="6" alt=""' in page


def test_a_post_that_was_handed_over_keeps_its_cover(as_user, author, stranger, image):
    post = PostFactory(author=stranger, slug="mine", cover=image)

    page = as_user(stranger).get("/mine/edit/").text
    assert f'<option value="{image.pk}" selected data-src="{image.src}">garden.jpg</option>' in page

    form = typed(cover=image.pk, slug="mine", version=post.version, action="save")
    as_user(stranger).post("/mine/edit/", form)
    assert Post.objects.get().cover == image
