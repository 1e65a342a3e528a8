"""Addresses by which people without an account read what is not public yet."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField, ExactCharField

if TYPE_CHECKING:
    from accounts.models import User
    from posts.models.post import Post
    from posts.models.revision import Revision


def digest_of(secret: str) -> str:
    """Return what of a secret is looked up; whoever reads it opens nothing."""
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def make(
        self,
        post: "Post",
        *,
        by: "User",
        days: int,
        note: str = "",
        revision: "Revision | None" = None,
    ) -> "PreviewLink":
        """Make a link that ends in so many days; to the latest text, unless a revision is named."""
        secret = secrets.token_urlsafe(24)
        return self.create(
            post=post,
            revision=revision,
            secret=secret,
            digest=digest_of(secret),
            note=note,
            created_by=by,
            expires_at=timezone.now() + timedelta(days=days),
        )

    def with_secret(self, secret: str) -> "PreviewLinkQuerySet":
        """Return the link that has this secret, with all that its page prints: at most one."""
        found = self.filter(digest=digest_of(secret))
        return found.select_related("post__author", "post__cover", "revision")

    def for_post_page(self, post: "Post") -> "PreviewLinkQuerySet":
        """Return a post's links, the newest first, each with how often it was opened."""
        links = self.filter(post=post).select_related("post", "revision").order_by("-pk")
        return links.annotate(
            times_opened=models.Count("openings"), last_opened_at=models.Max("openings__opened_at")
        ).prefetch_related("openings")

    def revoke(self) -> int:
        """End the live ones among these, and return how many that were."""
        return self.filter(revoked_at=None).update(revoked_at=timezone.now())


class PreviewLink(models.Model):
    """A random address, to one revision or to the latest, until it expires or is revoked."""

    post = models.ForeignKey(
        "posts.Post", models.PROTECT, related_name="preview_links", verbose_name=_("post")
    )
    revision = models.ForeignKey(
        "posts.Revision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="preview_links",
        verbose_name=_("revision"),
        help_text=_("Empty for whatever is the latest."),
    )
    digest = ExactCharField(_("hash of the secret"), max_length=64, unique=True)
    secret = EncryptedTextField(_("secret"))
    note = models.CharField(_("for whom"), max_length=100, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="preview_links",
        verbose_name=_("made by"),
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")

    def __str__(self) -> str:
        return f"{self.post} · {self.note or self.created_at.date().isoformat()}"

    def get_absolute_url(self) -> str:
        return reverse("posts:shared_preview", args=[self.secret])

    @property
    def newest_openings(self) -> "list[PreviewOpening]":
        """Return the last twenty times it was opened, the latest first."""
        return sorted(self.openings.all(), key=lambda opening: -opening.pk)[:20]

    @property
    def is_live(self) -> bool:
        """Whether it leads anywhere still."""
        return (
            self.revoked_at is None
            and self.expires_at > timezone.now()
            and not self.post.is_trashed
        )


class PreviewOpening(models.Model):
    """One time somebody opened a preview link."""

    link = models.ForeignKey(
        PreviewLink, models.CASCADE, related_name="openings", verbose_name=_("link")
    )
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    user_agent = models.CharField(_("browser"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("opening of a preview")
        verbose_name_plural = _("openings of previews")

    def __str__(self) -> str:
        return f"{self.link} · {self.opened_at:%Y-%m-%d %H:%M}"
