"""Refuses an address that asks too often, for addresses that anybody may call."""

import ipaddress
from collections.abc import Callable, Collection
from functools import wraps
from time import time
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

WINDOW_SECONDS = 60

View = Callable[..., HttpResponseBase]


def rate_limited(
    name: str, *, a_minute: int, counted: Collection[int] = ()
) -> Callable[[View], View]:
    """Answer 429 (RFC 6585 §4) to an address that has had so many answers in this minute.

    `counted` are the statuses that count; none named means all of them. Where only refusals are
    counted, who is always right may ask without end, and who guesses is stopped.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            network = _network(request)
            if not network:
                return view(request, *args, **kwargs)
            now = time()
            key = f"accounts.rate_limit:{name}:{network}:{now // WINDOW_SECONDS:.0f}"
            if _count(key) > a_minute:
                seconds = int(WINDOW_SECONDS - now % WINDOW_SECONDS) + 1
                return HttpResponse(status=429, headers={"Retry-After": str(seconds)})
            response = view(request, *args, **kwargs)
            if counted and response.status_code not in counted:
                _count(key, -1)
            return response

        return wrapper

    return decorate


def _count(key: str, by: int = 1) -> int:
    """Return how many there are, after adding to them; every process counts in the same cache."""
    cache.add(key, 0, 2 * WINDOW_SECONDS)
    try:
        return cache.incr(key, by)
    except ValueError:  # it was thrown out between the two, to make room
        return 1


def _network(request: HttpRequest) -> str:
    """Return who counts as one: an IPv4 address, or the /64 of an IPv6 one, all of it one site's.

    "" if the server does not know, as behind a Unix socket: were these one, anybody could keep
    the provider out.
    """
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address.packed, 64), strict=False))
