"""What a post said at one save: kept, comparable, restorable."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from posts import rendering
from posts.models.tag import Tag
from posts.sanitiser import is_too_intricate, opening, sanitise, shown_as_source

if TYPE_CHECKING:
    from posts.models.post import Post
    from posts.models.working_copy import WorkingCopy

#: What a post says: columns of Post and Revision both.
TEXT = ("title", "body", "excerpt")
#: And what goes with it, columns of Post, which a revision keeps in `details`, as it does the tags.
DETAILS = ("language", "canonical_url", "seo_title", "seo_description", "cover_id")

SESSION = timedelta(minutes=30)  # the longest pause between two saves of one writing session
LONGEST_SESSION = timedelta(hours=12)

KEPT_WHOLE = timedelta(days=30)
KEPT_DAILY = timedelta(days=365)
PRUNED = ("saved", "set_aside")
PAGE = 1_000  # rows the pruning reads at once


def text_of(post: "Post", tags: list[str] | None = None) -> dict[str, Any]:
    """Return all a post says, as a revision keeps it; its tags as stored, unless they are given."""
    if tags is None:
        tags = list(post.tags.order_by("name").values_list("name", flat=True))
    details = {name: getattr(post, name) for name in DETAILS} | {"tags": sorted(tags)}
    text: dict[str, Any] = {name: getattr(post, name) for name in TEXT}
    return text | {"details": {name: value for name, value in details.items() if value}}


class RevisionQuerySet(models.QuerySet["Revision"]):
    def of(self, post: "Post") -> "RevisionQuerySet":
        return self.filter(post=post)

    def first_published_at(self) -> datetime | None:
        """Return when the oldest of these that were published was; None if none was."""
        published = self.filter(kind=Revision.Kind.PUBLISHED).order_by("saved_at", "pk")
        return published.values_list("saved_at", flat=True).first()

    def newest_first(self) -> "RevisionQuerySet":
        return self.order_by("-saved_at", "-pk")

    def for_list(self, post: "Post") -> "RevisionQuerySet":
        """What the list of a post's revisions prints: who, when and what kind, none of the text."""
        rows = self.of(post).select_related("editor").defer("body", "details")
        return rows.newest_first()

    def before(self, revision: "Revision") -> "RevisionQuerySet":
        """Those of the same post that are older, newest first."""
        return self.filter(post=revision.post_id).beyond(revision.saved_at, revision.pk)

    def beyond(self, saved_at: datetime, pk: int) -> "RevisionQuerySet":
        """Those older than one of this time and key, newest first."""
        older = models.Q(saved_at__lt=saved_at) | models.Q(saved_at=saved_at, pk__lt=pk)
        # The second condition says nothing new; it is where a database enters its index.
        return self.filter(older, saved_at__lte=saved_at).newest_first()

    def to_prune(self, kind: str) -> Iterator[list[int]]:
        """Yield the keys, in some portions, of the revisions of a kind that may go.

        What was published or restored stays for ever, as does what a preview link shows. Of what
        was saved, and of what was typed only, everything stays for 30 days; then the last of each
        day, by UTC; after a year, the last of each month. So the newest of a post always stays.
        """
        now = timezone.now()
        recent, this_year = now - KEPT_WHOLE, now - KEPT_DAILY
        all_rows = self.filter(kind=kind, saved_at__lt=recent)
        rows = all_rows.newest_first()
        seen: set[int] = set()  # the posts that have a revision in the period
        period = ""
        while page := list(rows.values_list("pk", "post_id", "saved_at")[:PAGE]):
            doomed = []
            for pk, post, saved_at in page:
                day = f"{saved_at.astimezone(UTC):%Y-%m-%d}"
                if (this := day if saved_at >= this_year else day[:7]) != period:
                    period, seen = this, set()
                if post in seen:
                    doomed.append(pk)
                seen.add(post)
            rows = all_rows.beyond(saved_at, pk)
            yield doomed

    def prune(self, keys: list[int]) -> int:
        """Remove these, but for what has been published or shown since; return how many."""
        rows = self.filter(pk__in=keys, kind__in=PRUNED, preview_links=None)
        return rows.filter(saved_at__lt=timezone.now() - KEPT_WHOLE).delete()[0]

    def newest(self, post: "Post") -> "Revision | None":
        """The newest that was the post's text."""
        texts = self.of(post).exclude(kind=Revision.Kind.SET_ASIDE)
        return texts.newest_first().first()

    def keep_stored(self, stored: "Post") -> bool:
        """Keep a post's text that is about to change; return False if it is kept already.

        So a post from before there were revisions gets its first one, as does a text that was
        changed past the verbs. The post's row is locked.
        """
        newest, text = self.newest(stored), text_of(stored)
        if newest and newest.says(text):
            return False
        was_public = stored.last_state != stored.Status.DRAFT
        self.create(
            post=stored,
            editor_id=stored.author_id,
            kind=Revision.Kind.PUBLISHED if was_public else Revision.Kind.SAVED,
            created_at=stored.updated_at,
            saved_at=stored.updated_at,
            version=stored.version,
            **text,
        )
        return True

    def keep(self, post: "Post", kind: str, by: User | None, *, apart: bool = False) -> None:
        """Keep what a post says now, by its author unless by somebody else. Its row is locked.

        A save within half an hour of the last one, by the same person, goes on with that one's row,
        for twelve hours at the most, unless it is to stay apart or a preview shows that row. A
        published row never changes. A text that is no other than the newest row's makes a row only
        where it was saved and is now published.
        """
        text, editor, now = text_of(post), by.pk if by else post.author_id, timezone.now()
        newest = self.of(post).newest_first().first()
        is_same = newest is not None and newest.is_text and newest.says(text)
        if newest and is_same and kind in (Revision.Kind.SAVED, newest.kind):
            return
        if newest and newest.kind == Revision.Kind.SAVED and newest.editor_id == editor:
            is_session = (
                kind == Revision.Kind.SAVED
                and not apart
                and newest.saved_at > now - SESSION
                and newest.created_at > now - LONGEST_SESSION
                and not newest.preview_links.exists()
            )
            if is_session or (is_same and kind == Revision.Kind.PUBLISHED):
                values = text | {"kind": kind, "saved_at": now, "version": post.version}
                self.filter(pk=newest.pk).update(**values)
                return
        self.create(post=post, editor_id=editor, kind=kind, version=post.version, **text)

    def set_aside(self, copy: "WorkingCopy", by: User | None = None) -> "Revision | None":
        """Keep what was typed and not saved as a revision of its post; the copy may go then.

        Return None where the post says the same. The text is sanitised, as a save would have done;
        one that is too intricate for that is kept as its source.
        """
        if copy.post is None:
            raise ValueError("What belongs to no post yet cannot be a revision of it.")
        fields, body = copy.fields, copy.body
        text = {
            "title": str(fields.get("title", ""))[:200],
            "body": shown_as_source(body) if is_too_intricate(body) else sanitise(body),
            "excerpt": str(fields.get("excerpt", ""))[:300],
        }
        is_same = all(getattr(copy.post, name) == value for name, value in text.items())
        if is_same and not fields.keys() - text.keys():
            return None
        return self.create(
            post=copy.post,
            editor_id=by.pk if by else copy.author_id,
            kind=Revision.Kind.SET_ASIDE,
            created_at=copy.created_at,
            saved_at=copy.updated_at,
            version=copy.base_version or copy.post.version,
            details={"typed": fields} if fields else {},
            **text,
        )


