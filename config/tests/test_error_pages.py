"""Whatever goes wrong is said in the site's own design, with a way on."""

import re
from html import escape, unescape

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts.tests.factories import UserFactory
from posts.views import PostListView


def assert_own_page(response, status, heading):
    """Assert that it is the site's own page: its heading, first a skip link, and a way home."""
    page = response.text
    assert response.status_code == status
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert f">{heading}</h1>" in page
    assert f">{status}</p>" in page
    assert re.search(r'<body>\s*<a class="skip-link" href="#main">', page)
    assert '<main id="main"' in page
    assert re.search(r'<main.*<a [^>]*href="/">Read the newest posts</a>.*</main>', page, re.DOTALL)
    assert '<a class="site-name" href="/">Byline</a>' in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nothing-here/", "/nothing/at/all/"])
@pytest.mark.parametrize("debug", [False, True])
def test_an_address_that_leads_nowhere(client, settings, address, debug):
    settings.DEBUG = debug

    response = client.get(address)

    assert_own_page(response, 404, "There is no such page")


@pytest.mark.django_db
def test_an_address_without_its_slash_is_still_found(client):
    response = client.get("/dashboard")

    assert (response.status_code, response.url) == (301, "/dashboard/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "allow"),
    [
        ("get", "/logout/", "POST"),
        ("post", "/", "GET, HEAD, OPTIONS"),
        ("delete", "/", "GET, HEAD, OPTIONS"),
        ("post", "/login/", "GET"),
        ("post", "/oidc/callback/", "GET"),
        ("post", "/healthz", "GET, HEAD"),
    ],
)
def test_what_cannot_be_done_at_an_address(client, method, address, allow):
    response = getattr(client, method)(address)

    assert_own_page(response, 405, "That cannot be done at this address")
    assert response["Allow"] == allow


@pytest.mark.django_db
def test_the_page_of_what_cannot_be_done_is_for_its_reader_alone(client, author):
    client.force_login(author)

    response = client.get("/logout/")

    assert "Ada Author" in response.text
    assert "Cookie" in response.get("Vary", "") or "private" in response.get("Cache-Control", "")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/logout/", "/nothing-here/"])
def test_the_sign_out_button_of_an_error_page_works(author, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(author)
    page = client.get(address).text
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]

    response = client.post("/logout/", {"csrfmiddlewaretoken": token})

    assert response.status_code == 302
    assert SESSION_KEY not in client.session


@pytest.mark.django_db
def test_a_message_is_shown_once_also_where_something_cannot_be_done(client):
    client.post("/logout/")

    pages = [client.get("/logout/").text, client.get("/").text]

    assert ["You are signed out." in page for page in pages] == [True, False]


@pytest.mark.parametrize("host", ["elsewhere.example", "testserver:x", "a b", "<script>", ""])
def test_a_host_that_is_not_ours(client, host):
    response = client.get("/", headers={"host": host})

    assert_own_page(response, 400, "This request could not be understood")
    assert "elsewhere" not in response.text
    assert "<script" not in response.text


@pytest.mark.django_db
def test_a_form_that_is_too_long(client, author, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    client.force_login(author)

    response = client.post("/dashboard/new/", {"title": "T" * 100})

    assert_own_page(response, 400, "This request could not be understood")


@pytest.mark.django_db
def test_what_is_not_for_somebody_to_do(client):
    client.force_login(UserFactory(is_author=False))

    response = client.get("/dashboard/new/")

    assert_own_page(response, 403, "This is not for you to do")
    assert "Your account may read here, but not write." in response.text


@pytest.mark.django_db
@pytest.mark.parametrize("is_signed_in", [True, False], ids=["signed in", "anonymous"])
def test_a_form_that_is_out_of_date_keeps_what_was_typed_and_escapes_it(author, is_signed_in):
    client = Client(enforce_csrf_checks=True)
    if is_signed_in:
        client.force_login(author)
    typed = {
        "title": 'A <b>bold</b> "title" & more',
        "body": "\n<p>One.</p>\n</textarea><script>alert(1)</script>\n\n  Two. 🦉",
        "excerpt": "{{ secret }}",
    }

    response = client.post("/dashboard/new/", {**typed, "slug": "", "token": "not for show"})

    assert_own_page(response, 403, "This form is out of date")
    boxes = re.findall(
        r'<textarea id="typed_(\w+)"[^>]*>(.*?)</textarea>', response.text, re.DOTALL
    )
    shown = {name: unescape(text).removeprefix("\n") for name, text in boxes}  # as browsers do
    assert shown == typed
    assert escape(typed["body"]) in response.text
    assert "<script" not in response.text
    assert "not for show" not in response.text


@pytest.mark.django_db
def test_a_button_that_is_out_of_date_shows_no_empty_box(author):
    client = Client(enforce_csrf_checks=True)
    client.force_login(author)

    response = client.post("/logout/")

    assert_own_page(response, 403, "This form is out of date")
    assert "<textarea" not in response.text
    assert client.session[SESSION_KEY] == str(author.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("is_signed_in", [True, False], ids=["signed in", "anonymous"])
def test_a_fault_of_ours(client, author, monkeypatch, is_signed_in):
    def fail(view):
        raise RuntimeError("known to us alone")

    if is_signed_in:
        client.force_login(author)
    client.raise_request_exception = False
    monkeypatch.setattr(PostListView, "get_queryset", fail)

    response = client.get("/")

    assert_own_page(response, 500, "Something went wrong here")
    assert "known to us alone" not in response.text
    assert "Traceback" not in response.text


def test_a_fault_of_the_database_is_said_without_it(client):
    client.raise_request_exception = False

    response = client.get("/")  # pytest lets no test without a mark of its own at the database

    assert_own_page(response, 500, "Something went wrong here")
