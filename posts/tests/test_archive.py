"""The archive: a list for each month of the site's time zone, and an overview of the months."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from hypothesis import given
from hypothesis import strategies as st

from posts.models import Post
from posts.months import Month
from posts.tests.factories import PostFactory, many_published
from posts.tests.test_reading import explained, titles

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
CENTURIES = datetime.fromisoformat("1900-01-02"), datetime.fromisoformat("2200-12-30")


@pytest.fixture(autouse=True)
def _august(time_machine):
    time_machine.move_to(NOW, tick=False)


def published(*times, **fields):
    """Publish a post at each time, which is said in UTC, and return them."""
    return [
        PostFactory(status="published", published_at=datetime.fromisoformat(time), **fields)
        for time in times
    ]


def months(response):
    return [(f"{month.year}-{month.number}", count) for month, count in response.context["months"]]


def neighbours(response):
    return response.context["earlier"], response.context["later"]


# A month


def test_a_month_lists_its_posts_and_no_others_newest_first(client):
    published("2026-02-28T23:59:59.999999+00:00", "2026-04-01T00:00:00+00:00")
    march = published("2026-03-01T00:00:00+00:00", "2026-03-31T23:59:59.999999+00:00")

    response = client.get("/archive/2026/03/")

    assert list(response.context["post_list"]) == march[::-1]
    assert '<h1 class="list-title">March 2026</h1>' in response.text


@pytest.mark.parametrize("state", ["draft", "scheduled", "hidden", "trashed"])
def test_what_is_not_public_is_in_no_month(client, state):
    post = PostFactory(**({} if state == "draft" else {state: True}))
    Post.objects.filter(pk=post.pk).exclude(published_at=None).update(
        published_at=NOW + timedelta(days=1) if state == "scheduled" else NOW
    )

    assert list(client.get("/archive/2026/08/").context["post_list"]) == []
    assert months(client.get("/archive/")) == []


@pytest.mark.parametrize(
    ("zone", "last_of_old_year", "first_of_new_year"),
    [
        ("UTC", "2025-12-31T23:59:59+00:00", "2026-01-01T00:00:00+00:00"),
        ("Pacific/Kiritimati", "2025-12-31T09:59:59+00:00", "2025-12-31T10:00:00+00:00"),
        ("Pacific/Pago_Pago", "2026-01-01T10:59:59+00:00", "2026-01-01T11:00:00+00:00"),
        ("Asia/Kathmandu", "2025-12-31T18:14:59+00:00", "2025-12-31T18:15:00+00:00"),
    ],
)
def test_the_year_ends_at_midnight_where_the_site_is(
    client, settings, zone, last_of_old_year, first_of_new_year
):
    settings.TIME_ZONE = zone
    old, new = published(last_of_old_year, first_of_new_year)

    assert list(client.get("/archive/2025/12/").context["post_list"]) == [old]
    assert list(client.get("/archive/2026/01/").context["post_list"]) == [new]
    assert months(client.get("/archive/")) == [("2026-1", 1), ("2025-12", 1)]


def test_a_month_in_which_clocks_change_is_as_long_as_the_clocks_say(client, settings):
    """In New York 743 hours: from five hours behind UTC to four."""
    settings.TIME_ZONE = "America/New_York"
    published("2026-03-01T04:59:59+00:00", "2026-04-01T04:00:00+00:00")
    march = published("2026-03-01T05:00:00+00:00", "2026-04-01T03:59:59+00:00")

    assert list(client.get("/archive/2026/03/").context["post_list"]) == march[::-1]


def test_a_month_whose_first_midnight_the_clocks_leave_out_begins_when_they_go_on(client, settings):
    """In Jordan summer time began at midnight on April 1, 2005."""
    settings.TIME_ZONE = "Asia/Amman"
    march, april = published("2005-03-31T21:59:59+00:00", "2005-03-31T22:00:00+00:00")

    assert list(client.get("/archive/2005/03/").context["post_list"]) == [march]
    assert list(client.get("/archive/2005/04/").context["post_list"]) == [april]


@given(
    moment=st.datetimes(*CENTURIES, timezones=st.just(UTC)),
    zone=st.sampled_from(
        ["UTC", "Europe/Paris", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia",
         "Asia/Tehran", "America/Havana", "Africa/Casablanca"]
    ),
)  # fmt: skip
def test_every_moment_is_in_the_month_that_the_clock_shows_then(moment, zone):
    with override_settings(TIME_ZONE=zone):
        local = moment.astimezone(ZoneInfo(zone))
        month = Month.of(moment)

        assert (month.year, month.number) == (local.year, local.month)
        assert month.begins_at <= moment < month.ends_at
        assert month.until(Month.of(month.ends_at))[0].ends_at == month.ends_at


def test_a_month_is_the_sites_also_for_an_author_far_away(as_user, author, settings):
    author.time_zone = "Pacific/Kiritimati"
    author.save()
    published("2026-03-31T12:00:00+00:00")  # there already April

    assert titles(as_user(author).get("/archive/2026/03/")) != []


@pytest.mark.parametrize(
    "address",
    ["/archive/2026/13/", "/archive/2026/00/", "/archive/0000/01/", "/archive/9999/12/",
     "/archive/2026/", "/archive/26/01/", "/archive/2026/003/", "/archive/٢٠٢٦/٠٣/",
     "/archive/2026/03/01/", "/archive/2026/-1/"],
)  # fmt: skip
def test_what_is_no_month_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_a_month_in_one_digit_leads_to_the_address_it_has(client):
    response = client.get("/archive/2026/3/")

    assert (response.status_code, response.url) == (301, "/archive/2026/03/")


def test_an_empty_month_says_so_and_leads_on(client):
    published("2025-11-05T00:00:00+00:00", "2026-06-05T00:00:00+00:00")

    response = client.get("/archive/2026/03/")

    assert response.status_code == 200
    assert "Nothing was published in March 2026." in response.text
    assert neighbours(response) == (Month(2025, 11), Month(2026, 6))
    assert '<a class="older" href="/archive/2025/11/">' in response.text
    assert '<a class="newer" href="/archive/2026/06/">' in response.text
    assert '<a href="/archive/">All months</a>' in response.text


def test_the_first_and_the_last_month_lead_one_way(client):
    published("2026-03-05T00:00:00+00:00", "2026-06-05T00:00:00+00:00")
    PostFactory(scheduled=True)
    PostFactory(hidden=True)

    assert neighbours(client.get("/archive/2026/03/")) == (None, Month(2026, 6))
    assert neighbours(client.get("/archive/2026/06/")) == (Month(2026, 3), None)


def test_a_full_month_has_pages_in_both_directions_and_never_leaves_the_month(client, author):
    many_published(45, author)  # in the first three hours of January 2, 2025
    Post.objects.filter(slug="many-44").update(published_at=datetime(2024, 12, 31, tzinfo=UTC))

    first = client.get("/archive/2025/01/")
    second = client.get(f"/archive/2025/01/?before={first.context['page_obj'].older}")
    third = client.get(f"/archive/2025/01/?before={second.context['page_obj'].older}")
    back = client.get(f"/archive/2025/01/?after={third.context['page_obj'].newer}")

    shown = [title for page in (first, second, third) for title in titles(page)]
    assert shown == [f"Post {number}" for number in range(44)]
    assert third.context["page_obj"].older == ""
    assert titles(back) == titles(second)


# The overview


def test_the_overview_counts_the_public_posts_of_each_month_newest_first(client):
    published("2026-08-01T12:00:00+00:00", "2026-08-01T11:59:59+00:00")
    published("2025-12-31T23:59:59+00:00")
    published("2026-08-01T12:00:01+00:00")  # in a second

    response = client.get("/archive/")

    assert months(response) == [("2026-8", 2), ("2025-12", 1)]
    assert '<h2 id="y2026">2026</h2>' in response.text
    assert '<a href="/archive/2026/08/">' in response.text


def test_an_empty_overview_says_so(client):
    assert "Nothing has been published here yet." in client.get("/archive/").text


def test_the_overview_counts_what_was_published_in_another_century(client):
    published("1901-02-03T00:00:00+00:00", "2026-07-01T00:00:00+00:00")

    assert months(client.get("/archive/")) == [("2026-7", 1), ("1901-2", 1)]


@pytest.mark.parametrize(("address", "count"), [("/archive/", 4), ("/archive/2025/01/", 4)])
def test_the_archive_costs_the_same_queries_for_one_post_as_for_a_thousand(author, address, count):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(address).status_code == 200
        return len(captured)

    PostFactory(author=author, published=True)
    few = queries()
    many_published(1000, author)

    assert (few, queries()) == (count, count)


@pytest.mark.django_db(transaction=True)
def test_a_month_is_read_from_its_part_of_the_index(author):
    many_published(300, author)

    plan = explained(Post.objects.for_archive(Month(2025, 1))[:21])

    assert "posts_post_newest" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
    assert "filesort" not in plan


def test_archive_is_no_posts_address(client, author):
    post = PostFactory.build(author=author, title="Archive")
    post.add(publish=True)

    assert post.slug == "archive-2"
