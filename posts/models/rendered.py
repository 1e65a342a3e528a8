"""What readers get of a post's text, made once, when the text is saved."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rendered(models.Model):
    """The text as it is printed, and what was counted and found in it on the way."""

    rendered = models.TextField(
        _("text as printed"), blank=True, editable=False, default="", db_default=""
    )
    rendered_from = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        default="",
        db_default="",
        help_text=_("The digest of the text, and of the rules, that it was made from."),
    )
    contents = models.JSONField(
        _("contents"), null=True, editable=False, help_text=_("Its headings, with their anchors.")
    )
    word_count = models.PositiveIntegerField(_("words"), default=0, db_default=0, editable=False)

    class Meta:
        abstract = True
