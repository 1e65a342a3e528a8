"""For whom a preview link is, for how long, and of which text."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from posts.models import Post, Revision


class PreviewLinkForm(forms.Form):
    note = forms.CharField(
        label=_("For whom"),
        max_length=100,
        required=False,
        help_text=_("For your own list; nobody else sees it."),
    )
    days = forms.ChoiceField(
        label=_("Ends after"),
        choices=[(1, _("a day")), (7, _("a week")), (30, _("30 days")), (90, _("90 days"))],
        initial=7,
    )
    revision = forms.ModelChoiceField(
        label=_("Shows"),
        queryset=Revision.objects.none(),
        required=False,
        empty_label=_("the latest saved text, whenever it is opened"),
    )

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        newest = Revision.objects.filter(post=post).defer("body").order_by("-pk")
        self.fields["revision"].queryset = newest[:50] if not self.is_bound else newest  # type: ignore[attr-defined]
