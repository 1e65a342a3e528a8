"""Keeping what is typed, step by step: every step is based on the one before it."""

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models import User
from posts.splices import Splice, checksum, is_storable

if TYPE_CHECKING:
    from posts.models.post import Post
    from posts.models.working_copy import WorkingCopy


class OutOfStep(Exception):
    """The step is not based on what is kept, which is `kept`; nothing was changed."""

    def __init__(self, kept: "WorkingCopy | None") -> None:
        super().__init__(f"The copy is at number {kept.number if kept else 0}.")
        self.kept = kept


class TooLong(Exception):
    """The text is longer than a post can be."""


@dataclass(frozen=True)
class Step:
    """What a form says has been typed since its copy had `number`; 0 is before the first.

    The text comes whole or as a splice; `checksum` is of the text afterwards.
    """

    form: uuid.UUID
    number: int
    checksum: int
    body: str | None = None
    splice: Splice | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    post: "Post | None" = None
    base_version: int | None = None
    most_bytes: int | None = None

    def text_after(self, kept: "WorkingCopy | None") -> str:
        """Return the text as it is now in the form.

        Raise OutOfStep if that cannot be told, TooLong, or ValueError if no database takes it.
        """
        if self.body is not None:
            text = self.body
        elif self.splice is None:
            text = self._text_before(kept)
        else:
            try:
                text = self.splice.apply(self._text_before(kept))
            except ValueError:
                raise OutOfStep(kept) from None
        if checksum(text) != self.checksum:
            raise OutOfStep(kept)
        if not is_storable(text):
            raise ValueError("The text cannot be stored.")
        if self.most_bytes and len(text.encode()) > self.most_bytes:
            raise TooLong
        return text

    def _text_before(self, kept: "WorkingCopy | None") -> str:
        if kept is not None:
            return kept.body
        if self.post is not None and self.post.version == self.base_version:
            return self.post.body  # what the form was opened with
        return ""

    def has_been_taken(self, kept: "WorkingCopy | None") -> bool:
        """Return whether this very step came before, its answer lost on the way."""
        return (
            kept is not None
            and kept.number == self.number + 1
            and checksum(kept.body) == self.checksum
            and self.fields.items() <= kept.fields.items()
        )


class WorkingCopyQuerySet(models.QuerySet["WorkingCopy"]):
    def of(self, author: User) -> "WorkingCopyQuerySet":
        return self.filter(author=author)

    def of_form(self, author: User, form: object) -> "WorkingCopyQuerySet":
        """The copy of one open form: at most one. What is no UUID is no form."""
        try:
            return self.of(author).filter(form=uuid.UUID(str(form)))
        except ValueError:
            return self.none()

    def for_recovery(self, author: User, post: "Post | None") -> "WorkingCopyQuerySet":
        """What the author typed and did not save of a post, or of new ones; the latest first."""
        return self.of(author).filter(post=post).order_by("-updated_at", "-pk")

    def unsaved_posts(self, author: User) -> "WorkingCopyQuerySet":
        """Of posts that were never saved, without their texts: for the dashboard."""
        return self.for_recovery(author, None).defer("body")

    def take(self, author: User, step: Step) -> "WorkingCopy":
        """Keep what was typed, and return the copy. The same step twice changes nothing.

        Raise OutOfStep if it is not based on what is kept: the form then sends its text whole, or
        becomes another form, if it was another tab that typed into this one.
        """
        kept = self.of_form(author, step.form).first()
        if step.has_been_taken(kept):
            return kept  # type: ignore[return-value]  # there is one
        if step.number != (kept.number if kept else 0):
            raise OutOfStep(kept)
        changes: dict[str, Any] = {
            "body": step.text_after(kept),
            "fields": (kept.fields if kept else {}) | step.fields,
            "number": step.number + 1,
            "base_version": step.base_version,
            "updated_at": timezone.now(),
        }
        if step.post is not None:
            changes["post"] = step.post
        if kept is not None:
            if not self.filter(pk=kept.pk, number=step.number).update(**changes):
                raise OutOfStep(self.filter(pk=kept.pk).first())  # another was faster
            return self.get(pk=kept.pk)
        try:
            with transaction.atomic():
                return self.create(author=author, form=step.form, **changes)
        except IntegrityError:
            raise OutOfStep(self.of_form(author, step.form).first()) from None
