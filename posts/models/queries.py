"""Every query a page makes for posts."""

import logging
import sys
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connections, models, transaction
from django.db.models.functions import Substr
from django.utils import timezone

from accounts.models import User
from posts import slugs
from posts.models.address import Address
from posts.models.rendered import RENDERED
from posts.months import Month
from posts.search import excerpts
from posts.search.backends import Hits, backend
from posts.search.engine import OutOfReach, engine
from posts.search.queries import MOST_TERMS, Query

if TYPE_CHECKING:
    from posts.models.post import Post
    from posts.models.tag import Tag

logger = logging.getLogger(__name__)

KEPT_IN_TRASH = timedelta(days=30)
MOST_PEOPLE = 100  # whose posts are looked for by their names

#: How many months one statement counts. SQLite takes a union of 500.
MONTHS_AT_ONCE = 400


class PostQuerySet(models.QuerySet["Post"]):
    def published(self) -> "PostQuerySet":
        """Posts that are public now; one with a later date is scheduled and not among them."""
        return self.filter(listed_at__lte=timezone.now())

    def published_before(self, moment: datetime) -> "PostQuerySet":
        """Posts that are public now, and were so before a moment.

        Not a part of published(): of two upper bounds SQLite enters its index by either, and may
        walk from now to a month long past.
        """
        return self.filter(listed_at__lt=min(moment, timezone.now() + timedelta(microseconds=1)))

    def published_in(self, month: Month) -> "PostQuerySet":
        """Posts of a month that are public now."""
        return self.published_before(month.ends_at).filter(listed_at__gte=month.begins_at)

    def newest_first(self) -> "PostQuerySet":
        """What a list of one author prints: each post with its cover, none with its body."""
        newest = self.order_by("-listed_at", "-pk").select_related("cover")
        return newest.defer("body", "rendered", "contents")

    def visible_to(self, user: User | AnonymousUser) -> "PostQuerySet":
        """What Post.is_visible_to() says yes of: public posts, one's own, and all to staff."""
        posts = self.filter(emptied_at=None)
        if user.is_staff:
            return posts
        public = models.Q(listed_at__lte=timezone.now())
        return posts.filter(public | models.Q(author=user.pk) if user.pk else public)

    def for_list(self) -> "PostQuerySet":
        """What a public list prints: each post with its author and cover, none with its body."""
        return self.published().newest_first().select_related("author")

    def for_archive(self, month: Month) -> "PostQuerySet":
        return self.published_in(month).newest_first().select_related("author")

    def for_feed(self) -> "PostQuerySet":
        """What a feed holds: the newest posts in full, each with its author, cover and tags."""
        return self.for_feed_of_author().select_related("author")

    def for_feed_of_author(self) -> "PostQuerySet":
        newest = self.published().order_by("-listed_at", "-pk").prefetch_related("tags")
        return newest.select_related("cover").defer("rendered", "contents")

    def new_since(self, since: datetime) -> "PostQuerySet":
        """Public posts that became so, or changed, after a time; with what feeds they are in."""
        new = models.Q(listed_at__gt=since) | models.Q(changed_at__gt=since)
        posts = self.published().filter(new).order_by("pk").prefetch_related("tags")
        return posts.select_related("author").defer("body", "rendered", "contents")

    def search(self, query: Query) -> Hits:
        """Return the keys of those of these that have what was looked for, the best first."""
        if not query:
            return Hits()
        languages = apps.get_model("posts", "SearchEntry").objects.languages()
        if (there := engine()) is None:
            return backend().find(query, languages, self)
        try:
            return there.find(query, languages, self)
        except OutOfReach as error:
            logger.warning("The database searched instead of the search engine: %s", error)
            return replace(backend().find(query, languages, self), is_instead=True)

    def by_people_called(self, words: str) -> "PostQuerySet":
        """The posts of authors whose name has all of these words in it, the newest first."""
        people = User.objects.all()
        for word in words.split()[:MOST_TERMS]:
            people = people.filter(
                models.Q(first_name__icontains=word) | models.Q(last_name__icontains=word)
            )
        authors = list(people.values_list("pk", flat=True)[:MOST_PEOPLE])
        return self.filter(author__in=authors).order_by("-pk")

    def found(self, keys: Sequence[int], query: Query) -> "list[Post]":
        """What the search lists: the posts of these keys in this order, each with its author, and
        with its title and an excerpt in pieces, those that were looked for apart.
        """
        if not keys:
            return []
        posts = self.filter(pk__in=keys).select_related("author")
        posts = posts.defer("body", "rendered", "contents")
        beginning = Substr("body", 1, excerpts.MOST_READ)
        found = posts.annotate(beginning=beginning).in_bulk()
        for post in found.values():
            post.title_pieces = excerpts.pieces(post.title, query, post.language)
            post.excerpt_pieces = excerpts.excerpt(post.beginning, query, post.language)
        return [found[key] for key in keys if key in found]

    def by(self, author: User) -> "PostQuerySet":
        return self.filter(author=author)

    def tagged(self, tag: "Tag") -> "PostQuerySet":
        """Posts with a tag, newest first, in the order of an index of that tag's own."""
        of_tag = models.FilteredRelation("taggings", condition=models.Q(taggings__tag=tag))
        dated = self.annotate(tagging=of_tag).filter(tagging__published_at__lte=timezone.now())
        return dated.order_by("-tagging__published_at", "-tagging__post_id")

    def months_around(self, month: Month) -> tuple[Month | None, Month | None]:
        """Return the nearest month before, and the nearest after, in which anything is public."""
        before = self.published_before(month.begins_at).order_by("-listed_at")
        after = self.published().filter(listed_at__gte=month.ends_at).order_by("listed_at")
        nearest = [posts.values_list("listed_at", flat=True).first() for posts in (before, after)]
        earlier, later = (moment and Month.of(moment) for moment in nearest)
        return earlier, later

    def count_by_month(self) -> list[tuple[Month, int]]:
        """Return the months in which anything is public and how many posts each has, newest first.

        Of all posts: it is SQL of its own, a range of the index for each month. Django's TruncMonth
        would call a function for each post, and need MariaDB's tables of time zones.
        """
        posts = self.model.objects.using(self.db)
        times = posts.published().values_list("listed_at", flat=True)
        oldest, newest = times.order_by("listed_at").first(), times.order_by("-listed_at").first()
        if not (oldest and newest):
            return []
        months = Month.of(oldest).until(Month.of(newest))[::-1]
        counts: dict[Month, int] = {}
        for start in range(0, len(months), MONTHS_AT_ONCE):
            counts |= self._counts(months[start : start + MONTHS_AT_ONCE])
        return [(month, counts[month]) for month in months if counts[month]]

    def _counts(self, months: list[Month]) -> dict[Month, int]:
        """Return how many public posts each of these months has."""
        connection = connections[self.db]
        table = connection.ops.quote_name(self.model._meta.db_table)
        # The names are the model's own, and every value is a parameter.
        count = f"SELECT %s, COUNT(*) FROM {table} WHERE listed_at >= %s AND listed_at < %s"  # noqa: S608
        after_now = timezone.now() + timedelta(microseconds=1)
        stored = connection.ops.adapt_datetimefield_value
        parameters: list[int | str | None] = []
        for place, month in enumerate(months):
            end = min(month.ends_at, after_now)
            parameters += [place, stored(month.begins_at), stored(end)]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join([count] * len(months)), parameters)
            return {months[place]: number for place, number in cursor.fetchall()}

    def for_dashboard(self, author: User, state: str = "", words: str = "") -> "PostQuerySet":
        """An author's own posts, the one last changed first, in one state and with words in the
        title where these are given.

        Of each, whether something was typed that no button has sent: `has_working_copy`.
        """
        copies = apps.get_model("posts", "WorkingCopy").objects
        typed = copies.filter(post=models.OuterRef("pk"), author=author)
        own = self.by(author).filter(emptied_at=None)
        own = own.annotate(has_working_copy=models.Exists(typed))
        posts = own.defer("body", "rendered", "contents").order_by("-updated_at", "-pk")
        for word in words.split():
            posts = posts.filter(title__icontains=word)
        return posts.in_state(state) if state else posts

    def in_state(self, state: str) -> "PostQuerySet":
        """Posts in a state, where "scheduled" and "published" are what readers would say."""
        status = self.model.Status
        if state == "scheduled":
            return self.filter(status=status.PUBLISHED, published_at__gt=timezone.now())
        if state == "published":
            return self.filter(status=status.PUBLISHED, published_at__lte=timezone.now())
        return self.filter(status=state)

    def at(self, slug: str) -> "PostQuerySet":
        """The post, in whatever state, to which an address belongs, with its author."""
        return (
            self.filter(addresses__slug=slugs.normalise(slug))
            .annotate(address_published_at=models.F("addresses__published_at"))
            .select_related("author", "cover")
        )

    def neighbours(self, post: "Post") -> tuple["Post | None", "Post | None"]:
        """The public posts after and before one that is public, or is shown as if it were."""
        at, pk = post.published_at, post.pk or sys.maxsize  # unsaved, the last of its moment
        sides = {(other.listed_at, other.pk) > (at, pk): other for other in self.beside(at, pk)}
        return sides.get(True), sides.get(False)

    def beside(self, at: datetime | None, pk: int) -> "PostQuerySet":
        """The two public posts between which one of this date, in the past, and key stands."""
        after = models.Q(listed_at__gt=at) | models.Q(listed_at=at, pk__gt=pk)
        before = models.Q(listed_at__lt=at) | models.Q(listed_at=at, pk__lt=pk)
        # The second conditions say nothing new; they are where a database enters its index. What is
        # before a public post is public: of two upper limits SQLite takes the first.
        nearest: list[PostQuerySet] = [
            self.published().filter(after, listed_at__gte=at).order_by("listed_at", "pk"),
            self.filter(before, listed_at__lte=at).order_by("-listed_at", "-pk"),
        ]
        two = self.filter(pk__in=[models.Subquery(posts.values("pk")[:1]) for posts in nearest])
        return two.only("title", "slug", "language", "listed_at")

    def to_render(self, after: int = 0) -> "PostQuerySet":
        """Posts with a text, in the order of their keys, beyond one; with what is made of it."""
        texts = self.filter(emptied_at=None, pk__gt=after).order_by("pk")
        return texts.only("body", *RENDERED)

    def submitted(self, author: User, submission: object) -> "PostQuerySet":
        """The post that a form has made; one that was in the trash counts no more."""
        try:
            return self.by(author).filter(submission=uuid.UUID(str(submission)))
        except ValueError:
            return self.none()

    def due_to_be_emptied(self) -> "PostQuerySet":
        """Posts that have been in the trash for as long as they are kept there."""
        due = timezone.now() - KEPT_IN_TRASH
        return self.filter(trashed_at__lt=due, status=self.model.Status.TRASHED, emptied_at=None)

    def never_public(self) -> "PostQuerySet":
        """Drafts, and scheduled posts, that nobody but their author and staff has ever seen."""
        now = timezone.now()
        public = Address.objects.filter(post=models.OuterRef("pk"), published_at__lte=now)
        draft = models.Q(status=self.model.Status.DRAFT)
        scheduled = models.Q(status=self.model.Status.PUBLISHED, published_at__gt=now)
        return self.filter(draft | scheduled).exclude(models.Exists(public))

    def hidden(self) -> "PostQuerySet":
        return self.filter(status=self.model.Status.HIDDEN)

    def hide(self) -> int:
        """Hide the public posts among these; return how many changed."""
        return self.published().update(status=self.model.Status.HIDDEN, changed_at=timezone.now())

    def unhide(self) -> int:
        """Make the hidden posts among these public again; return how many changed.

        A tag that one was given meanwhile is public with it, and stays so.
        """
        with transaction.atomic():
            keys = list(self.hidden().values_list("pk", flat=True))
            hidden = self.model.objects.filter(pk__in=keys).hidden()
            changed = hidden.update(status=self.model.Status.PUBLISHED, changed_at=timezone.now())
            taggings = apps.get_model("posts", "Tagging").objects.filter(post__in=keys)
            apps.get_model("posts", "Tag").objects.note_dates(
                taggings.values_list("tag", flat=True)
            )
        return changed
