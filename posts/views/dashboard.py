"""An author's own posts: found, filtered, and changed several at once."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from django.views.generic import ListView

from posts.models import Post, PostQuerySet, WorkingCopy
from posts.paging import CursorPagingMixin
from posts.views.access import OwnTimeZoneMixin, SignedInRequest, WriterRequiredMixin
from posts.views.notices import undo_trash

#: What the dashboard can be narrowed to; the words are those of the posts' own states.
STATES = {
    "draft": gettext_lazy("Drafts"),
    "scheduled": gettext_lazy("Scheduled"),
    "published": gettext_lazy("Published"),
    "hidden": gettext_lazy("Hidden by a moderator"),
    "trashed": gettext_lazy("In the trash"),
}


class DashboardView(OwnTimeZoneMixin, LoginRequiredMixin, CursorPagingMixin, ListView):
    request: SignedInRequest
    template_name = "posts/dashboard.html"
    context_object_name = "post_list"
    paginate_by = 20

    @property
    def state(self) -> str:
        state = self.request.GET.get("state", "")
        return state if state in STATES else ""

    @property
    def words(self) -> str:
        return self.request.GET.get("q", "").replace("\x00", "").strip()[:100]

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.for_dashboard(self.request.user, self.state, self.words)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        states = [
            {"value": value, "name": name, "is_chosen": value == self.state}
            for value, name in STATES.items()
        ]
        return super().get_context_data(
            states=states,
            state=self.state,
            words=self.words,
            is_narrowed=bool(self.state or self.words),
            unsaved_posts=WorkingCopy.objects.unsaved_posts(self.request.user),
            **kwargs,
        )


class BulkActionView(WriterRequiredMixin, View):
    """One act on several of one's own posts, each as if by its own button."""

    http_method_names = ["post"]

    def handle_no_permission(self) -> HttpResponseRedirect:
        return redirect_to_login(reverse("posts:dashboard"))

    def post(self, request: SignedInRequest) -> HttpResponse:
        act = request.POST.get("act", "")
        chosen = [pk for pk in request.POST.getlist("post") if pk.isdecimal()][:100]
        posts = list(Post.objects.by(request.user).filter(pk__in=chosen).order_by("pk"))
        if act not in ACTS or not posts:
            messages.warning(request, _("Nothing was changed: choose posts, and what to do."))
            return redirect(self.get_success_url())
        do, done_words = ACTS[act]
        done: list[Post] = []
        refused: list[Post] = []
        for post in posts:
            try:
                (done if do(post) else refused).append(post)
            except ValidationError:
                refused.append(post)
        if done:
            words = done_words(len(done)) % {"count": len(done)}
            messages.success(request, undo_trash(words) if act == "trash" else words)
        if refused:
            titles = ", ".join(f"“{post.title}”" for post in refused)
            messages.warning(request, _("Left as it was: %(titles)s") % {"titles": titles})
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        """Return the dashboard, narrowed as it was."""
        kept = {name: self.request.POST.get(name, "") for name in ("state", "q")}
        query = urlencode({name: value for name, value in kept.items() if value})
        return reverse("posts:dashboard") + (f"?{query}" if query else "")


def _publish(post: Post) -> bool:
    if not (post.is_draft or post.is_scheduled):
        return False
    post.publish()
    return True


ACTS = {
    "publish": (
        _publish,
        lambda n: ngettext("%(count)d post published.", "%(count)d posts published.", n),
    ),
    "unpublish": (
        Post.unpublish,
        lambda n: ngettext(
            "%(count)d post is a draft again.", "%(count)d posts are drafts again.", n
        ),
    ),
    "trash": (
        Post.trash,
        lambda n: ngettext(
            "%(count)d post moved to the trash.", "%(count)d posts moved to the trash.", n
        ),
    ),
    "restore": (
        Post.restore,
        lambda n: ngettext("%(count)d post restored.", "%(count)d posts restored.", n),
    ),
}
