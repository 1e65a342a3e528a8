"""Addresses: every slug a post ever had, and since when anybody could see it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import ExactCharField
from posts import slugs


class AddressQuerySet(models.QuerySet["Address"]):
    def public(self) -> "AddressQuerySet":
        return self.filter(published_at__lte=timezone.now())

    def not_yet_public(self) -> "AddressQuerySet":
        return self.exclude(published_at__lte=timezone.now())


class Address(models.Model):
    """A slug and the post it belongs to, for ever once it was public.

    Drafts hold theirs here too, so that one constraint keeps any two posts apart.
    """

    slug = ExactCharField(_("slug"), max_length=slugs.MAX_LENGTH, unique=True)
    post = models.ForeignKey(
        "posts.Post", models.PROTECT, related_name="addresses", verbose_name=_("post")
    )
    published_at = models.DateTimeField(
        _("public since"), null=True, help_text=_("Empty, or to come, while nobody could see it.")
    )

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        return f"/{self.slug}/"
