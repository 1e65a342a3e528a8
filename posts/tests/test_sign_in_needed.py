"""A form that arrives without a session, or without its token, loses nothing."""

import re
import uuid
from html import unescape

import pytest
from django.test import Client

from posts.models import Post
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.django_db

TYPED = {"title": "Long & lost", "body": "<p>My text</p>\n", "excerpt": " x", "action": "publish"}


def fields_of(page):
    """Return what a page's Send again would send, the way a browser reads it."""
    form = re.search(r'<form[^>]*class="send-again".*?</form>', page, re.DOTALL)[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    areas = re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', form, re.DOTALL)
    fields |= {name: unescape(text).removeprefix("\n") for name, text in areas}
    return {name: unescape(value) for name, value in fields.items()}


@pytest.mark.parametrize("address", ["/dashboard/new/", "/mine/edit/", "/nothing/edit/"])
def test_a_form_of_somebody_signed_out_is_given_back_whole(client, author, address):
    PostFactory(author=author, slug="mine")
    sent = TYPED | {"submission": str(uuid.uuid4()), "version": "1"}

    response = client.post(address, sent)

    page = response.content.decode()
    assert response.status_code == 403
    assert response["Cache-Control"] == "no-store"
    assert {key: fields_of(page)[key] for key in sent} == sent
    assert 'href="/login/?next=/account/" target="_blank" rel="noopener nofollow"' in page
    assert f'action="{address}"' in page


def test_sent_again_after_sign_in_it_makes_one_post(client, author):
    sent = TYPED | {"submission": str(uuid.uuid4())}
    fields = fields_of(client.post("/dashboard/new/", sent).content.decode())

    client.force_login(author)
    for _time in range(2):
        assert client.post("/dashboard/new/", fields).status_code == 302

    post = Post.objects.get()
    assert (post.title, post.body, post.is_public) == ("Long & lost", "<p>My text</p>", True)


def test_a_script_is_told_to_sign_in(client):
    response = client.post("/dashboard/new/", TYPED, headers={"accept": "application/json"})

    assert (response.status_code, response.json()["error"]) == (401, "login_required")


def test_a_form_in_which_nothing_was_typed_leads_to_sign_in(client):
    assert client.post("/dashboard/new/").url == "/login/?next=/dashboard/new/"


def test_a_form_of_this_site_with_an_old_token_can_be_sent_again(author):
    client = Client(enforce_csrf_checks=True)
    client.force_login(author)

    response = client.post("/dashboard/new/", TYPED, headers={"sec-fetch-site": "same-origin"})

    fields = fields_of(response.content.decode())
    assert (response.status_code, fields["body"]) == (403, TYPED["body"])
    assert client.post("/dashboard/new/", fields).status_code == 302
    assert Post.objects.get().title == "Long & lost"


@pytest.mark.parametrize("sender", ["cross-site", "same-site", "none", None])
def test_a_form_that_may_be_forged_is_shown_and_cannot_be_sent_on(author, sender):
    client = Client(enforce_csrf_checks=True)
    client.force_login(author)

    headers = {"sec-fetch-site": sender} if sender else {}
    response = client.post("/dashboard/new/", TYPED, headers=headers)

    page = response.content.decode()
    assert response.status_code == 403
    assert "Long &amp; lost" in page
    assert "send-again" not in page
