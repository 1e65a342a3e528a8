"""What readers get of a post's text, made once, when the text is saved."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from accounts.fields import ExactCharField
from posts import rendering, word_count
from posts.sanitiser import OPENING_LENGTH, opening, sanitise

#: What is made of a text.
RENDERED = ("opening", "rendered", "rendered_from", "contents", "word_count")

LONG = 500  # words of a text that readers look over before they read it, if it is in parts
MANY = 3  # headings
SLIPS = timedelta(days=1)  # for how long after publication a change is but a mended slip


class Rendered(models.Model):
    """The text, as it is printed, and what was counted and found in it on the way."""

    body = models.TextField(_("text"), help_text=_("Sanitised HTML, printed as it is."))
    language = ExactCharField(
        _("language"),
        max_length=35,
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty for the site's own."),
    )
    opening = models.CharField(
        _("first words"),
        max_length=OPENING_LENGTH,
        blank=True,
        editable=False,
        help_text=_("Of the text, for lists; kept so that a list reads no text."),
    )
    rendered = models.TextField(
        _("text as printed"), blank=True, editable=False, default="", db_default=""
    )
    rendered_from = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        default="",
        db_default="",
        help_text=_("The digest of the text, and of the rules, that it was made from."),
    )
    contents = models.JSONField(
        _("contents"), null=True, editable=False, help_text=_("Its headings, with their anchors.")
    )
    word_count = models.PositiveIntegerField(_("words"), default=0, db_default=0, editable=False)
    updated_at = models.DateTimeField(_("text changed"), default=timezone.now, editable=False)

    # Of Post, which this is half of.
    objects: Any
    published_at: Any
    revisions: Any

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        update_fields = kwargs.get("update_fields")
        if update_fields is None or "body" in update_fields:
            self.settle_text()
            if update_fields is not None:
                kwargs["update_fields"] = {*update_fields, *RENDERED}
        super().save(*args, **kwargs)

    def settle_text(self) -> None:
        """Make the text what it will be once stored."""
        self.body = sanitise(self.body)
        self.render()

    def render(self) -> bool:
        """Make what is printed, unless it is of this text and by these rules; return whether."""
        digest = rendering.digest(self.body)
        if self.rendered_from == digest:
            return False
        self.opening = opening(self.body)
        self.rendered, self.contents, self.word_count = rendering.render(self.body)
        self.rendered_from = digest
        return True

    def store_rendering(self) -> bool:
        """Store what is printed if it had to be made; return False if another was faster.

        The text is the same, so its version and date stay. If readers see a difference, the page
        is as new as this.
        """
        stored = {name: getattr(self, name) for name in RENDERED}
        if not self.render():
            return False
        made = {name: getattr(self, name) for name in RENDERED}
        digest = stored.pop("rendered_from")
        if any(made[name] != value for name, value in stored.items()):
            made["changed_at"] = timezone.now()
        row = type(self).objects.filter(pk=self.pk, rendered_from=digest)
        return bool(row.update(**made))

    # What it is

    @property
    def direction(self) -> str:
        """Return how its language is written, "ltr" or "rtl"; else "auto", for browsers to see."""
        try:
            return "rtl" if get_language_info(self.language)["bidi"] else "ltr"
        except KeyError:
            return "auto"

    @property
    def reading_minutes(self) -> int:
        """Return the whole minutes it takes to read; 0 if there are no words."""
        return word_count.minutes(self.word_count)

    @cached_property
    def revised_at(self) -> datetime | None:
        """Return when the text was last changed if that is news to who read it when it was new.

        A date may be from long before a post was here to read: it was new when it was published.
        """
        if not (self.pk and self.published_at and self._is_news_since(self.published_at)):
            return None
        if first := self.revisions.first_published_at():
            return self.updated_at if self._is_news_since(first) else None
        is_draft = self.revisions.exists()  # else it is from before there were revisions
        return None if is_draft else self.updated_at

    def _is_news_since(self, was_new_at: datetime) -> bool:
        return self.updated_at >= was_new_at + SLIPS

    @property
    def outline(self) -> list[dict[str, Any]]:
        """Return the headings of a long text, each with the `parts` below it; of another, none."""
        headings = self.contents or []
        if len(headings) < MANY or self.word_count < LONG:
            return []
        top: list[dict[str, Any]] = []
        path: list[dict[str, Any]] = []
        for heading in headings:
            entry = {**heading, "parts": []}
            while path and path[-1]["level"] >= entry["level"]:
                path.pop()
            (path[-1]["parts"] if path else top).append(entry)
            path.append(entry)
        return top
