"""Share images, made from the title of a post."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.decorators import recheck_not_required
from posts import freshness
from posts.cards import Card
from posts.models import Post


@recheck_not_required
@require_safe
def card_image(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with a public post's share image, which is the same for everybody.

    At an old address: the way to the one it has. Of what was public and is removed: 410.
    """
    at = freshness.last_modified(request)
    post = get_object_or_404(Post.objects.at(slug).defer("body", "rendered", "contents"))
    if not post.is_public:
        if post.is_gone:
            return render(request, "410.html", status=410)
        raise Http404
    if slug != post.slug:
        return redirect("posts:card", post.slug, permanent=True)
    card = Card.of(post)
    response = HttpResponse(card.png(), content_type="image/png")
    response["ETag"] = f'"{card.digest}"'
    freshness.stamp(response, at)
    response["X-Content-Type-Options"] = "nosniff"
    return response
