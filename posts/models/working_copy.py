"""What somebody is typing: on the server within seconds, and not yet saved."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from posts.models.revision import Revision
from posts.models.working_copies import WorkingCopyQuerySet
from posts.sanitiser import is_too_intricate, sanitise
from posts.splices import checksum

if TYPE_CHECKING:
    from posts.models.post import Post


def as_page(typed: str) -> str:
    """Return a text as a page may carry it; one too intricate for that, as its source."""
    return escape(typed) if is_too_intricate(typed) else sanitise(typed)


class WorkingCopy(models.Model):
    """The content of one open form. Two tabs are two forms, so that neither overwrites the other.

    It holds what was typed as it was typed, and is shown to its author alone.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="working_copies",
        verbose_name=_("typed by"),
        db_index=False,  # the constraint below begins with it
    )
    form = models.UUIDField(_("form"))
    post = models.ForeignKey(
        "posts.Post",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="working_copies",
        verbose_name=_("post"),
        help_text=_("Empty for a post that has not been saved yet."),
    )
    base_version = models.PositiveIntegerField(_("version it is based on"), null=True)
    number = models.PositiveIntegerField(
        _("number"), default=0, help_text=_("Counts what arrived, so that nothing is taken twice.")
    )
    body = models.TextField(_("text"), blank=True)
    fields = models.JSONField(_("the other fields"), default=dict)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    updated_at = models.DateTimeField(_("last typed"), default=timezone.now, db_index=True)

    difference: list[Any]  # from the saved text, where it is shown: posts/recovery.py

    objects = WorkingCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("working copy")
        verbose_name_plural = _("working copies")
        constraints = [
            models.UniqueConstraint(
                name="posts_workingcopy_one_per_form", fields=["author", "form"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.fields.get('title') or '–'} · {self.updated_at:%Y-%m-%d %H:%M}"

    @property
    def title(self) -> str:
        return str(self.fields.get("title", ""))

    @property
    def checksum(self) -> int:
        return checksum(self.body)

    @property
    def clean_body(self) -> str:
        return as_page(self.body)

    def says_other_text_than(self, post: "Post") -> bool:
        """Return whether saving it would change the post's text."""
        return self.body != post.body and self.clean_body != post.body

    def discard(self) -> bool:
        """Delete it unless more was typed since it was read; return whether it is gone."""
        mine = type(self).objects.filter(pk=self.pk, number=self.number)
        return bool(mine.delete()[0])

    def set_aside(self) -> None:
        """Move what was typed among the revisions of its post, where it can be found again."""
        if self.post is None:
            raise ValueError("A post that was never saved has no revisions.")
        with transaction.atomic():
            Revision.objects.set_aside(self)
            if self.pk:
                self.delete()
