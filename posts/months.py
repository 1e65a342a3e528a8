"""Months of the site's time zone: how the archive is parted."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.urls import reverse
from django.utils import timezone


@dataclass(frozen=True, order=True)
class Month:
    """A month as the site's clocks have it, whatever the clocks of who asks for it.

    Raise ValueError for one that no calendar has, and for the years before 1000 and after 9998,
    which not every database knows or whose end Python cannot say.
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1000 <= self.year <= 9998 and 1 <= self.number <= 12):
            raise ValueError(f"There is no month {self.number} of {self.year}.")

    @classmethod
    def of(cls, moment: datetime) -> "Month":
        """Return the month that the site's calendar shows at a moment."""
        local = timezone.localtime(moment, timezone.get_default_timezone())
        return cls(local.year, local.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def begins_at(self) -> datetime:
        """Return its first moment, in UTC."""
        return _midnight(self.year, self.number)

    @property
    def ends_at(self) -> datetime:
        """Return the first moment after it, in UTC."""
        return _midnight(self.year + self.number // 12, self.number % 12 + 1)

    def until(self, last: "Month") -> list["Month"]:
        """Return the months from this one to the last, both among them."""
        numbers = range(12 * self.year + self.number - 1, 12 * last.year + last.number)
        return [Month(number // 12, number % 12 + 1) for number in numbers]

    def get_absolute_url(self) -> str:
        return reverse("posts:archive", args=[self.year, self.number])


def _midnight(year: int, month: int) -> datetime:
    """Return the moment at which the site's clocks begin a month, in UTC.

    Where they leave midnight out, it is when they are put forward; where they show it twice, the
    first time.
    """
    begins = datetime(year, month, 1, tzinfo=timezone.get_default_timezone())
    return begins.astimezone(UTC)
