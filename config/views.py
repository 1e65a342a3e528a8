"""What belongs to no app: whether the process lives and is ready, and refused forms."""

from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.kept_forms import form_page, wants_json
from posts import freshness
from posts.links import absolute


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process lives."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while database, migrations and cache are ready, else 503 with what is not."""
    missing = [
        name
        for name, is_ready in [("database", _has_migrated()), ("cache", _cache_keeps())]
        if not is_ready
    ]
    return HttpResponse(
        f"not ready: {', '.join(missing)}\n" if missing else "ok\n",
        content_type="text/plain",
        status=503 if missing else 200,
    )


def _has_migrated() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return False


def _cache_keeps() -> bool:
    try:
        cache.set("config.readyz", "kept", 10)
        return cache.get("config.readyz") == "kept"
    except Exception:  # noqa: BLE001 (each cache has exceptions of its own)
        return False


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Ask crawlers to leave alone what is no text, and say where all texts are listed."""
    closed = ["account", "admin", "dashboard", "login", "oidc", "preview", "register"]
    lines = ["User-agent: *", *(f"Disallow: /{segment}/" for segment in closed)]
    lines += ["", f"Sitemap: {absolute(reverse('posts:sitemap'))}"]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
    freshness.stamp(response, freshness.STARTED_AT)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without its token, keeping in view what was typed into it.

    It can be sent again if the browser vouches that a page of this site sent it: one opened before
    somebody signed in anew in another tab. No form of another site's is ever one click away.
    """
    if wants_json(request):
        return JsonResponse({"error": "csrf"}, status=403, headers={"Cache-Control": "no-store"})
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return form_page(request, "accounts/form_out_of_date.html", 403)
    typed = [
        (name, value)
        for name, value in request.POST.items()
        if name in {"title", "body", "excerpt"} and value
    ]
    return render(request, "403_csrf.html", {"typed": typed}, status=403)
