from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from posts.models import PreviewLink, Revision
from posts.tests.factories import PostFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_noon")]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


def revisions(post, ages, kind="saved"):
    """Store a revision of each age, in days, which is its title."""
    return Revision.objects.bulk_create(
        Revision(
            post=post,
            editor=post.author,
            kind=kind,
            title=str(age),
            body="<p>x</p>",
            version=1,
            saved_at=NOON - timedelta(days=age),
        )
        for age in ages
    )


def pruned(*arguments):
    output = StringIO()
    call_command("prune_revisions", *arguments, stdout=output, stderr=StringIO())
    return output.getvalue().strip()


def left(post):
    return [
        float(title)
        for title in post.revisions.order_by("-saved_at").values_list("title", flat=True)
    ]


def test_everything_stays_for_thirty_days_then_one_a_day_then_one_a_month():
    post = PostFactory()
    revisions(post, [0, 0.1, 29.9, 29.95, 40, 40.1, 40.2, 41, 400, 401, 402, 450])

    assert pruned() == "Revisions removed: 4."

    assert left(post) == [0, 0.1, 29.9, 29.95, 40, 41, 400, 450]


def test_pruning_again_removes_nothing(monkeypatch):
    monkeypatch.setattr("posts.models.revision.PAGE", 70)
    revisions(PostFactory(), [day / 7 for day in range(7 * 500)])
    pruned()

    assert pruned() == "Revisions removed: 0."


@pytest.mark.parametrize("kind", ["published", "restored"])
def test_what_was_published_or_restored_stays_for_ever(kind):
    post = PostFactory()
    revisions(post, [900, 900.1, 900.2], kind)

    assert pruned() == "Revisions removed: 0."


def test_what_was_typed_only_does_not_take_the_place_of_what_was_saved():
    post = PostFactory()
    revisions(post, [40, 40.2])
    revisions(post, [40.1, 40.3], "set_aside")

    pruned()

    assert left(post) == [40, 40.1]


def test_the_newest_of_each_post_stays_however_old():
    posts = [PostFactory() for _number in range(3)]
    for post in posts:
        revisions(post, [900, 900.1])

    pruned()

    assert [left(post) for post in posts] == [[900]] * 3


def test_what_a_preview_link_shows_stays():
    post = PostFactory()
    revisions(post, [900, 900.1])
    PreviewLink.objects.create(
        post=post,
        revision=Revision.objects.get(title="900.1"),
        digest="x",
        secret="x",
        created_by=post.author,
        expires_at=NOON,
    )

    assert pruned() == "Revisions removed: 0."


def test_a_dry_run_counts_and_removes_nothing():
    post = PostFactory()
    revisions(post, [900, 900.1])

    assert pruned("--dry-run") == "Revisions that would be removed: 1."
    assert left(post) == [900, 900.1]


@pytest.mark.parametrize("count", [3, 300])
def test_pruning_costs_the_same_queries_for_3_and_300_revisions(
    django_assert_max_num_queries, count
):
    revisions(PostFactory(), [40 + number / 1000 for number in range(count)])

    with django_assert_max_num_queries(12):
        pruned()


def plan(queryset):
    """Return how the database would find the rows."""
    if connection.vendor == "mysql":
        sql, parameters = queryset.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}", parameters)
            return str(cursor.fetchall())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")
    return queryset.explain()


@pytest.mark.django_db(transaction=True)  # MariaDB commits before it analyses a table
def test_the_newest_and_the_prunable_are_found_in_an_index():
    post = PostFactory()
    revisions(post, range(900))
    revisions(PostFactory(), range(900))
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE" + (" TABLE posts_revision" if connection.vendor == "mysql" else "")
        )
    old = Revision.objects.filter(kind="saved", saved_at__lt=NOON - timedelta(days=890))

    assert "posts_revision_newest" in plan(Revision.objects.for_list(post)[:21])
    assert "posts_revision_prunable" in plan(
        old.order_by("-saved_at", "-pk").values_list("pk", "saved_at")
    )
