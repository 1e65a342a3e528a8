"""Pictures: uploaded, checked by content, and kept in several widths."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.fields import ExactCharField
from accounts.models import User
from posts.illustrations import SIZES
from posts.images import Prepared

if TYPE_CHECKING:
    from posts.models.post import Post


class ImageQuerySet(models.QuerySet["Image"]):
    def by(self, uploader: User) -> "ImageQuerySet":
        """A person's own, the one last uploaded first."""
        return self.filter(uploader=uploader).order_by("-uploaded_at", "-pk")

    def choice_for_cover(self, post: "Post") -> "ImageQuerySet":
        """Return what a post's author can choose from: their own, and the cover it has."""
        own = models.Q(uploader=post.author_id) | models.Q(pk=post.cover_id)
        return self.filter(own).order_by("-uploaded_at", "-pk")

    def with_digests(self, digests: Iterable[str]) -> "dict[str, Image]":
        """Return the images there are of these, by digest.

        In a transaction they stay until its end: `remove` waits, and then finds them in use.
        """
        images = self.filter(digest__in=set(digests)).order_by("pk")
        if connection.in_atomic_block:
            images = images.select_for_update()
        return {image.digest: image for image in images}

    def store(self, prepared: Prepared, uploader: User, name: str = "", alt: str = "") -> "Image":
        """Keep a picture, with its files. One that is kept already stays the row it is.

        It counts as uploaded now in either case, and whichever of its files is missing is written.
        """
        while True:
            try:
                with transaction.atomic():
                    # Waits for whoever removes it just now, and then finds nothing.
                    if not self.filter(digest=prepared.digest).update(uploaded_at=timezone.now()):
                        self.create(
                            digest=prepared.digest,
                            uploader=uploader,
                            name=name[:255],
                            alt=alt[:500],
                            width=prepared.width,
                            height=prepared.height,
                            widths=prepared.widths,
                            has_avif=prepared.has_avif,
                        )
                    image = self.get(digest=prepared.digest)
                    image.write(prepared.files)
                    return image
            except IntegrityError:
                # Somebody else stored it in the meantime: it is there now.
                if not self.filter(digest=prepared.digest).exists():
                    raise


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
    has_avif = models.BooleanField(_("is kept as AVIF too"), default=False, db_default=False)
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

    # What it is

    @property
    def src(self) -> str:
        """Return the address it is known by in a body: of the largest file, as WebP."""
        return self.url(self.width)

    def url(self, width: int, extension: str = "webp") -> str:
        # Of this site, wherever the files are: a body outlasts a change of storage, and a page
        # asks no other site for anything.
        return f"{settings.MEDIA_URL}{self._file(f'{width}.{extension}')}"

    def srcset(self, extension: str = "webp") -> str:
        return ", ".join(f"{self.url(width, extension)} {width}w" for width in self.widths)

    @property
    def sizes(self) -> str:
        return SIZES

    def markup(self, alt: str, caption: str = "") -> SafeString:
        """Return what an author puts into a body; saving the post adds widths and sizes."""
        img = format_html(
            '<img src="{}" alt="{}" width="{}" height="{}">', self.src, alt, self.width, self.height
        )
        if not caption:
            return format_html("<figure>{}</figure>", img)
        return format_html("<figure>{}<figcaption>{}</figcaption></figure>", img, caption)

    @property
    def own_markup(self) -> SafeString:
        """Return the same, with the description it was uploaded with."""
        return self.markup(self.alt)

    @property
    def files(self) -> Iterator[str]:
        """Yield the names of its files, as its storage knows them."""
        for width in self.widths:
            yield self._file(f"{width}.webp")
            if self.has_avif:
                yield self._file(f"{width}.avif")

    def _file(self, ending: str) -> str:
        return f"images/{self.digest[:2]}/{self.digest}-{ending}"

    # What is done with it

    def write(self, files: dict[str, bytes]) -> None:
        """Write those of its files that are not there, or not to their end."""
        for ending, content in files.items():
            name = self._file(ending)
            if default_storage.exists(name):
                if default_storage.size(name) == len(content):
                    continue
                default_storage.delete(name)
            default_storage.save(name, ContentFile(content))

    def remove(self, is_needed: Callable[["Image"], bool]) -> bool:
        """Remove the row and its files; return False if it was uploaded anew, or is_needed.

        That is asked once the row is locked and nobody can begin to use it. The files go before
        the lock does: whoever uploads the same picture meanwhile waits, and then writes it anew.
        """
        try:
            with transaction.atomic():
                same = Image.objects.filter(pk=self.pk, uploaded_at=self.uploaded_at)
                if not same.delete()[0]:
                    return False
                if is_needed(self):
                    transaction.set_rollback(True)
                    return False
                for name in self.files:
                    default_storage.delete(name)
        except IntegrityError:  # a post has it as its cover
            return False
        return True
