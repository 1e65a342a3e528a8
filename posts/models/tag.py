"""What posts are about, in the authors' words."""

from collections.abc import Iterable

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import ExactCharField
from posts import slugs

LONGEST_TAG = 50


class TagQuerySet(models.QuerySet["Tag"]):
    def known_to_readers(self) -> "TagQuerySet":
        """Tags that a public post has or had: a draft's own word is nobody else's business."""
        now = timezone.now()
        public = Tagging.objects.filter(tag=models.OuterRef("pk"), post__listed_at__lte=now)
        return self.filter(models.Q(published_at__lte=now) | models.Exists(public))

    def note_dates(self, keys: Iterable[int]) -> None:
        """Note of the tags of these keys, unless they are public already, since when they will be.

        That is the first date of a post that is public, or scheduled, with the tag.
        """
        posts = Tagging.objects.filter(tag=models.OuterRef("pk")).order_by().values("tag")
        first = posts.annotate(first=models.Min("post__listed_at")).values("first")
        not_yet_public = self.exclude(published_at__lte=timezone.now())
        not_yet_public.filter(pk__in=keys).update(published_at=models.Subquery(first))

    def named(self, names: list[str]) -> list["Tag"]:
        """Return the tags of these names, made where there are none; one for each spelling."""
        wanted = {slugs.slugify(name, max_length=LONGEST_TAG): name for name in names}
        wanted.pop("", None)
        known: dict[str, Tag] = {tag.slug: tag for tag in self.filter(slug__in=wanted)}
        for slug, name in wanted.items():
            if slug not in known:
                known[slug] = self.get_or_create(slug=slug, defaults={"name": name[:LONGEST_TAG]})[
                    0
                ]
        return [known[slug] for slug in wanted]

    def unsaved(self, names: list[str]) -> list["Tag"]:
        """Return the tags of these names by name, those that are new unsaved: for a preview."""
        tags = [Tag(name=name, slug=slugs.slugify(name, max_length=LONGEST_TAG)) for name in names]
        return sorted(tags, key=lambda tag: tag.name)


class Tag(models.Model):
    """A word for what a post is about; spellings that make one slug are one tag."""

    slug = ExactCharField(_("address"), max_length=LONGEST_TAG, unique=True)
    name = models.CharField(_("name"), max_length=LONGEST_TAG)
    published_at = models.DateTimeField(
        _("public since"),
        null=True,
        editable=False,
        help_text=_("Empty, or to come, while no post with it was public. Its address is kept."),
    )

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("posts:tag", args=[self.slug])


class Tagging(models.Model):
    """That a post has a tag, with the post's date, so that a tag's list is read from one index."""

    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="taggings")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings")
    published_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        db_table = "posts_post_tags"  # of the ManyToManyField it was before it had a date
        unique_together = [("post", "tag")]
        indexes = [
            models.Index(name="posts_tagging_newest", fields=["tag", "published_at", "post"])
        ]

    def __str__(self) -> str:
        return f"{self.post_id} · {self.tag_id}"
