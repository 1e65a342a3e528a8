"""What a post said: listed, looked at, compared, and said again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView, TemplateView, View

from posts import differences
from posts.models import EditConflict, Post, Revision, RevisionQuerySet
from posts.paging import CursorPagingMixin
from posts.views.access import AuthorRequiredMixin, InsiderRequiredMixin
from posts.views.notices import notice


class RevisionListView(InsiderRequiredMixin, CursorPagingMixin, ListView):
    template_name = "posts/revision_list.html"
    context_object_name = "revision_list"
    paginate_by = 20

    def get_queryset(self) -> RevisionQuerySet:
        return Revision.objects.for_list(self.written)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(post=self.written, **kwargs)


class RevisionDetailView(InsiderRequiredMixin, DetailView):
    """One text as it would look, with what can be done with it."""

    template_name = "posts/revision_detail.html"
    context_object_name = "revision"

    def get_object(self, queryset: Any = None) -> Revision:
        rows = Revision.objects.of(self.written).select_related("editor")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        previous = Revision.objects.before(self.object).only("pk").first()
        return super().get_context_data(post=self.written, previous=previous, **kwargs)


class RevisionComparisonView(InsiderRequiredMixin, TemplateView):
    """Two texts of a post, `?old=&new=`: revisions, or "now". The earlier one comes first."""

    template_name = "posts/revision_comparison.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        old, new = self.text("old"), self.text("new")
        if isinstance(old, Post) or (
            isinstance(new, Revision) and (old.saved_at, old.pk) > (new.saved_at, new.pk)
        ):
            old, new = new, old
        return super().get_context_data(
            post=self.written,
            old=old,
            new=new,
            title=differences.of_texts(old.title, new.title),
            excerpt=differences.of_texts(old.excerpt, new.excerpt),
            difference=differences.of_bodies(old.body, new.body),
            is_same=(old.title, old.body, old.excerpt) == (new.title, new.body, new.excerpt),
            **kwargs,
        )

    def text(self, name: str) -> Post | Revision:
        asked = self.request.GET.get(name, "")
        if asked == "now":
            return self.written
        if not asked.isdecimal() or len(asked) > 18:
            raise Http404("There is no such revision.")
        rows = Revision.objects.of(self.written).select_related("editor")
        return get_object_or_404(rows, pk=int(asked))


class RevisionRestoreView(AuthorRequiredMixin, View):
    """Makes a post say again what it said, by POST."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        post = self.get_object()
        revision = get_object_or_404(Revision.objects.of(post), pk=kwargs["pk"])
        if post.is_public and not request.POST.get("confirmed"):
            messages.error(request, _("Nothing changed: please confirm that readers will see it."))
            return redirect("posts:revision", post.slug, revision.pk)
        version = request.POST.get("version", "")
        try:
            seen = int(version) if version.isdecimal() else 0
            post.go_back_to(revision, by=self.request.user, version=seen)
        except EditConflict:
            words = _("The post has changed since this page was opened, and nothing was restored.")
            messages.error(request, words)
            return redirect("posts:revision", post.slug, revision.pk)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("posts:revision", post.slug, revision.pk)
        messages.success(request, notice(_("Restored from its revisions:"), post))
        return redirect("posts:revisions", post.slug)
