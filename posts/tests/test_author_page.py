"""The page of an author: who they say they are, and what they have published."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from posts.tests.factories import PostFactory, many_published
from posts.tests.test_reading import titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(author):
    author.handle = "ada"
    author.save()
    return author


def test_it_names_the_author_and_what_they_say_of_themselves(client, ada):
    ada.describe(
        bio="I mend books.\n\nAnd shelves,\nat night.",
        links=["https://example.org/ada/", "http://ada.example:8080/a?b=1&c"],
    )

    page = client.get("/authors/ada/").text

    assert '<h1 class="list-title"><bdi>Ada Author</bdi></h1>' in page
    assert (
        '<div class="bio" dir="auto"><p>I mend books.</p>\n\n<p>And shelves,<br>at night.</p></div>'
        in page
    )
    assert '<a rel="me" href="https://example.org/ada/">example.org/ada</a>' in page
    assert (
        '<a rel="me" href="http://ada.example:8080/a?b=1&amp;c">ada.example:8080/a?b=1&amp;c</a>'
        in page
    )


def test_what_an_author_says_is_text_and_never_markup(client, ada):
    ada.describe(bio="<script>x()</script> & <b>co</b>", links=[])

    page = client.get("/authors/ada/").text

    assert "<p>&lt;script&gt;x()&lt;/script&gt; &amp; &lt;b&gt;co&lt;/b&gt;</p>" in page


def test_an_author_who_says_nothing_has_no_empty_place_for_it(client, ada):
    page = client.get("/authors/ada/").text

    assert 'class="bio"' not in page
    assert 'class="own-links"' not in page


def test_an_author_without_posts_has_a_page_that_says_so(client, ada):
    PostFactory(author=ada)
    PostFactory(author=ada, scheduled=True)
    PostFactory(published=True)

    response = client.get("/authors/ada/")

    assert response.status_code == 200
    assert titles(response) == []
    assert "Ada Author has published nothing yet." in response.text


def test_what_an_author_says_is_on_the_first_page_alone(client, ada):
    ada.describe(bio="I mend books.", links=["https://example.org/"])
    many_published(21, ada)
    first = client.get("/authors/ada/")

    second = client.get(f"/authors/ada/?before={first.context['page_obj'].older}")

    assert titles(second) == ["Post 20"]
    assert ("<p>I mend books.</p>" in first.text, 'rel="me' in first.text) == (True, True)
    assert ("<p>I mend books.</p>" in second.text, 'rel="me' in second.text) == (False, False)


def test_the_author_is_named_once_on_their_own_page_and_with_each_post_elsewhere(client, ada):
    many_published(2, ada)

    own, front = client.get("/authors/ada/").text, client.get("/").text

    assert (own.count("Ada Author</bdi>"), front.count("Ada Author</bdi>")) == (1, 2)


def test_it_costs_the_same_queries_for_one_post_as_for_a_thousand(ada):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            Client().get("/authors/ada/")
        return len(captured)

    PostFactory(author=ada, published=True)
    few = queries()
    many_published(1000, ada)

    assert (few, queries()) == (3, 3)


def test_an_empty_page_of_a_tag_says_so(client):
    post = PostFactory(published=True, title="Not public")
    post.edit(tags=["Gardens"])
    post.unpublish()

    page = client.get("/tags/gardens/").text

    assert "There is no post about Gardens now." in page
    assert "Not public" not in page
