from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from factory import LazyFunction, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from accounts.models import User
from accounts.tests.factories import UserFactory
from posts.images import Prepared
from posts.models import Address, Image, Post

LONG_AGO = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


class PostFactory(DjangoModelFactory):
    """A draft at an address of its own; a trait names another state."""

    class Meta:
        model = Post

    class Params:
        published = Trait(status="published", published_at=LONG_AGO)
        scheduled = Trait(
            status="published",
            published_at=LazyFunction(lambda: timezone.now() + timedelta(days=1)),
        )
        hidden = Trait(status="hidden", published_at=LONG_AGO)
        trashed = Trait(
            status="trashed",
            trashed_from="published",
            published_at=LONG_AGO,
            trashed_at=LazyFunction(timezone.now),
        )

    author = SubFactory(UserFactory)
    title = Sequence("A post {}".format)
    slug = Sequence("post-{}".format)
    body = "<p>A text.</p>"

    @classmethod
    def _create(cls, model_class: type[Post], *args: Any, **kwargs: Any) -> Post:
        post = super()._create(model_class, *args, **kwargs)
        post.addresses.create(slug=post.slug, published_at=post.published_at)
        return post


def many_published(count: int, author: User, slug: str = "many") -> list[Post]:
    """Return published posts, made in bulk, a minute apart and the newest first."""
    posts = Post.objects.bulk_create(
        Post(
            author=author,
            title=f"Post {number}",
            slug=f"{slug}-{number}",
            body="<p>A text.</p>",
            status="published",
            published_at=LONG_AGO - timedelta(minutes=number),
            updated_at=LONG_AGO - timedelta(minutes=number),
        )
        for number in range(count)
    )
    posts = list(Post.objects.filter(slug__startswith=f"{slug}-").order_by("-published_at"))
    Address.objects.bulk_create(
        Address(post=post, slug=post.slug, published_at=post.published_at) for post in posts
    )
    return posts


class ImageFactory(DjangoModelFactory):
    """A small picture with its files, stored as an upload is."""

    class Meta:
        model = Image

    uploader = SubFactory(UserFactory)
    name = Sequence("picture-{}.jpg".format)
    alt = "What it shows"
    digest = Sequence("{:064x}".format)

    @classmethod
    def _create(cls, model_class: type[Image], *args: Any, **kwargs: Any) -> Image:
        widths = kwargs.pop("widths", [64])
        endings = ["webp", "avif"] if kwargs.pop("has_avif", False) else ["webp"]
        prepared = Prepared(
            digest=kwargs.pop("digest"),
            width=widths[-1],
            height=widths[-1] // 2,
            widths=widths,
            files={f"{width}.{ending}": b"a file" for ending in endings for width in widths},
        )
        uploaded_at = kwargs.pop("uploaded_at", None)
        image = model_class.objects.store(prepared, **kwargs)
        if uploaded_at:
            image.uploaded_at = uploaded_at
            image.save(update_fields=["uploaded_at"])
        return image
