"""Pictures: uploaded, chosen from again, and served."""

import time
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import etag, require_safe

from accounts.decorators import recheck_not_required, unconfirmed_may_post
from accounts.middleware import login_required_json, wants_json
from posts import images
from posts.models import Image
from posts.paging import CursorPage
from posts.refusals import ImageRefused
from posts.uploads import MAX_READ
from posts.views.access import SignedInRequest, WriterRequiredMixin

UPLOADS_PER_WINDOW = 60
WINDOW_SECONDS = 10 * 60
PER_PAGE = 24


# While the provider is out of reach too: no page shows a picture before a post does.
@method_decorator(unconfirmed_may_post, name="dispatch")
class ImageUploadView(WriterRequiredMixin, View):
    """A person's own pictures, and a form for one more: for the editor as JSON, else as a page."""

    http_method_names = ["get", "post", "head", "options"]
    request: SignedInRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if wants_json(request) and not request.user.is_authenticated:
            return login_required_json(request)
        try:
            return super().dispatch(request, *args, **kwargs)
        except PermissionDenied as error:
            if not wants_json(request):
                raise
            return refusal(ImageRefused("forbidden", str(error), status=403))

    def get(self, request: SignedInRequest) -> HttpResponse:
        page = CursorPage(Image.objects.by(request.user), request.GET, PER_PAGE)
        if wants_json(request):
            return JsonResponse(
                {
                    "images": [as_json(image, image.alt) for image in page.rows],
                    "older": page.older,
                    "newer": page.newer,
                }
            )
        uploaded = Image.objects.filter(digest=request.GET.get("uploaded", "")).first()
        return self.page(page, uploaded=uploaded)

    def post(self, request: SignedInRequest) -> HttpResponse:
        try:
            image, was_animated = self.store()
        except ImageRefused as refused:
            if wants_json(request):
                return refusal(refused)
            page = CursorPage(Image.objects.by(request.user), {}, PER_PAGE)
            return self.page(page, refused=refused)
        notice = (
            _("The picture moves; a post shows its first frame, which nobody has to stop.")
            if was_animated
            else ""
        )
        alt = request.POST.get("alt", "").strip()
        if wants_json(request):
            caption = request.POST.get("caption", "").strip()
            answer = as_json(image, alt, caption) | {"notice": notice}
            return JsonResponse(answer, status=201)
        messages.success(request, _("Uploaded. Its HTML is below, to be put into a text."))
        if notice:
            messages.warning(request, notice)
        return redirect(f"{reverse('posts:upload')}?uploaded={image.digest}")

    def store(self) -> tuple[Image, bool]:
        """Keep what was sent; return it, and if it was animated. Raise ImageRefused."""
        request = self.request
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_READ:
            raise images.too_large()
        files = [file for name in request.FILES for file in request.FILES.getlist(name)]
        if not files:
            raise ImageRefused("missing", _("Choose a picture to upload."))
        if len(files) > 1:
            raise ImageRefused("several", _("Upload one picture at a time."))
        alt = request.POST.get("alt", "").strip()
        if not alt and not request.POST.get("decorative"):
            raise ImageRefused(
                "undescribed",
                _("Describe the picture for readers who cannot see it, or say that it decorates."),
            )
        if len(alt) > 500:
            raise ImageRefused(
                "alt_too_long",
                _("The description has %(length)s characters; 500 fit. Say the rest in the text.")
                % {"length": len(alt)},
            )
        count_upload(request.user.pk)
        prepared = images.prepare(files[0])
        image = Image.objects.store(prepared, request.user, files[0].name or "", alt)
        return image, prepared.was_animated

    def page(
        self,
        page: CursorPage[Image],
        uploaded: Image | None = None,
        refused: ImageRefused | None = None,
    ) -> HttpResponse:
        return render(
            self.request,
            "posts/images.html",
            {
                "page_obj": page,
                "image_list": page.rows,
                "is_paginated": bool(page.older or page.newer),
                "uploaded": uploaded,
                "refused": refused,
                "alt": self.request.POST.get("alt", ""),
                "is_decorative": bool(self.request.POST.get("decorative")),
            },
            status=refused.status if refused else 200,
        )


def count_upload(person: int) -> None:
    """Count one more upload of a person. Raise ImageRefused if it is one too many for now."""
    now = int(time.time())
    key = f"posts.uploads.{person}.{now // WINDOW_SECONDS}"
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        count = cache.incr(key)
    except ValueError:  # the cache has no place for it, and no reason to refuse
        return
    if count > UPLOADS_PER_WINDOW:
        raise ImageRefused(
            "too_many",
            _("That were %(most)s pictures within ten minutes. Go on in a few minutes.")
            % {"most": UPLOADS_PER_WINDOW},
            status=429,
            retry_after=WINDOW_SECONDS - now % WINDOW_SECONDS,
        )


def as_json(image: Image, alt: str, caption: str = "") -> dict[str, Any]:
    return {
        "src": image.src,
        "srcset": image.srcset(),
        "width": image.width,
        "height": image.height,
        "alt": alt,
        "caption": caption,
        "name": image.name,
        "html": image.markup(alt, caption),
    }


def refusal(refused: ImageRefused) -> JsonResponse:
    response = JsonResponse(
        {"error": refused.code, "message": str(refused.words)}, status=refused.status
    )
    if refused.retry_after:
        response["Retry-After"] = str(refused.retry_after)
    return response


def image_etag(request: HttpRequest, name: str) -> str | None:
    """Return what an address says of a picture's content; None to who asks after one removed."""
    is_asked_after = "If-None-Match" in request.headers
    return None if is_asked_after and not default_storage.exists(name) else f'"{name}"'


@recheck_not_required
@require_safe
@etag(image_etag)
def image_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with a picture's file, of which the address says the content, and so for ever."""
    try:
        file = default_storage.open(name)
    except FileNotFoundError as error:
        raise Http404("There is no such picture.") from error
    response = FileResponse(file, content_type=f"image/{name.rpartition('.')[2]}")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
