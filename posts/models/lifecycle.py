"""What becomes of a post: published, a draft again, in the trash, and back."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from posts.models.queries import KEPT_IN_TRASH, PostQuerySet
from posts.models.revision import Revision


class Lifecycle(models.Model):
    """The verbs that change a post's state."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        HIDDEN = "hidden", _("Hidden by a moderator")
        TRASHED = "trashed", _("In the trash")

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
    emptied_at = models.DateTimeField(
        _("emptied"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Since when nothing is left of it but the addresses that were public."),
    )
    version = models.PositiveIntegerField(
        default=1, editable=False, help_text=_("Counts the saves; a form says which it is of.")
    )
    changed_at = models.DateTimeField(
        _("changed in any way"),
        default=timezone.now,
        db_default=Now(),
        editable=False,
        help_text=_("Text, state, date or address: what the pages of the site are as new as."),
    )
    objects = PostQuerySet.as_manager()

    class Meta:
        abstract = True

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
    def last_state(self) -> str:
        """Return the state it is in, or was in before the trash."""
        return self.trashed_from if self.is_trashed else self.status

    @property
    def state(self) -> str:
        """Return the state in a word, "Scheduled" among them."""
        return gettext("Scheduled") if self.is_scheduled else str(self.Status(self.status).label)

    @property
    def restorable_until(self) -> datetime | None:
        """Return when the trash will be emptied of it."""
        return self.trashed_at + KEPT_IN_TRASH if self.trashed_at else None

    @classmethod
    def _is_live(cls, status: str, published_at: datetime | None) -> bool:
        return (
            status == cls.Status.PUBLISHED
            and published_at is not None
            and published_at <= timezone.now()
        )

    # What it does

    def publish(self, at: datetime | None = None, *, by: User | None = None) -> None:
        """Make the post public, now or at a time to come, and keep the text as published.

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
                self._note_date()
                stored.version = self.version
                Revision.objects.keep(stored, Revision.Kind.PUBLISHED, by)

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
                self._note_date()

    def unpublish(self) -> bool:
        """Make a published or scheduled post a draft again; return whether it was one."""
        return self._change(
            type(self).objects.filter(status=self.Status.PUBLISHED), status=self.Status.DRAFT
        )

    def trash(self) -> bool:
        """Move the post to the trash; return False if it was there already."""
        return self._change(
            type(self).objects.exclude(status=self.Status.TRASHED),
            # First, as MariaDB and MySQL let an assignment see those before it.
            trashed_from=models.F("status"),
            trashed_at=timezone.now(),
            status=self.Status.TRASHED,
            submission=None,  # the form may make another post
        )

    def restore(self) -> bool:
        """Take the post out of the trash, in the state it had; return False if it was not there."""
        return self._change(
            type(self).objects.filter(status=self.Status.TRASHED, emptied_at=None),
            status=models.F("trashed_from"),
            trashed_from="",
            trashed_at=None,
        )

    def _change(self, posts: QuerySet[Any], **values: Any) -> bool:
        """Update this post if it is among these, so that of two at once one changes it."""
        with transaction.atomic():
            changed = bool(
                posts.filter(pk=self.pk).update(
                    version=models.F("version") + 1, changed_at=timezone.now(), **values
                )
            )
            self.refresh_from_db(
                fields=[
                    "status",
                    "trashed_from",
                    "trashed_at",
                    "published_at",
                    "version",
                    "changed_at",
                ]
            )
            self._note_date()
        return changed

    def _note_date(self) -> None:
        """Note the date wherever else it is kept."""
        raise NotImplementedError

    def _count_version(self) -> None:
        """Note that the post has changed, so that a form opened before it is not taken for new."""
        self.version += 1
        self.changed_at = timezone.now()
        self.save(update_fields=["version", "changed_at"])

    def _locked(self) -> Any:
        return type(self).objects.select_for_update().get(pk=self.pk)
