"""What posts are found by: a row for each, written with its text."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connections, models, transaction
from django.utils.translation import gettext_lazy as _

from posts.search.documents import digest, document, language_of
from posts.search.fields import DocumentField

if TYPE_CHECKING:
    from posts.models.post import Post


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def index(self, posts: Iterable["Post"]) -> None:
        """Write what these posts, whose rows are locked, are found by."""
        entries: list[Any] = [
            SearchEntry(
                post_id=post.pk,
                language=language_of(post.language),
                made_from=digest(post.title, post.body, post.language),
                document=document(post.pk, post.title, post.body, post.language),
            )
            for post in posts
        ]
        has_target = connections[self.db].features.supports_update_conflicts_with_target
        self.bulk_create(
            entries,
            update_conflicts=True,
            unique_fields=["post"] if has_target else None,
            update_fields=["language", "made_from", "document"],
        )

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

        Those are locked until it is done: whoever saves one waits, and then writes it anew.
        """
        posts = apps.get_model("posts", "Post").objects.filter(pk__in=keys)
        texts = posts.filter(emptied_at=None).only("title", "body", "language")
        made_from = dict(self.filter(pk__in=keys).values_list("pk", "made_from"))
        stale = [
            post.pk
            for post in texts
            if made_from.get(post.pk) != digest(post.title, post.body, post.language)
        ]
        with transaction.atomic():
            self.index(texts.filter(pk__in=stale).select_for_update())
            gone, _tables = self.filter(pk__in=keys, post__emptied_at__isnull=False).delete()
        return len(stale) + gone


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

    #: The fields of a post that make it.
    MADE_FROM = frozenset({"title", "body", "language"})

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")

    def __str__(self) -> str:
        return str(self.post_id)
