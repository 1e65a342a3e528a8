"""The search."""

from typing import Any

from django.views.generic import ListView

from posts.models import Post
from posts.search.queries import Query


class SearchView(ListView):
    """The posts a visitor may see that have the words of `q`, the best first.

    It asks for their keys, by which they are ranked, and then for the posts of one page.
    """

    template_name = "posts/search.html"
    paginate_by = 20

    def get_queryset(self) -> tuple[int, ...]:
        self.posts = Post.objects.visible_to(self.request.user)
        self.query = Query.parse(self.request.GET.get("q", ""))
        self.hits = self.posts.search(self.query)
        return self.hits.keys

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        keys = context["object_list"]
        return context | {
            "post_list": self.posts.found(keys, self.query),
            "query": self.query,
            "hits": self.hits,
        }
