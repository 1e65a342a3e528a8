"""Who refers to which picture: every text there is, and every cover."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from posts.illustrations import DIGEST
from posts.models import Image, Post, Revision, WorkingCopy

CHUNK = 50  # texts at a time, of 1 MB at most


@dataclass
class References:
    """The pictures that are referred to: by the digest in a text, or as a cover by their key."""

    digests: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)

    def has(self, image: Image) -> bool:
        return image.digest in self.digests or str(image.pk) in self.keys

    def add(self, text: str, details: dict[str, Any]) -> None:
        self.digests.update(DIGEST.findall(text))
        if details:
            self.digests.update(DIGEST.findall(json.dumps(details)))
            self.keys.add(str(details.get("cover", "")))


def everywhere(progress: Callable[[int], object] = lambda count: None) -> References:
    """Return what any text or cover refers to, each read once and few at a time."""
    # What is stored of a post and its versions spells an address in one way; what is being typed
    # may not, and is little.
    return _references(
        Post.objects.filter(body__contains=settings.MEDIA_URL),
        Revision.objects.all(),
        WorkingCopy.objects.all(),
        Post.objects.filter(cover__isnull=False),
        progress,
    )


def has_come_into_use(image: Image, since: datetime) -> bool:
    """Return whether a text saved since then, or a cover, refers to an image."""
    found = _references(
        Post.objects.filter(updated_at__gte=since),
        Revision.objects.filter(saved_at__gte=since),
        WorkingCopy.objects.filter(updated_at__gte=since),
        Post.objects.filter(cover=image.pk),
    )
    return found.has(image)


def _references(
    posts: QuerySet[Post],
    revisions: QuerySet[Revision],
    working_copies: QuerySet[WorkingCopy],
    covered: QuerySet[Post],
    progress: Callable[[int], object] = lambda count: None,
) -> References:
    found = References()
    for rows, details in [(posts, ""), (revisions, "details"), (working_copies, "fields")]:
        for chunk in _chunks(rows.only("body", *filter(None, [details]))):
            for row in chunk:
                found.add(row.body, getattr(row, details) if details else {})
            progress(len(chunk))
    found.keys.update(map(str, covered.values_list("cover", flat=True).distinct()))
    return found


def _chunks(rows: QuerySet[Any]) -> Iterable[list[Any]]:
    """Yield all rows, in their order, without one query that a driver would read at once."""
    rows, last = rows.order_by("pk"), 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield chunk
        last = chunk[-1].pk
