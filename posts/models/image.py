"""Pictures: uploaded, checked by content, and kept in several widths."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import ExactCharField

if TYPE_CHECKING:
    from posts.models.post import Post


class ImageQuerySet(models.QuerySet["Image"]):
    def choice_for_cover(self, post: "Post") -> "ImageQuerySet":
        """Return what a post's author can choose from: their own, and the cover it has."""
        own = models.Q(uploader=post.author_id) | models.Q(pk=post.cover_id)
        return self.filter(own).order_by("-uploaded_at", "-pk")


class Image(models.Model):
    """A picture somebody uploaded. Its files are named by its content, and so never change."""

    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="images",
        verbose_name=_("uploaded by"),
    )
    digest = ExactCharField(
        _("digest"), max_length=64, unique=True, help_text=_("SHA-256 of what is kept, in hex.")
    )
    name = models.CharField(_("name of the file"), max_length=255, blank=True)
    alt = models.CharField(_("alternative text"), max_length=500, blank=True)
    width = models.PositiveIntegerField(_("width in pixels"))
    height = models.PositiveIntegerField(_("height in pixels"))
    widths = models.JSONField(_("widths it is kept in"), default=list)
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now, db_index=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        constraints = [
            models.CheckConstraint(
                name="posts_image_has_a_size", condition=models.Q(width__gt=0, height__gt=0)
            )
        ]

    def __str__(self) -> str:
        return self.name or self.digest[:12]
