"""What somebody is typing: on the server within seconds, and not yet saved."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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
