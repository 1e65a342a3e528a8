"""What is done to a post by one button."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import RedirectURLMixin, redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import DeleteView

from posts.models import Post
from posts.views.access import AuthorRequiredMixin
from posts.views.notices import notice, outcome


class PostDeleteView(AuthorRequiredMixin, DeleteView):
    """Asks, and moves the post to the trash."""

    model = Post
    template_name = "posts/post_confirm_delete.html"
    http_method_names = ["get", "post", "head", "options"]

    def form_valid(self, form: Any) -> HttpResponse:
        self.object.trash()
        messages.success(self.request, notice(_("Moved to the trash:"), self.object))
        return redirect("posts:dashboard")


class PostActionView(AuthorRequiredMixin, RedirectURLMixin, View):
    """One change of state, by POST; then back to where the button was."""

    http_method_names = ["post"]

    def handle_no_permission(self) -> HttpResponseRedirect:
        """Lead somebody signed out to the dashboard after sign-in: nothing is to be got here."""
        return redirect_to_login(reverse("posts:dashboard"))

    def get_default_redirect_url(self) -> str:
        return reverse("posts:dashboard")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        post = self.get_object()
        try:
            words = self.act(post)
        except ValidationError as error:
            messages.error(request, notice(" ".join(error.messages), post))
        else:
            messages.success(request, notice(words, post))
        return redirect(self.get_success_url())

    def act(self, post: Post) -> str:
        """Change the post; return what to say. Raise ValidationError if it may not be."""
        raise NotImplementedError


class PostPublishView(PostActionView):
    def act(self, post: Post) -> str:
        post.publish()
        return outcome(post)


class PostUnpublishView(PostActionView):
    def act(self, post: Post) -> str:
        if not post.unpublish():
            raise ValidationError(_("This post is not published, so nothing changed:"))
        return _("A draft again:")


class PostRestoreView(PostActionView):
    def act(self, post: Post) -> str:
        if not post.restore():
            raise ValidationError(_("This post is not in the trash, so nothing changed:"))
        return _("Restored from the trash:")
