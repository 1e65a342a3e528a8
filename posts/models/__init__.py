"""What is written: posts, and every address a post ever had."""

from posts.models.address import Address, AddressQuerySet
from posts.models.addressing import AddressTaken, SubmittedBefore
from posts.models.post import EditConflict, Post
from posts.models.queries import PostQuerySet

__all__ = [
    "Address",
    "AddressQuerySet",
    "AddressTaken",
    "EditConflict",
    "Post",
    "PostQuerySet",
    "SubmittedBefore",
]
