"""What posts are about, in the authors' words."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.fields import ExactCharField
from posts import slugs
from posts.models.address import Address

LONGEST_TAG = 50


class TagQuerySet(models.QuerySet["Tag"]):
    def known_to_readers(self) -> "TagQuerySet":
        """Tags of posts that are public or were: a draft's own word is nobody else's business."""
        public = Address.objects.public().filter(post__taggings__tag=models.OuterRef("pk"))
        return self.filter(models.Exists(public))

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
