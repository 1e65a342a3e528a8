"""What people choose for themselves; all else is the provider's to say."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User

MOST_LINKS = 5


@cache
def zones() -> list[str]:
    """Return the time zones of places, by name, and UTC."""
    places = {name for name in available_timezones() if "/" in name and name[:4] != "Etc/"}
    return ["UTC", *sorted(places)]


class TimeZoneForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["time_zone"]
        labels = {"time_zone": _("Time zone")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        site = _("The site's: %(zone)s") % {"zone": timezone.get_default_timezone_name()}
        choices = [("", site), *((name, name.replace("_", " ")) for name in zones())]
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"),
            choices=choices,
            required=False,
            help_text=_("For the dates you type and read on your dashboard, such as “Publish at”."),
        )


class LinesField(forms.CharField):
    """Text of several lines, parted as Python parts them: a browser sends two characters."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return "\n".join((super().to_python(value) or "").splitlines())


class ProfileForm(forms.Form):
    """What somebody says of themselves: `bio`, and `links` as a list."""

    bio = LinesField(
        label=_("About you"),
        max_length=500,
        required=False,
        help_text=_("A few sentences for readers, in plain text."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    links = LinesField(
        label=_("Your other pages"),
        max_length=MOST_LINKS * 500,
        required=False,
        help_text=_("Their addresses, one on each line, at most five: https://…"),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "spellcheck": "false"}),
    )

    @classmethod
    def of(cls, user: User) -> "ProfileForm":
        """Return the form with what somebody says now."""
        return cls(initial={"bio": user.bio, "links": user.links})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_links(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["links"].splitlines()]
        is_address = URLValidator(["http", "https"])
        errors = []
        for number, line in enumerate(lines, start=1):
            try:
                if line:
                    is_address(line)
            except ValidationError:
                words = _("Line %(number)d is no web address. It begins with https://")
                errors.append(ValidationError(words, code="address", params={"number": number}))
        if errors:
            raise ValidationError(errors)
        links = [link for link in dict.fromkeys(lines) if link]
        if len(links) > MOST_LINKS:
            raise ValidationError(_("At most five addresses, please."), code="too_many")
        return links
