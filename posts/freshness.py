"""Since when the public pages are as they are: an honest Last-Modified (RFC 9110 §8.8.2)."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db.models import Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import http_date

from accounts.models import User
from posts.models import Post

#: A deployment changes templates and settings, and begins with a new process.
STARTED_AT = timezone.now()

#: A header tells whole seconds, and a transaction may commit up to a second after the time that it
#: notes: for so long after a change, more may come to light of the same second.
UNSETTLED = timedelta(seconds=2)


def last_modified(request: HttpRequest) -> datetime:
    """Return when anything that public pages show changed last, never later than now.

    That is any post in any way, any profile, a date to which a post was scheduled, or the code. It
    costs one query of three looks into an index. Ask before reading what it is said of.

    What changed a moment ago is given a time before all that may still come of that moment, so that
    nobody is told later that they have it (RFC 9110 §8.8.2.1); and while it lasts, dates that the
    request brings say too little to be believed.
    """
    now = timezone.now()
    changed = Post.objects.order_by("-changed_at").values("changed_at")[:1]
    listed = Post.objects.published().order_by("-listed_at").values("listed_at")[:1]
    people = User.objects.order_by("-changed_at")  # without anybody there are no posts either
    row = people.values_list("changed_at", Subquery(changed), Subquery(listed)).first()
    newest = min(max([STARTED_AT, *filter(None, row or ())]), now)
    if now - newest < UNSETTLED:
        request.META.pop("HTTP_IF_MODIFIED_SINCE", None)
        return newest - UNSETTLED
    return newest


def stamp(response: HttpResponseBase, at: datetime) -> None:
    """Say of an answer that is one for everybody since when it is so, and that it may change."""
    if response.status_code == 200:
        response.headers["Last-Modified"] = http_date(at.timestamp())
    patch_cache_control(response, no_cache=True)


def is_impersonal(request: HttpRequest) -> bool:
    """Return whether nothing is known of the visitor: not who they are, nor what to tell them."""
    return not {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name} & request.COOKIES.keys()


class PublicPageMixin:
    """Says of a page that shows nothing of its visitor since when it is as it is."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        at = last_modified(request) if is_impersonal(request) else None
        response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if at:
            stamp(response, at)
        return response
