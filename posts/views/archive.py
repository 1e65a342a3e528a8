"""What was published when: a list for each month, and an overview of the months."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView

from posts import metadata
from posts.freshness import PublicPageMixin
from posts.metadata import Metadata
from posts.models import Post, PostQuerySet
from posts.months import Month
from posts.views.reading import PostListView


class ArchiveView(PostListView):
    """The posts of a month, and the way to the nearest months that have any."""

    template_name = "posts/archive.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.month = Month(kwargs["year"], kwargs["month"])
        except ValueError as error:
            raise Http404(str(error)) from error
        if request.path_info != self.month.get_absolute_url():  # /archive/2026/3/
            return redirect(self.month, permanent=True)
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.for_archive(self.month)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        earlier, later = Post.objects.months_around(self.month)
        return super().get_context_data(month=self.month, earlier=earlier, later=later, **kwargs)

    def get_metadata(self, url: str) -> Metadata:
        return metadata.of_month(self.month, url)


class ArchiveOverviewView(PublicPageMixin, TemplateView):
    template_name = "posts/archive_overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        months = Post.objects.count_by_month()
        told = metadata.of_archive(is_indexed=bool(months))
        return super().get_context_data(months=months, metadata=told, **kwargs)
