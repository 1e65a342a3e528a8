"""A post: what it is, and what becomes of it."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from posts.models.addressing import Addressed
from posts.models.image import Image
from posts.models.rendered import Rendered
from posts.models.revision import DETAILS, TEXT, Revision, text_of
from posts.models.search_entry import Searched, SearchEntry
from posts.models.tag import Tag
from posts.sanitiser import has_ink, is_blank


class EditConflict(Exception):
    """Somebody saved the post in the meantime; `stored` is what is there now."""

    def __init__(self, stored: "Post") -> None:
        super().__init__(f"Post {stored.pk} is at version {stored.version}.")
        self.stored = stored


class Post(Addressed, Rendered, Searched):
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="posts",
        verbose_name=_("author"),
        db_index=False,  # two indexes below begin with it
    )
    title = models.CharField(_("title"), max_length=200)
    excerpt = models.CharField(_("excerpt"), max_length=300, blank=True)
    tags = models.ManyToManyField(
        "posts.Tag",
        through="posts.Tagging",
        related_name="posts",
        blank=True,
        verbose_name=_("tags"),
    )
    cover = models.ForeignKey(
        "posts.Image",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="covered_posts",
        verbose_name=_("cover image"),
    )
    canonical_url = models.CharField(
        _("first published at"),
        max_length=500,
        blank=True,
        validators=[URLValidator(["http", "https"])],
        default="",
        db_default="",
        help_text=_("The address elsewhere to which search engines should lead."),
    )
    seo_title = models.CharField(
        _("title for search engines"), max_length=200, blank=True, default="", db_default=""
    )
    seo_description = models.CharField(
        _("description for search engines"), max_length=300, blank=True, default="", db_default=""
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    previewed_tags: list[Tag] | None = None
    address_published_at: datetime | None  # of the address it was found at: PostQuerySet.at()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        permissions = [("moderate_post", "Can hide and restore posts")]
        indexes = [
            models.Index(name="posts_post_newest", fields=["listed_at", "id"]),
            models.Index(name="posts_post_author_newest", fields=["author", "listed_at", "id"]),
            models.Index(name="posts_post_dashboard", fields=["author", "updated_at", "id"]),
            models.Index(name="posts_post_updated", fields=["updated_at", "id"]),
            models.Index(name="posts_post_changed", fields=["changed_at"]),
            models.Index(name="posts_post_trashed", fields=["trashed_at", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="posts_post_one_per_submission", fields=["author", "submission"]
            ),
            models.CheckConstraint(
                name="posts_post_has_title",
                condition=~models.Q(title="") | models.Q(emptied_at__isnull=False),
            ),
            models.CheckConstraint(
                name="posts_post_empty_or_not",
                condition=models.Q(emptied_at=None)
                | models.Q(
                    status="trashed",
                    title="",
                    body="",
                    excerpt="",
                    opening="",
                    language="",
                    canonical_url="",
                    seo_title="",
                    seo_description="",
                    cover=None,
                ),
            ),
            models.CheckConstraint(
                name="posts_post_dated_unless_draft",
                condition=models.Q(published_at__isnull=False)
                | models.Q(status="draft")
                | models.Q(status="trashed", trashed_from="draft"),
            ),
            models.CheckConstraint(
                name="posts_post_trash_remembers",
                condition=models.Q(
                    status="trashed",
                    trashed_at__isnull=False,
                    trashed_from__in=["draft", "published", "hidden"],
                )
                | (~models.Q(status="trashed") & models.Q(trashed_at=None, trashed_from="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("posts:detail", args=[self.slug])

    # What it is

    @property
    def summary(self) -> str:
        """Return the author's excerpt, or the first words of the text."""
        return self.excerpt or self.opening

    @property
    def search_title(self) -> str:
        """Return what search engines and browser tabs call it."""
        return self.seo_title or self.title

    @property
    def search_description(self) -> str:
        return self.seo_description or self.summary

    @property
    def is_gone(self) -> bool:
        """Whether the address it was found at was public, and the post is removed since."""
        since = self.address_published_at
        return bool(since and since <= timezone.now()) and (self.is_hidden or self.is_trashed)

    @property
    def modified_at(self) -> datetime:
        """Return since when readers get this text: its last change, or its date if later."""
        return max(self.updated_at, self.published_at or self.updated_at)

    @cached_property
    def tag_list(self) -> list[Tag]:
        """Return the tags it has, or would have once it is stored."""
        if self.previewed_tags is not None:
            return self.previewed_tags
        return list(self.tags.all()) if self.pk else []

    def is_visible_to(self, user: User | AnonymousUser) -> bool:
        """Return whether user may read it: if public everyone, else its author and staff."""
        if self.emptied_at:
            return False
        return self.is_public or user.pk == self.author_id or user.is_staff

    # What it does

    def edit(
        self,
        *,
        slug: str = "",
        at: datetime | None = None,
        version: int | None = None,
        by: User | None = None,
        tags: list[str] | None = None,
    ) -> None:
        """Store a changed text, and a changed address or date or tags where they are given.

        With version, which all of it is based on: raise EditConflict if the post has changed since
        and would now change again. Raise AddressTaken if the slug is another post's.
        """
        with transaction.atomic():
            stored = self._locked()
            self.status, self.published_at = stored.status, stored.published_at
            was = text_of(stored)
            stored_tags = was["details"].get("tags", [])
            is_rewritten = text_of(self, stored_tags if tags is None else tags) != was
            is_moved = bool(slug) and slug != stored.slug
            is_dated = at is not None and at != stored.published_at
            if version not in (None, stored.version) and (is_rewritten or is_moved or is_dated):
                raise EditConflict(stored)
            self.slug, self.version = stored.slug, stored.version
            if is_rewritten:
                is_draft = stored.last_state == self.Status.DRAFT
                kind = Revision.Kind.SAVED if is_draft else Revision.Kind.PUBLISHED
                self._rewrite(stored, tags, kind, by)
            if is_moved:
                self.rename(slug)
            elif self.slug_follows_title(stored):
                self._rename_by_title()
            if is_dated:
                self.date(at)

    def go_back_to(
        self, revision: Revision, *, by: User | None = None, version: int | None = None
    ) -> None:
        """Say again what a revision says; the address and the state stay as they are.

        With version, which was looked at: raise EditConflict if the post has changed since. Raise
        ValidationError if the revision is not fit to be a post.
        """
        if not has_ink(revision.title) or is_blank(revision.body):
            raise ValidationError(_("A post needs a title and a text."), code="required")
        with transaction.atomic():
            stored = self._locked()
            if version not in (None, stored.version):
                raise EditConflict(stored)
            self.status, self.published_at = stored.status, stored.published_at
            self.slug, self.version = stored.slug, stored.version
            revision.apply_to(self)
            if self.cover_id and not Image.objects.filter(pk=self.cover_id).exists():
                self.cover_id = None
            tags = revision.details.get("tags", []) if revision.is_text else None
            if text_of(self, tags) != text_of(stored):
                self._rewrite(stored, tags, Revision.Kind.RESTORED, by)

    def hand_over(self, to: User) -> bool:
        """Make a post that never was public another author's; return False if it is not such a one.

        What others have typed into it and not saved is kept as revisions. A published post keeps
        its byline.
        """
        with transaction.atomic():
            stored = type(self).objects.never_public().filter(pk=self.pk).exclude(author=to)
            post = stored.select_for_update().first()
            if post is None:
                return False
            Revision.objects.keep_stored(post)  # by who wrote it
            for copy in post.working_copies.exclude(author=to).order_by("updated_at", "pk"):
                copy.post = post
                Revision.objects.set_aside(copy)
                copy.delete()
            # With a new version, lest what the old author's open forms send is taken for new.
            type(self).objects.filter(pk=post.pk).update(
                author=to, submission=None, version=models.F("version") + 1
            )
            self.refresh_from_db(fields=["author", "submission", "version"])
        return True

    def empty(self) -> bool:
        """Remove for good what a post says and ever said; return False if it is not due.

        The row stays, and addresses that were public, which answer 410. One that never was is given
        up: in its place is one that no slug can be.
        """
        with transaction.atomic():
            if (
                not type(self)
                .objects.due_to_be_emptied()
                .filter(pk=self.pk)
                .update(
                    emptied_at=timezone.now(),
                    changed_at=timezone.now(),
                    version=models.F("version") + 1,
                    opening="",
                    rendered="",
                    rendered_from="",
                    contents=None,
                    word_count=0,
                    cover=None,
                    **dict.fromkeys([*TEXT, *DETAILS[:-1]], ""),
                )
            ):
                return False
            self.tags.clear()
            self.working_copies.all().delete()
            self.preview_links.all().delete()
            SearchEntry.objects.forget(self)
            self.revisions.all().delete()
            self.addresses.not_yet_public().delete()
            if not self.addresses.filter(slug=self.slug).exists():
                type(self).objects.filter(pk=self.pk).update(slug=f"~{self.pk}")
            self.refresh_from_db()
        return True

    def _rewrite(self, stored: "Post", tags: list[str] | None, kind: str, by: User | None) -> None:
        """Store the text, and keep in revisions what it was and what it is."""
        is_first = Revision.objects.keep_stored(stored)
        self.updated_at = timezone.now()
        self.save(update_fields=[*TEXT, *DETAILS, "updated_at"])
        if tags is not None:
            self.set_tags(tags)
        self._count_version()
        Revision.objects.keep(self, kind, by, apart=is_first)
