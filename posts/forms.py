"""What an author types, checked so that nothing of it gets lost."""

import math
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from posts import illustrations, sanitiser, slugs
from posts.details import DETAIL_FIELDS, DetailsMixin
from posts.models import Address, Post
from posts.widgets import BodyEditor, FreshHiddenInput

MAX_BODY_BYTES = 1_000_000


class CleanTextMixin:
    """The rules for title and body, whoever types them.

    After is_valid(), `removed` names what the sanitiser took out of the body.
    """

    cleaned_data: dict[str, Any]
    instance: Post
    removed: list[str]

    def clean_title(self) -> str:
        title = " ".join(self.cleaned_data["title"].split())
        if not sanitiser.has_ink(title):
            raise ValidationError(_("A post needs a title that can be seen."), code="required")
        return title

    def clean_body(self) -> str:
        typed = self.cleaned_data["body"].replace("\r\n", "\n")
        size = len(typed.encode())
        # What is stored can be longer than it was typed, "&amp;" for "&", and must stay editable.
        if size > MAX_BODY_BYTES and typed != illustrations.plain(self.instance.body):
            raise ValidationError(
                _("The text is %(size)s kB long; a post holds 1,000 kB. Split it into several."),
                code="max_length",
                params={"size": f"{math.ceil(size / 1000):,}"},
            )
        if sanitiser.is_too_intricate(typed):
            raise ValidationError(
                _(
                    "The text has more than %(elements)s elements, or nests them more than "
                    "%(depth)s deep. Close those that have ended, or split the post."
                ),
                code="intricate",
                params={
                    "elements": f"{sanitiser.MAX_ELEMENTS:,}",
                    "depth": sanitiser.MAX_NESTING,
                },
            )
        if undescribed := illustrations.undescribed(typed):
            raise ValidationError(
                _(
                    "Describe picture %(numbers)s for readers who cannot see it, with "
                    'alt="what it shows" in its <img>. If it only decorates, say so: alt="".'
                ),
                code="undescribed",
                params={"numbers": ", ".join(map(str, undescribed))},
            )
        body = sanitiser.sanitise(typed)
        self.removed = sanitiser.removed(typed, body)
        if sanitiser.is_blank(body):
            raise ValidationError(
                _("Nothing of this text can be shown to a reader. Left out: %(removed)s")
                if self.removed
                else _("A post needs a text that can be seen."),
                code="required",
                params={"removed": ", ".join(self.removed)},
            )
        return body


