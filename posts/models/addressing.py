"""Where a post is: the address it has, and those it had."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import ExactCharField
from accounts.models import User
from posts import slugs
from posts.models.address import Address
from posts.models.lifecycle import Lifecycle
from posts.models.revision import Revision
from posts.models.tag import Tag

if TYPE_CHECKING:
    from posts.models.post import Post


class AddressTaken(Exception):
    """The slug belongs to another post."""


class SubmittedBefore(Exception):
    """The form has made a post already, `made`."""

    def __init__(self, made: "Post") -> None:
        super().__init__(f"The form made post {made.pk}.")
        self.made = made


class Addressed(Lifecycle):
    """What a post does about its address."""

    slug = ExactCharField(_("address"), max_length=slugs.MAX_LENGTH, unique=True)
    submission = models.UUIDField(
        null=True, editable=False, help_text=_("Of the form it came from, which makes one post.")
    )

    # Of Post, which this is half of.
    addresses: Any
    author: Any
    taggings: Any
    tags: Any
    title: Any

    class Meta:
        abstract = True

    def add(
        self,
        slug: str = "",
        *,
        publish: bool = False,
        at: datetime | None = None,
        by: User | None = None,
        tags: list[str] | None = None,
    ) -> None:
        """Insert the post at this address, or at a free one made from its title.

        As a draft that may have a date already, or with `publish` public from that date, or now.

        Raise AddressTaken if the slug that was asked for is another's, SubmittedBefore if the
        form has already made a post.
        """
        self.status = self.Status.PUBLISHED if publish else self.Status.DRAFT
        self.published_at = at or (timezone.now() if publish else None)
        for candidate in [slug] if slug else self.free_slugs():
            self.pk, self.slug, self._state.adding = None, candidate, True
            try:
                with transaction.atomic():
                    self.save(force_insert=True)
                    self.addresses.create(
                        slug=candidate, published_at=self.published_at if publish else None
                    )
                    if tags:
                        self.set_tags(tags)
                    kind = Revision.Kind.PUBLISHED if publish else Revision.Kind.SAVED
                    Revision.objects.keep(cast("Post", self), kind, by)
                return
            except IntegrityError:
                made = type(self).objects.submitted(self.author, self.submission).first()
                if made is not None:
                    raise SubmittedBefore(made) from None
                if not Address.objects.filter(slug=candidate).exists():
                    raise
        raise AddressTaken(slug)

    def rename(self, slug: str) -> None:
        """Move the post to another address. Raise AddressTaken if that is another post's.

        Addresses that were public keep leading here; one that never was is given up.
        """
        try:
            with transaction.atomic():
                Address.objects.get_or_create(slug=slug, defaults={"post_id": self.pk})
                if not self.addresses.filter(slug=slug).exists():
                    raise AddressTaken(slug)
                self.slug = slug
                self.save(update_fields=["slug"])
                self._count_version()
                self._note_date()
                self.addresses.not_yet_public().exclude(slug=slug).delete()
        except IntegrityError as error:
            raise AddressTaken(slug) from error

    def _rename_by_title(self) -> None:
        for slug in self.free_slugs():
            try:
                self.rename(slug)
            except AddressTaken:
                continue  # somebody was faster
            break

    def free_slugs(self) -> Iterator[str]:
        """Yield slugs for the title that no post has; another may be faster, so try and see."""
        candidates = slugs.for_title(self.title)
        likely = [next(candidates) for _number in range(9)]
        taken = set(Address.objects.filter(slug__in=likely).values_list("slug", flat=True))
        yield from (slug for slug in likely if slug not in taken)
        yield from candidates

    def slug_follows_title(self, stored: "Post") -> bool:
        """Return whether a new title means a new address: none was chosen, none was public."""
        return (
            self.title != stored.title
            and slugs.is_from_title(stored.slug, stored.title)
            and not slugs.is_from_title(stored.slug, self.title)
            and not self.addresses.public().exists()
        )

    def set_tags(self, names: list[str]) -> None:
        """Give the post the tags of these names, made where there are none, and no others."""
        had = {tag.pk for tag in self.tags.all()}
        has = Tag.objects.named(names)
        self.tags.set(has)
        self.taggings.update(published_at=self.published_at)
        Tag.objects.note_dates(had.union(tag.pk for tag in has))

    def _note_date(self) -> None:
        """Note at the tags when it was published, and since when they and the address are public.

        These keep their date if they have been public before.
        """
        self.taggings.update(published_at=self.published_at)
        Tag.objects.note_dates(self.taggings.values_list("tag", flat=True))
        since = self.published_at if self.status == self.Status.PUBLISHED else None
        self.addresses.not_yet_public().filter(slug=self.slug).update(published_at=since)
