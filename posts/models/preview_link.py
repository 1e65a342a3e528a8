"""Addresses by which people without an account read what is not public yet."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField, ExactCharField


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

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")

    def __str__(self) -> str:
        return f"{self.post} · {self.note or self.created_at:%Y-%m-%d %H:%M}"


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
