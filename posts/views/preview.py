"""What a post will look like before it is public: the public page itself, as anybody gets it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from accounts.decorators import unconfirmed_may_post
from accounts.models.audit_event import visitor
from posts.forms import PostForm
from posts.models import Post, PreviewLink, Tag
from posts.models.revision import text_of
from posts.preview_forms import PreviewLinkForm
from posts.views.access import AuthorRequiredMixin, SignedInRequest, WriterRequiredMixin
from posts.views.reading import post_page


def as_published(request: HttpRequest, post: Post) -> HttpResponse:
    """Return the page that anybody will get at the post's address, byte for byte.

    It is made by the same view for a visitor without a session; the post is not stored.
    """
    post.status = Post.Status.PUBLISHED
    post.published_at = min(post.published_at or timezone.now(), timezone.now())
    visit = HttpRequest()
    visit.method = "GET"
    visit.path = visit.path_info = post.get_absolute_url()
    visit.META = {
        name: value
        for name, value in request.META.items()
        if name in {"HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme"}
    }
    visit.user = AnonymousUser()
    with timezone.override(timezone.get_default_timezone()):  # not in its author's
        page = post_page(visit, post)
    page["X-Robots-Tag"] = "noindex"
    page["Cache-Control"] = "no-store"
    page["Referrer-Policy"] = "no-referrer"
    return page


@method_decorator(unconfirmed_may_post, name="dispatch")
class PreviewView(AuthorRequiredMixin, View):
    """The stored text by GET; by POST the one in the form, which is stored nowhere."""

    http_method_names = ["get", "post", "head", "options"]

    def get(self, request: SignedInRequest, slug: str) -> HttpResponse:
        return as_published(request, self.get_object())

    def post(self, request: SignedInRequest, slug: str) -> HttpResponse:
        return of_form(request, self.get_object())


@method_decorator(unconfirmed_may_post, name="dispatch")
class NewPreviewView(WriterRequiredMixin, View):
    """What is in the form of a post that has not been saved yet."""

    http_method_names = ["post"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        return of_form(request, Post(author=request.user))


def of_form(request: SignedInRequest, post: Post) -> HttpResponse:
    """Return the preview of what was typed, or the form with what is wrong with it."""
    stored = Post.objects.filter(pk=post.pk).first()
    form = PostForm(request.POST, instance=post)
    if not form.is_valid():
        return render(request, "posts/preview_invalid.html", {"form": form, "object": post})
    post.slug = form.cleaned_data["slug"] or (stored.slug if stored else "")
    is_kept = stored is not None and post.slug == stored.slug
    if not post.slug or (stored and is_kept and post.slug_follows_title(stored)):
        post.slug = next(post.free_slugs())
    post.published_at = form.cleaned_data["published_at"] or post.published_at
    post.previewed_tags = Tag.objects.unsaved(form.cleaned_data["tags"])
    post.settle_text()
    if stored is None or text_of(post, form.cleaned_data["tags"]) != text_of(stored):
        post.updated_at = timezone.now()
    return as_published(request, post)


class PreviewLinksView(AuthorRequiredMixin, FormView):
    """The links to a post for people without an account: made here, listed, and revoked."""

    template_name = "posts/preview_links.html"
    form_class = PreviewLinkForm
    http_method_names = ["get", "post", "head", "options"]
    request: SignedInRequest

    @cached_property
    def object(self) -> Post:
        return self.get_object()

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "post": self.object}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        links = PreviewLink.objects.for_post_page(self.object)
        return super().get_context_data(object=self.object, links=links, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        PreviewLink.objects.make(
            self.object,
            by=self.request.user,
            days=int(form.cleaned_data["days"]),
            note=form.cleaned_data["note"],
            revision=form.cleaned_data["revision"],
        )
        messages.success(self.request, _("The link is made. Copy it from the list below."))
        return redirect("posts:preview_links", self.object.slug)


class PreviewLinkRevokeView(AuthorRequiredMixin, View):
    http_method_names = ["post"]

    def post(self, request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
        post = self.get_object()
        links = PreviewLink.objects.filter(post=post, pk=pk)
        if not links.exists():
            raise Http404
        if links.revoke():
            messages.success(request, _("The link leads nowhere from now on."))
        return redirect("posts:preview_links", post.slug)


@method_decorator(never_cache, name="dispatch")
class SharedPreviewView(View):
    """A post, or one revision of it, for whoever has the link; 410 once the link has ended."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        link = get_object_or_404(PreviewLink.objects.with_secret(secret))
        if not link.is_live:
            response = render(request, "posts/preview_ended.html", status=410)
            response["X-Robots-Tag"] = "noindex"
            return response
        if request.method == "GET":
            link.openings.create(user_agent=visitor(request)["user_agent"])
        post = link.post
        if link.revision is not None:
            link.revision.apply_to(post)
        return as_published(request, post)
