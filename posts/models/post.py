"""A post: what it is, and what becomes of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.fields import ExactCharField
from accounts.models import User
from posts import slugs
from posts.models.address import Address
from posts.models.queries import PostQuerySet
from posts.sanitiser import OPENING_LENGTH, opening, sanitise


class AddressTaken(Exception):
    """The slug belongs to another post."""


class EditConflict(Exception):
    """Somebody saved the post in the meantime; `stored` is what is there now."""

    def __init__(self, stored: "Post") -> None:
        super().__init__(f"Post {stored.pk} is at version {stored.version}.")
        self.stored = stored


class SubmittedBefore(Exception):
    """The form has made a post already, `made`."""

    def __init__(self, made: "Post") -> None:
        super().__init__(f"The form made post {made.pk}.")
        self.made = made


class Post(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        HIDDEN = "hidden", _("Hidden by a moderator")
        TRASHED = "trashed", _("In the trash")

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="posts",
        verbose_name=_("author"),
        db_index=False,  # two indexes below begin with it
    )
    title = models.CharField(_("title"), max_length=200)
    slug = ExactCharField(_("address"), max_length=slugs.MAX_LENGTH, unique=True)
    body = models.TextField(_("text"), help_text=_("Sanitised HTML, printed as it is."))
    excerpt = models.CharField(_("excerpt"), max_length=300, blank=True)
    opening = models.CharField(
        _("first words"),
        max_length=OPENING_LENGTH,
        blank=True,
        editable=False,
        help_text=_("Of the text, for lists; kept so that a list reads no text."),
    )
    status = models.CharField(
        _("state"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    trashed_from = models.CharField(
        _("state before the trash"),
        max_length=10,
        choices=Status.choices,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("text changed"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    # Lists are read from an index on this alone. With the state in front of the date, MariaDB looks
    # the state up and walks past every newer post to reach a page in the middle.
    listed_at = models.GeneratedField(
        expression=models.Case(models.When(status="published", then="published_at")),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
        verbose_name=_("in the public lists from"),
    )
    trashed_at = models.DateTimeField(_("trashed"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(
        default=1, editable=False, help_text=_("Counts the saves; a form says which it is of.")
    )
    submission = models.UUIDField(
        null=True, editable=False, help_text=_("Of the form it came from, which makes one post.")
    )

    objects = PostQuerySet.as_manager()

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
        ]
        constraints = [
            models.UniqueConstraint(
                name="posts_post_one_per_submission", fields=["author", "submission"]
            ),
            models.CheckConstraint(
                name="posts_post_has_title",
                condition=~models.Q(title=""),
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        update_fields = kwargs.get("update_fields")
        if update_fields is None or "body" in update_fields:
            self.body = sanitise(self.body)
            self.opening = opening(self.body)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("posts:detail", args=[self.slug])

    # What it is

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_hidden(self) -> bool:
        return self.status == self.Status.HIDDEN

    @property
    def is_trashed(self) -> bool:
        return self.status == self.Status.TRASHED

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it now."""
        return self._is_live(self.status, self.published_at)

    @property
    def is_scheduled(self) -> bool:
        return self.status == self.Status.PUBLISHED and not self.is_public

    @property
    def state(self) -> str:
        """Return the state in a word, "Scheduled" among them."""
        return gettext("Scheduled") if self.is_scheduled else str(self.Status(self.status).label)

    @property
    def summary(self) -> str:
        """Return the author's excerpt, or the first words of the text."""
        return self.excerpt or self.opening

    @classmethod
    def _is_live(cls, status: str, published_at: datetime | None) -> bool:
        return (
            status == cls.Status.PUBLISHED
            and published_at is not None
            and published_at <= timezone.now()
        )

    def is_visible_to(self, user: User | AnonymousUser) -> bool:
        """Return whether user may read it: if public everyone, else its author and staff."""
        return self.is_public or user.pk == self.author_id or user.is_staff

    # What it does

    def add(self, slug: str = "", *, publish: bool = False, at: datetime | None = None) -> None:
        """Insert the post at this address, or at a free one made from its title.

        As a draft that may have a date already, or with `publish` public from that date, or now.

        Raise AddressTaken if the slug that was asked for is another's, SubmittedBefore if the
        form has already made a post.
        """
        self.status = self.Status.PUBLISHED if publish else self.Status.DRAFT
        self.published_at = at or (timezone.now() if publish else None)
        for candidate in [slug] if slug else self._free_slugs():
            self.pk, self.slug, self._state.adding = None, candidate, True
            try:
                with transaction.atomic():
                    self.save(force_insert=True)
                    self.addresses.create(
                        slug=candidate, published_at=self.published_at if publish else None
                    )
                return
            except IntegrityError:
                made = Post.objects.submitted(self.author, self.submission).first()
                if made is not None:
                    raise SubmittedBefore(made) from None
                if not Address.objects.filter(slug=candidate).exists():
                    raise
        raise AddressTaken(slug)

    def edit(
        self, *, slug: str = "", at: datetime | None = None, version: int | None = None
    ) -> None:
        """Store a changed text, and a changed address or date where one is given.

        With version, which all of it is based on: raise EditConflict if the post has changed since
        and would now change again. Raise AddressTaken if the slug is another post's.
        """
        text = ["title", "body", "excerpt"]
        with transaction.atomic():
            stored = self._locked()
            self.status, self.published_at = stored.status, stored.published_at
            is_rewritten = any(getattr(self, name) != getattr(stored, name) for name in text)
            is_moved = bool(slug) and slug != stored.slug
            is_dated = at is not None and at != stored.published_at
            if version not in (None, stored.version) and (is_rewritten or is_moved or is_dated):
                raise EditConflict(stored)
            self.slug, self.version = stored.slug, stored.version
            if is_rewritten:
                self.updated_at = timezone.now()
                self.save(update_fields=[*text, "opening", "updated_at"])
                self._count_version()
            if is_moved:
                self.rename(slug)
            elif self._slug_follows_title(stored):
                self._rename_by_title()
            if is_dated:
                self.date(at)

    def rename(self, slug: str) -> None:
        """Move the post to another address. Raise AddressTaken if that is another post's.

        Addresses that were public keep leading here; one that never was is given up.
        """
        try:
            with transaction.atomic():
                Address.objects.get_or_create(slug=slug, defaults={"post": self})
                if not self.addresses.filter(slug=slug).exists():
                    raise AddressTaken(slug)
                self.slug = slug
                self.save(update_fields=["slug"])
                self._count_version()
                self._date_address()
                self.addresses.not_yet_public().exclude(slug=slug).delete()
        except IntegrityError as error:
            raise AddressTaken(slug) from error

    def publish(self, at: datetime | None = None) -> None:
        """Make the post public, now or at a time to come.

        Without a time: at the one a draft has, be it its first or one to come, and else now. Raise
        ValidationError if it is hidden or in the trash.
        """
        with transaction.atomic():
            stored = self._locked()
            if stored.is_hidden:
                raise ValidationError(_("A moderator has hidden this post."), code="hidden")
            if stored.is_trashed:
                raise ValidationError(_("This post is in the trash."), code="trashed")
            if at is None and (stored.is_draft or stored.is_public):
                at = stored.published_at
            at = at or timezone.now()
            self.status, self.published_at = self.Status.PUBLISHED, at
            if (stored.status, stored.published_at) != (self.status, at):
                self.save(update_fields=["status", "published_at"])
                self._count_version()
                self._date_address()

    def date(self, at: datetime | None) -> None:
        """Change when a draft is meant to be, or the post is or was, published.

        Only a draft can go without a date.
        """
        with transaction.atomic():
            self.status = self._locked().status
            if at is not None or self.is_draft:
                self.published_at = at
                self.save(update_fields=["published_at"])
                self._count_version()
                self._date_address()

    def unpublish(self) -> bool:
        """Make a published or scheduled post a draft again; return whether it was one."""
        return self._change(
            Post.objects.filter(status=self.Status.PUBLISHED), status=self.Status.DRAFT
        )

    def trash(self) -> bool:
        """Move the post to the trash; return False if it was there already."""
        return self._change(
            Post.objects.exclude(status=self.Status.TRASHED),
            # First, as MariaDB and MySQL let an assignment see those before it.
            trashed_from=models.F("status"),
            trashed_at=timezone.now(),
            status=self.Status.TRASHED,
            submission=None,  # the form may make another post
        )

    def restore(self) -> bool:
        """Take the post out of the trash, in the state it had; return False if it was not there."""
        return self._change(
            Post.objects.filter(status=self.Status.TRASHED),
            status=models.F("trashed_from"),
            trashed_from="",
            trashed_at=None,
        )

    def _change(self, posts: PostQuerySet, **values: Any) -> bool:
        """Update this post if it is among these, so that of two at once one changes it."""
        with transaction.atomic():
            changed = bool(
                posts.filter(pk=self.pk).update(version=models.F("version") + 1, **values)
            )
            self.refresh_from_db(
                fields=["status", "trashed_from", "trashed_at", "published_at", "version"]
            )
            self._date_address()
        return changed

    def _count_version(self) -> None:
        """Note that the post has changed, so that a form opened before it is not taken for new."""
        self.version += 1
        self.save(update_fields=["version"])

    def _locked(self) -> "Post":
        return Post.objects.select_for_update().get(pk=self.pk)

    def _rename_by_title(self) -> None:
        for slug in self._free_slugs():
            try:
                self.rename(slug)
            except AddressTaken:
                continue  # somebody was faster
            break

    def _free_slugs(self) -> Iterator[str]:
        """Yield slugs for the title that no post has; another may be faster, so try and see."""
        candidates = slugs.for_title(self.title)
        likely = [next(candidates) for _number in range(9)]
        taken = set(Address.objects.filter(slug__in=likely).values_list("slug", flat=True))
        yield from (slug for slug in likely if slug not in taken)
        yield from candidates

    def _slug_follows_title(self, stored: "Post") -> bool:
        """Return whether a new title means a new address: none was chosen, none was public."""
        return (
            self.title != stored.title
            and slugs.is_from_title(stored.slug, stored.title)
            and not slugs.is_from_title(stored.slug, self.title)
            and not self.addresses.public().exists()
        )

    def _date_address(self) -> None:
        """Note since when the address is public, unless it already has been."""
        since = self.published_at if self.status == self.Status.PUBLISHED else None
        self.addresses.not_yet_public().filter(slug=self.slug).update(published_at=since)
