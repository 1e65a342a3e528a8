"""What is written: posts, and every address a post ever had."""

from posts.models.address import Address, AddressQuerySet
from posts.models.post import AddressTaken, EditConflict, Post, SubmittedBefore
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
