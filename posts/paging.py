"""Cursor paging: pages that begin at a row, not at a number.

An offset makes the database walk over every row it leaves out; a cursor lets it begin in the index
at the row itself, so the last page of a million costs what the first does, and a new post moves
nothing.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest
from django.views.generic.list import MultipleObjectMixin

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,18})")
_MICROSECOND = timedelta(microseconds=1)

Row = TypeVar("Row", bound=Model)


class CursorPage(Generic[Row]):
    """A page of a queryset ordered by ("-<time>", "-pk"), or by what another table keeps of both.

    `rows` are its rows; `older` and `newer` the cursors of its neighbours, or "" at an end; `query`
    is what its own address ends in. Raise Http404 for a cursor that no page ever had.
    """

    def __init__(self, queryset: QuerySet[Row], params: Mapping[str, str], size: int) -> None:
        self._time, self._key = (str(name).removeprefix("-") for name in queryset.query.order_by)
        before, after = params.get("before"), params.get("after")
        if after and not before:
            ascending = queryset.filter(self._beyond(after, "gt")).order_by(self._time, self._key)
            rows = list(ascending[: size + 1])
            has_newer, has_older = len(rows) > size, True
            rows = rows[size - 1 :: -1] if has_newer else rows[::-1]
        else:
            if before:
                queryset = queryset.filter(self._beyond(before, "lt"))
            rows = list(queryset[: size + 1])
            has_newer, has_older = bool(before), len(rows) > size
            rows = rows[:size]
        self.rows = rows
        self.newer = self._cursor(rows[0]) if rows and has_newer else ""
        self.older = self._cursor(rows[-1]) if rows and has_older else ""
        self.is_first = not before and not (after and (has_newer or not rows))
        cursor = {"before": before} if before else {"after": after}
        self.query = "" if self.is_first else f"?{urlencode(cursor)}"

    def _cursor(self, row: Row) -> str:
        time: datetime = getattr(row, self._time.rpartition("__")[2])
        return f"{(time - _EPOCH) // _MICROSECOND}.{row.pk}"

    def _beyond(self, cursor: str, side: str) -> Q:
        """Return the condition for rows on one side of a cursor.

        The first half says nothing new; it is the range in which a database enters its index.
        """
        match = _CURSOR.fullmatch(cursor)
        if not match:
            raise Http404("There is no such page.")
        try:
            time = _EPOCH + int(match[1]) * _MICROSECOND
        except OverflowError as error:
            raise Http404("There is no such page.") from error
        enters = Q(**{f"{self._time}__{side}e": time})
        beyond = Q(**{f"{self._time}__{side}": time})
        return enters & (beyond | Q(**{self._time: time, f"{self._key}__{side}": int(match[2])}))


class CursorPagingMixin(MultipleObjectMixin):
    """Gives a ListView cursor pages; the template reads `page_obj` as a CursorPage."""

    request: HttpRequest

    def paginate_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any], page_size: int
    ) -> tuple[None, CursorPage[Any], list[Any], bool]:
        page = CursorPage(queryset, self.request.GET, page_size)
        return None, page, page.rows, bool(page.older or page.newer)
