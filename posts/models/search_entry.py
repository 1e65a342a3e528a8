"""What posts are found by: a row for each, written with its text."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.db import connections, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.search.documents import digest, document, language_of
from posts.search.engine import Change, engine, tell
from posts.search.excerpts import Piece
from posts.search.fields import DocumentField

if TYPE_CHECKING:
    from posts.models.post import Post


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def index(self, posts: Iterable["Post"]) -> None:
        """Write what these posts, whose rows are locked, are found by."""
        entries: list[Any] = []
        changes = []
        for post in posts:
            change = change_of(post)
            changes.append(change)
            entries.append(
                SearchEntry(
                    post_id=post.pk,
                    language=language_of(post.language),
                    made_from=change.made_from,
                    document=change.document,
                )
            )
        has_target = connections[self.db].features.supports_update_conflicts_with_target
        self.bulk_create(
            entries,
            update_conflicts=True,
            unique_fields=["post"] if has_target else None,
            update_fields=["language", "made_from", "document"],
        )
        if engine():
            transaction.on_commit(partial(tell, changes))

    def forget(self, post: "Post") -> None:
        """Remove what a post was found by."""
        self.filter(post=post).delete()
        if engine():
            transaction.on_commit(partial(tell, [Change(post.pk, at=timezone.now())]))

    def languages(self) -> list[str]:
        """Return the languages there are entries in, by as many look-ups in their index."""
        table = self.model._meta.db_table
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                f"""
                WITH RECURSIVE languages (language) AS (
                    SELECT MIN(language) FROM {table}
                    UNION ALL
                    SELECT (SELECT MIN(language) FROM {table} WHERE language > languages.language)
                    FROM languages WHERE language IS NOT NULL
                )
                SELECT language FROM languages WHERE language <> ''
                """  # noqa: S608
            )
            return [language for (language,) in cursor.fetchall()]

    def mend(self, keys: list[int]) -> int:
        """Have what these posts are found by agree with what they say; return how many did not.

        Those are locked until it is done: whoever saves one waits, and then writes it anew. Raise
        OutOfReach if there is a search engine, and it cannot be told.
        """
        posts = apps.get_model("posts", "Post").objects.filter(pk__in=keys)
        texts = posts.filter(emptied_at=None).only("title", "body", "language", "updated_at")
        wanted = {post.pk: digest(post.title, post.body, post.language) for post in texts}
        made_from = dict(self.filter(pk__in=keys).values_list("pk", "made_from"))
        stale = {pk for pk, made in wanted.items() if made_from.get(pk) != made}
        gone = set(posts.filter(emptied_at__isnull=False).values_list("pk", flat=True))
        with transaction.atomic():
            self.index(texts.filter(pk__in=stale).select_for_update())
            self.filter(pk__in=gone).delete()
        changed = stale | (gone & made_from.keys())
        if (there := engine()) is not None:
            has = there.made_from(keys)
            differing = texts.filter(pk__in=[pk for pk in wanted if has.get(pk) != wanted[pk]])
            changes = [change_of(post) for post in differing]
            changes += [Change(pk, at=timezone.now()) for pk in gone & has.keys()]
            there.put(changes)
            changed.update(change.key for change in changes)
        return len(changed)


def change_of(post: "Post") -> Change:
    """Return what a post is found by from now on."""
    text = (post.title, post.body, post.language)
    return Change(post.pk, post.updated_at, digest(*text), document(post.pk, *text))


class SearchEntry(models.Model):
    post = models.OneToOneField(
        "posts.Post",
        models.CASCADE,
        primary_key=True,
        related_name="search_entry",
        verbose_name=_("post"),
    )
    language = models.CharField(
        _("language"), max_length=8, db_index=True, help_text=_("Whose inflections it is found by.")
    )
    made_from = models.CharField(
        max_length=64,
        help_text=_("The digest of the text, and of the rules, that it was made from."),
    )
    document = DocumentField(_("tokens"))

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")

    def __str__(self) -> str:
        return str(self.post_id)


class Searched(models.Model):
    """What can be found: saving its text writes what it is found by, in one transaction."""

    beginning: str  # of the text, and what of it the search shows: PostQuerySet.found()
    title_pieces: list[Piece]
    excerpt_pieces: list[Piece]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)
            if fields is None or not {"title", "body", "language"}.isdisjoint(fields):
                SearchEntry.objects.index([cast("Post", self)])
