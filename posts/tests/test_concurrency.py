"""Several people at one moment, each with a connection of their own."""

import threading
import uuid

import pytest
from django.db import connection
from django.test import Client

from posts.models import Address, Post, WorkingCopy
from posts.tests.factories import PostFactory
from posts.tests.typing import OpenForm

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count, act):
    """Run act(number) in that many threads, all begun together; return what each returned, or None."""
    start = threading.Barrier(count)
    results = [None] * count

    def run(number):
        start.wait()
        try:
            results[number] = act(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def clients(user, count):
    made = []
    for _number in range(count):
        client = Client()
        client.force_login(user)
        made.append(client)
    return made


def test_twenty_posts_of_one_title_at_once_get_twenty_addresses(author):
    browsers = clients(author, 20)
    data = {"title": "One title", "body": "Text", "action": "publish"}

    responses = at_once(20, lambda number: browsers[number].post("/dashboard/new/", data))

    assert [response.status_code for response in responses] == [302] * 20
    assert len({response.url for response in responses}) == 20
    assert Address.objects.count() == Post.objects.count() == 20


def test_one_form_sent_ten_times_at_once_makes_one_post(author):
    browsers = clients(author, 10)
    data = {
        "title": "One",
        "body": "Text",
        "slug": "mine",
        "action": "publish",
        "submission": str(uuid.uuid4()),
        "version": "1",
    }

    responses = at_once(10, lambda number: browsers[number].post("/dashboard/new/", data))

    assert [(response.status_code, response.url) for response in responses] == [
        (302, "/mine/")
    ] * 10
    assert Post.objects.count() == 1


def test_of_saves_at_once_based_on_one_text_one_wins_and_the_others_are_asked(author):
    PostFactory(author=author, slug="mine")
    browsers = clients(author, 5)

    def save(number):
        data = {"title": "T", "body": f"Text {number}", "slug": "mine", "version": "1"}
        return browsers[number].post("/mine/edit/", data | {"action": "save"}).status_code

    assert sorted(at_once(5, save)) == [302, 409, 409, 409, 409]
    assert Post.objects.get().version == 2


def test_an_address_wanted_by_two_at_once_goes_to_one(author):
    for slug in ("first", "second"):
        PostFactory(author=author, slug=slug)
    browsers = clients(author, 2)

    def rename(number):
        slug = ("first", "second")[number]
        data = {"title": "T", "body": "Text", "slug": "wanted", "action": "save"}
        return browsers[number].post(f"/{slug}/edit/", data).status_code

    assert sorted(at_once(2, rename)) == [200, 302]
    assert Post.objects.filter(slug="wanted").count() == 1


def test_trashing_and_restoring_at_once_leaves_a_post_that_makes_sense(author):
    post = PostFactory(author=author, published=True)

    at_once(8, lambda number: post.trash() if number % 2 else post.restore())

    post.refresh_from_db()
    assert (post.status, post.trashed_from) in {("published", ""), ("trashed", "published")}


def test_of_steps_of_typing_at_once_one_is_taken_and_the_others_are_told(author):
    browsers = clients(author, 6)
    form = uuid.uuid4()

    def send(number):
        tab = OpenForm(browsers[number], author, form=form)
        return tab.send(tab.step(f"Text {number}")).status_code

    assert sorted(at_once(6, send)) == [200, 409, 409, 409, 409, 409]
    assert WorkingCopy.objects.get().number == 1


def test_a_step_sent_several_times_at_once_is_taken_once(author):
    browsers = clients(author, 6)
    form = uuid.uuid4()

    def send(number):
        tab = OpenForm(browsers[number], author, form=form)
        return tab.send(tab.step("Text")).status_code

    answers = at_once(6, send)

    assert set(answers) <= {200, 409}
    assert 200 in answers
    assert WorkingCopy.objects.get().number == 1
