"""What people choose for themselves; all else is the provider's to say."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


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
