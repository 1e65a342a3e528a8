"""What has to happen around every request."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import (
    get_conditional_response,
    has_vary_header,
    patch_vary_headers,
    set_response_etag,
)
from django.utils.http import parse_http_date_safe
from django_http_compression.middleware import HttpCompressionMiddleware

from config import views
from posts.freshness import is_impersonal

GetResponse = Callable[[HttpRequest], HttpResponse]


class HealthMiddleware:
    """Answer those who ask after the process before anything asks by which name they came."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            if request.path_info == "/healthz":
                return views.healthz(request)
            if request.path_info == "/readyz":
                return views.readyz(request)
        return self.get_response(request)


class TrustedProxyMiddleware:
    """Believe what a proxy says of the visitor, if it is one of ours; else forget it.

    Behind a trusted proxy REMOTE_ADDR becomes the visitor's address: the last of
    X-Forwarded-For that is not a trusted proxy itself.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trusted = settings.TRUSTED_PROXIES
        if request.META.get("REMOTE_ADDR") in trusted:
            forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            visitors = [hop.strip() for hop in forwarded if hop.strip() not in ("", *trusted)]
            if visitors:
                request.META["REMOTE_ADDR"] = visitors[-1]
        else:
            for name in ("FOR", "PROTO", "HOST"):
                request.META.pop(f"HTTP_X_FORWARDED_{name}", None)
        return self.get_response(request)


class CompressionMiddleware(HttpCompressionMiddleware):
    """Compresses JSON Feeds as it does Atom and RSS."""

    content_type_re = re.compile(
        f"{HttpCompressionMiddleware.content_type_re.pattern} | ^application/feed\\+json",
        HttpCompressionMiddleware.content_type_re.flags,
    )


class ConditionalGetMiddleware:
    """Answer 304 to who has the page already (RFC 9110 §13); as Django's, and for HEAD too.

    A page that shows who is signed in has the tokens of its forms in it, new each time: it gets no
    ETag, which no later page would match. Of others the ETag is weak, so that it is one for all
    forms a page is compressed in, and stands on a 304 as it did on the page (§8.8.1, §15.4.5).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD") or self.is_personal(request, response):
            return response
        is_kept = "no-store" not in response.get("Cache-Control", "")
        if response.status_code == 200 and is_kept and not response.has_header("ETag"):
            set_response_etag(response)
            if etag := response.get("ETag"):
                response.headers["ETag"] = f"W/{etag}"
                patch_vary_headers(response, ["Accept-Encoding"])
        last_modified = parse_http_date_safe(response.get("Last-Modified", ""))
        conditional = get_conditional_response(
            request, response.get("ETag"), last_modified, response
        )
        return conditional or response

    @staticmethod
    def is_personal(request: HttpRequest, response: HttpResponse) -> bool:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        return has_session and has_vary_header(response, "Cookie")


class CacheControlMiddleware:
    """Have every answer asked for anew that does not say itself how long it may be kept.

    Otherwise browsers and caches keep a page for as long as they see fit, and a 301, 404 or 410 for
    good (RFC 9111 §4.2.2, RFC 9110 §15.1). What is for somebody in particular is for no cache that
    others share.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        default = "no-cache" if is_impersonal(request) else "private, no-cache"
        response.headers.setdefault("Cache-Control", default)
        return response


class OwnErrorPagesMiddleware:
    """Give answers that Django makes by itself the site's own pages: 405, and 404 under DEBUG."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            page = render(request, "405.html", status=405)
            page["Allow"] = response["Allow"]
            return page
        if response.status_code == 404 and settings.DEBUG and not response.streaming:
            return render(request, "404.html", status=404)
        return response


class ContentSecurityPolicyMiddleware:
    """Tell browsers that pages run, load and style themselves with what the site serves, alone."""

    #: No form-action: browsers apply it to redirects too, and signing out ends at the provider.
    POLICY = (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Django's own page about an error, under DEBUG, has its styles and scripts within it.
        if not (settings.DEBUG and response.status_code == 500):
            response.headers.setdefault("Content-Security-Policy", self.POLICY)
        return response
