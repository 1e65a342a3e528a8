"""An author's own posts."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import ListView

from posts.models import Post, PostQuerySet
from posts.paging import CursorPagingMixin
from posts.views.access import SignedInRequest


class DashboardView(LoginRequiredMixin, CursorPagingMixin, ListView):
    request: SignedInRequest
    template_name = "posts/dashboard.html"
    context_object_name = "post_list"
    paginate_by = 20

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.for_dashboard(self.request.user)
