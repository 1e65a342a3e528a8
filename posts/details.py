"""What goes with a text: tags, its language, a cover, and words for search engines."""

import unicodedata
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from posts import slugs
from posts.models import Image, Post, Tag
from posts.models.tag import LONGEST_TAG

MOST_TAGS = 20

#: The fields of a post's form that stand behind "More", in their order.
DETAIL_FIELDS = [
    *("slug", "published_at", "cover", "language"),
    *("seo_title", "seo_description", "canonical_url"),
]


@cache
def languages() -> list[tuple[str, str]]:
    """Return the languages a post can be in, each by the name it gives itself."""
    known = {
        code: unicodedata.normalize("NFC", info["name_local"])
        for code, info in LANG_INFO.items()
        if "name_local" in info
    }
    return sorted(known.items(), key=lambda item: item[1].casefold())


class CoverSelect(forms.Select):
    """The choice of a cover, each with its address for static/js/cards.js."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value:
            option["attrs"]["data-src"] = value.instance.url(value.instance.widths[0])
        return option


class DetailsMixin(forms.ModelForm):
    """The fields of what goes with a text, and their rules."""

    instance: Post

    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        help_text=_("What it is about, in a few words with commas between: gardens, city life."),
        widget=forms.TextInput(attrs={"autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site = dict(languages()).get(settings.LANGUAGE_CODE, settings.LANGUAGE_CODE)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"),
            required=False,
            choices=[("", _("The site's: %(name)s") % {"name": site}), *languages()],
            help_text=_("Read aloud, hyphenated and searched as such."),
        )
        if self.instance.pk:
            self.initial["tags"] = ", ".join(tag.name for tag in self.instance.tags.all())
        cover = self.fields["cover"]
        cover.widget = CoverSelect(choices=cover.widget.choices)
        cover.queryset = Image.objects.choice_for_cover(self.instance)  # type: ignore[attr-defined]
        cover.empty_label = _("None")  # type: ignore[attr-defined]

    def clean_tags(self) -> list[str]:
        """Return the names of the tags, in the spelling that each had first."""
        typed = [" ".join(name.split()) for name in self.cleaned_data["tags"].split(",")]
        by_slug: dict[str, str] = {}
        for name in filter(None, typed):
            slug = slugs.slugify(name, max_length=LONGEST_TAG)
            if not slug:
                raise ValidationError(
                    _("“%(name)s” has no letter or digit in it, which a tag needs."),
                    code="invalid",
                    params={"name": name},
                )
            if len(name) > LONGEST_TAG:
                raise ValidationError(
                    _("“%(name)s” is longer than the %(most)s characters of a tag."),
                    code="max_length",
                    params={"name": name, "most": LONGEST_TAG},
                )
            by_slug.setdefault(slug, name)
        if len(by_slug) > MOST_TAGS:
            raise ValidationError(
                _("A post has at most %(most)s tags; these are %(count)s."),
                code="too_many",
                params={"most": MOST_TAGS, "count": len(by_slug)},
            )
        known = dict(Tag.objects.filter(slug__in=by_slug).values_list("slug", "name"))
        return [known.get(slug, name) for slug, name in by_slug.items()]
