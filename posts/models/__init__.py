"""What is written: posts, every address and every text a post ever had, and what goes with them."""

from posts.models.address import Address, AddressQuerySet
from posts.models.addressing import AddressTaken, SubmittedBefore
from posts.models.image import Image
from posts.models.post import EditConflict, Post
from posts.models.preview_link import PreviewLink, PreviewOpening
from posts.models.queries import PostQuerySet
from posts.models.revision import Revision, RevisionQuerySet
from posts.models.search_entry import SearchEntry
from posts.models.tag import Tag, Tagging
from posts.models.working_copies import OutOfStep, Step, TooLong
from posts.models.working_copy import WorkingCopy

__all__ = [
    "Address",
    "AddressQuerySet",
    "AddressTaken",
    "EditConflict",
    "Image",
    "OutOfStep",
    "Post",
    "PostQuerySet",
    "PreviewLink",
    "PreviewOpening",
    "Revision",
    "RevisionQuerySet",
    "SearchEntry",
    "Step",
    "SubmittedBefore",
    "Tag",
    "Tagging",
    "TooLong",
    "WorkingCopy",
]
