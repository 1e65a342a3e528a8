"""What may be used once: states of sign-ins, and tokens that end sessions."""

from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import ExactCharField


class SpentTokenManager(models.Manager["SpentToken"]):
    def spend(self, kind: str, token: str, *, expires_at: datetime) -> bool:
        """Return whether this is the first use of a token; of several at once, one is.

        After expires_at it may be forgotten: then the token must be refused for its age.
        """
        digest = sha256(f"{kind} {token}".encode(errors="surrogatepass")).hexdigest()
        try:
            with transaction.atomic():
                self.create(digest=digest, expires_at=expires_at)
        except IntegrityError:
            return False
        return True

    def expired(self) -> models.QuerySet["SpentToken"]:
        return self.filter(expires_at__lt=timezone.now())


class SpentToken(models.Model):
    digest = ExactCharField(_("digest"), max_length=64, unique=True)
    expires_at = models.DateTimeField(_("may be forgotten after"), db_index=True)

    objects = SpentTokenManager()

    class Meta:
        verbose_name = _("spent token")
        verbose_name_plural = _("spent tokens")
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest
