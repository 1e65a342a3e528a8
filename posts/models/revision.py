"""What a post said at one save: kept, comparable, restorable."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from posts.models.post import Post


class Revision(models.Model):
    class Kind(models.TextChoices):
        SAVED = "saved", _("Saved")
        PUBLISHED = "published", _("Published")
        RESTORED = "restored", _("Restored")
        SET_ASIDE = "set_aside", _("Typed, but not saved")

    post = models.ForeignKey(
        "posts.Post",
        models.PROTECT,
        related_name="revisions",
        verbose_name=_("post"),
        db_index=False,  # the index below begins with it
    )
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="revisions",
        verbose_name=_("by"),
    )
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    saved_at = models.DateTimeField(_("last saved"), default=timezone.now)
    version = models.PositiveIntegerField(_("version of the post"))
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    excerpt = models.CharField(_("excerpt"), max_length=300, blank=True)
    details = models.JSONField(
        _("the rest"), default=dict, help_text=_("Tags, language, cover, words for search engines.")
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        indexes = [
            models.Index(name="posts_revision_of_post", fields=["post", "id"]),
            models.Index(name="posts_revision_prunable", fields=["kind", "saved_at", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.saved_at:%Y-%m-%d %H:%M}"

    def apply_to(self, post: "Post") -> None:
        """Give the post this text, unsaved."""
        post.title, post.body, post.excerpt = self.title, self.body, self.excerpt
