"""Who may: one mixin, one rule."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.kept_forms import form_page, login_required_json, wants_json
from accounts.models import User
from posts.models import Post


class SignedInRequest(HttpRequest):
    """What a view behind LoginRequiredMixin gets."""

    user: User
    is_confirmed: bool


class OwnTimeZoneMixin:
    """Prints and reads dates in the time zone that the person has chosen."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        zone = getattr(request.user, "time_zone", "") or timezone.get_default_timezone()
        with timezone.override(zone):
            response = super().dispatch(request, *args, **kwargs)
            if hasattr(response, "render"):
                response.render()  # before the time zone is forgotten
        return response


class WriterRequiredMixin(OwnTimeZoneMixin, LoginRequiredMixin):
    """Admit people who may write: the anonymous go to sign-in, other people get 403."""

    request: SignedInRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.is_author:
            raise PermissionDenied(_("Your account may read here, but not write."))
        return super().dispatch(request, *args, **kwargs)

    def handle_no_permission(self) -> Any:
        """Give somebody anonymous back what they typed; without anything typed, lead to sign-in."""
        if self.request.user.is_authenticated or self.request.method != "POST":
            return super().handle_no_permission()
        if wants_json(self.request):
            return login_required_json(self.request)
        if not any(self.request.POST.get(name) for name in ("title", "body", "excerpt")):
            return super().handle_no_permission()
        return form_page(self.request, "accounts/signed_out.html", 403)


class AuthorRequiredMixin(WriterRequiredMixin):
    """Admit a post's author: 404 if the visitor may not see the post, 403 if it is another's."""

    kwargs: dict[str, Any]

    def get_object(self, queryset: QuerySet[Post] | None = None) -> Post:
        post = get_object_or_404(Post.objects.at(self.kwargs["slug"]))
        if not post.is_visible_to(self.request.user):
            raise Http404
        if post.author_id != self.request.user.pk:
            raise PermissionDenied(_("Only its author may change this post."))
        return post


class InsiderRequiredMixin(LoginRequiredMixin):
    """Admit a post's author and staff: 404 if the visitor may not see the post, else 403."""

    request: SignedInRequest
    kwargs: dict[str, Any]

    @cached_property
    def written(self) -> Post:
        """The post the page is about."""
        post = get_object_or_404(Post.objects.at(self.kwargs["slug"]))
        if not post.is_visible_to(self.request.user):
            raise Http404
        if post.author_id != self.request.user.pk and not self.request.user.is_staff:
            raise PermissionDenied(_("Only its author and staff may see what became of a post."))
        return post