class Revision(models.Model):
    class Kind(models.TextChoices):
        SAVED = "saved", _("Saved")
        PUBLISHED = "published", _("Published")
        RESTORED = "restored", _("Restored")
        SET_ASIDE = "set_aside", _("Typed, but not saved")

    post = models.ForeignKey(
        "posts.Post",
        models.PROTECT,
        related_name="revisions",
        verbose_name=_("post"),
        db_index=False,  # the index below begins with it
    )
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="revisions",
        verbose_name=_("by"),
    )
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    saved_at = models.DateTimeField(_("last saved"), default=timezone.now)
    version = models.PositiveIntegerField(_("version of the post"))
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    excerpt = models.CharField(_("excerpt"), max_length=300, blank=True)
    details = models.JSONField(
        _("the rest"), default=dict, help_text=_("Tags, language, cover, words for search engines.")
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        indexes = [
            models.Index(name="posts_revision_newest", fields=["post", "saved_at", "id"]),
            models.Index(name="posts_revision_prunable", fields=["kind", "saved_at", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.saved_at:%Y-%m-%d %H:%M}"

    @property
    def is_text(self) -> bool:
        """Whether the post has said this; else it was typed only."""
        return self.kind != self.Kind.SET_ASIDE

    @property
    def text(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in TEXT} | {"details": self.details}

    @property
    def rendered(self) -> str:
        """Return its text as readers would get it."""
        return rendering.render(self.body)[0]

    def says(self, text: dict[str, Any]) -> bool:
        return self.text == text

    def apply_to(self, post: "Post") -> None:
        """Give the post this text, unsaved, with what went with it."""
        for name in TEXT:
            setattr(post, name, getattr(self, name))
        post.opening = opening(self.body)
        if not self.is_text:  # its details are as they were typed
            return
        for name in DETAILS:
            setattr(post, name, self.details.get(name, None if name == "cover_id" else ""))
        post.previewed_tags = Tag.objects.unsaved(self.details.get("tags", []))
