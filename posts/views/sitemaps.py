"""The sitemap, whole or in sections."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.decorators import recheck_not_required
from posts import freshness, sitemaps


@recheck_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    at = freshness.last_modified(request)
    response = HttpResponse(sitemaps.sitemap(), content_type="application/xml")
    freshness.stamp(response, at)
    return response


@recheck_not_required
@require_safe
def sitemap_section(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Answer with a file that the sitemap names; one beyond the last is not found."""
    at = freshness.last_modified(request)
    section = sitemaps.SECTIONS.get(name)
    if section is None or not 0 < number <= -(-section.last_key() // sitemaps.MOST):
        raise Http404("There is no such section.")
    content = sitemaps.urlset(section(number).entries())
    response = HttpResponse(content, content_type="application/xml")
    freshness.stamp(response, at)
    return response
