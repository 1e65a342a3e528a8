"""What people say of themselves, for readers to see."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Profile(models.Model):
    bio = models.CharField(
        _("about you"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text=_("A few sentences for readers, on your page and in plain text."),
    )
    links = models.TextField(
        _("your other pages"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Addresses of pages that are yours too, one on each line, at most five."),
    )
    changed_at = models.DateTimeField(
        _("profile changed"),
        default=timezone.now,
        db_default=Now(),
        editable=False,
        help_text=_("What readers see of the person: name, bio and links."),
    )

    class Meta:
        abstract = True

    @property
    def link_list(self) -> list[str]:
        """Return the addresses of the person's other pages, in the person's order."""
        return self.links.splitlines()

    @property
    def named_links(self) -> list[tuple[str, str]]:
        """Return each address with what to call it: itself, without "https://"."""
        return [(link, link.partition("://")[2].rstrip("/")) for link in self.link_list]

    def describe(self, *, bio: str, links: list[str]) -> bool:
        """Keep what a person says of themselves; return whether it says anything new."""
        if (bio, links) == (self.bio, self.link_list):
            return False
        self.bio, self.links, self.changed_at = bio, "\n".join(links), timezone.now()
        self.save(update_fields=["bio", "links", "changed_at"])
        return True