class PostForm(CleanTextMixin, DetailsMixin):
    """The form of a post, new or not.

    `version` is the save the text is based on; `submission` makes the form, sent twice, one post;
    `form` is this form on this page, under which what is typed is kept: two tabs are two.
    """

    # Not of the model's fields: only its verbs can give a post an address or a date.
    slug = forms.CharField(
        label=_("Address"),
        required=False,
        help_text=_("The last part of the post's address. Left empty, it is made from the title."),
    )
    published_at = forms.DateTimeField(
        label=_("Publish at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)
    form = forms.UUIDField(required=False, widget=FreshHiddenInput)

    field_order = ["title", "body", "tags", "excerpt", *DETAIL_FIELDS]

    class Meta:
        model = Post
        fields = [
            *("title", "body", "excerpt", "cover", "language"),
            *("seo_title", "seo_description", "canonical_url"),
        ]
        labels = {
            "title": _("Title"),
            "body": _("Text"),
            "excerpt": _("Excerpt"),
            "cover": _("Cover image"),
            "seo_title": _("Heading in search results"),
            "seo_description": _("Words below it in search results"),
            "canonical_url": _("First published at"),
        }
        help_texts = {
            "body": _("Plain text, with an empty line between paragraphs, or HTML."),
            "excerpt": _("Shown in lists. Left empty, the first words of the text are."),
            "cover": _("Above the text, and where the post is shared. One of your own images."),
            "seo_title": _("Left empty, the title."),
            "seo_description": _("Left empty, the excerpt."),
            "canonical_url": _(
                "The address of the first publication elsewhere, where search engines should lead."
            ),
        }
        widgets = {
            "body": BodyEditor,
            "excerpt": forms.Textarea(attrs={"rows": 3}),
            "seo_description": forms.Textarea(attrs={"rows": 3}),
            "canonical_url": forms.URLInput,
        }
        error_messages = {
            "title": {"required": _("A post needs a title.")},
            "body": {"required": _("A post needs a text.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        for name in ("title", "excerpt", "seo_title", "seo_description", "canonical_url"):
            # A browser cuts what is pasted to this length and does not say so.
            self.fields[name].widget.attrs.pop("maxlength", None)
        self.fields["published_at"].help_text = _(
            "Left empty, at once. A time to come schedules the post. Time zone: %(zone)s."
        ) % {"zone": timezone.get_current_timezone_name()}
        self.initial["body"] = illustrations.plain(self.initial.get("body") or "")
        if self.instance.pk is None:
            self.initial.setdefault("submission", uuid.uuid4())
        elif self.instance.addresses.public().exists():
            self.fields["slug"].help_text = _(
                "The last part of the post's address. The one it has now will lead to a new one."
            )
        self.initial.setdefault("form", uuid.uuid4())
        self.initial.update(slug=self.instance.slug, version=self.instance.version)
        if self.instance.published_at:
            self.initial["published_at"] = self.instance.published_at
            shown = self.fields["published_at"].widget.format_value(
                timezone.localtime(self.instance.published_at)
            )
            if self.data.get("published_at") == shown:
                # Left as it was, which is more exact than it is shown, and no hour of a clock
                # put back is asked about.
                self.data = {**dict(self.data.items()), "published_at": self.instance.published_at}

    @property
    def text_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in DETAIL_FIELDS]

    @property
    def detail_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in DETAIL_FIELDS]

    @property
    def has_details_in_error(self) -> bool:
        return any(name in self.errors for name in DETAIL_FIELDS)

    def clean_slug(self) -> str:
        """Return the slug that was asked for, in its one spelling; "" to have one made."""
        typed = unquote(self.cleaned_data["slug"])  # as copied from an address bar
        slug = slugs.slugify(typed, max_length=len(typed) + 1)
        if not typed:
            return ""
        if not slug:
            raise ValidationError(_("An address needs a letter or a digit."), code="invalid")
        if slug == self.instance.slug:
            return slug
        if len(slug) > slugs.MAX_LENGTH:
            raise ValidationError(
                _("An address has at most %(most)s characters; this one has %(length)s."),
                code="max_length",
                params={"most": slugs.MAX_LENGTH, "length": len(slug)},
            )
        if slug in slugs.reserved():
            raise ValidationError(
                _("The site itself uses the address “%(slug)s”. Choose another."),
                code="reserved",
                params={"slug": slug},
            )
        if Address.objects.filter(slug=slug).exclude(post=self.instance.pk).exists():
            raise self.address_taken(slug)
        return slug

    @staticmethod
    def address_taken(slug: str) -> ValidationError:
        return ValidationError(
            _("The address “%(slug)s” belongs to another post. Choose another."),
            code="taken",
            params={"slug": slug},
        )

    def clean_published_at(self) -> datetime | None:
        typed = self.cleaned_data["published_at"]
        if typed is not None and typed == self.instance.published_at:
            return typed
        if typed is None and self.instance.is_scheduled:
            return timezone.now()
        if typed is None and not self.instance.is_draft:
            return self.instance.published_at
        if typed and not 1900 <= typed.year <= 2200:
            raise ValidationError(_("The year must be between 1900 and 2200."), code="year")
        if typed and typed > timezone.now() and self.instance.is_public:
            raise ValidationError(
                _("This post is public already. Unpublish it first to schedule it."), code="public"
            )
        return typed


def left_out(things: list[str]) -> str:
    """Return what the sanitiser removed, in a line that still can be read."""
    shown = ", ".join(things[:12])
    more = len(things) - 12
    words = gettext("Left out or changed, as a page may not carry it: %s") % shown
    return words + (gettext(" and %s more") % more if more > 0 else "")
