"""The time zone that somebody chooses for themselves."""

import pytest

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_person_chooses_a_time_zone_on_the_account_page(as_user, author):
    client = as_user(author)
    assert '<option value="Asia/Tokyo">Asia/Tokyo</option>' in client.get("/account/").text

    page = client.post("/account/time-zone/", {"time_zone": "Asia/Tokyo"}, follow=True).text

    assert "Your time zone is kept." in page
    assert '<option value="Asia/Tokyo" selected>' in page
    assert User.objects.get().time_zone == "Asia/Tokyo"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "x" * 100])
def test_a_time_zone_there_is_not_is_refused(as_user, author, zone):
    page = as_user(author).post("/account/time-zone/", {"time_zone": zone}, follow=True).text

    assert "There is no such time zone" in page
    assert User.objects.get().time_zone == ""


def test_the_sites_own_is_the_empty_choice(as_user, author, settings):
    settings.TIME_ZONE = "Europe/Paris"
    User.objects.update(time_zone="Asia/Tokyo")
    client = as_user(author)
    assert "The site&#x27;s: Europe/Paris" in client.get("/account/").text

    client.post("/account/time-zone/", {"time_zone": ""})

    assert User.objects.get().time_zone == ""


@pytest.mark.parametrize(("method", "answer"), [("get", 302), ("post", 302)])
def test_nobody_else_has_one(client, method, answer):
    assert getattr(client, method)("/account/time-zone/").status_code == answer
