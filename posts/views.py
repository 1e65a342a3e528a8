"""The public pages, the dashboard, and what an author does to a post."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import RedirectURLMixin, redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import CreateView, DeleteView, DetailView, ListView, UpdateView
from django.views.generic.edit import ModelFormMixin

from accounts.decorators import unconfirmed_may_post
from accounts.models import User
from posts.forms import PostForm, left_out
from posts.models import AddressTaken, EditConflict, Post, PostQuerySet, SubmittedBefore
from posts.paging import CursorPagingMixin

# Who may


class SignedInRequest(HttpRequest):
    """What a view behind LoginRequiredMixin gets."""

    user: User
    is_confirmed: bool


class WriterRequiredMixin(LoginRequiredMixin):
    """Admit people who may write: the anonymous go to sign-in, other people get 403."""

    request: SignedInRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.is_author:
            raise PermissionDenied(_("Your account may read here, but not write."))
        return super().dispatch(request, *args, **kwargs)


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


# Public pages


class PostListView(CursorPagingMixin, ListView):
    template_name = "posts/post_list.html"
    context_object_name = "post_list"
    paginate_by = 20

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.for_list()


class AuthorPostListView(PostListView):
    template_name = "posts/author_post_list.html"

    def get_queryset(self) -> PostQuerySet:
        self.author = get_object_or_404(User, handle=self.kwargs["handle"])
        return super().get_queryset().by(self.author)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(author=self.author, **kwargs)


class PostDetailView(DetailView):
    """A post at its address; at an old one, the way to it; at a removed one, 410."""

    template_name = "posts/post_detail.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = post = get_object_or_404(Post.objects.at(kwargs["slug"]))
        since = post.address_published_at
        is_gone = bool(since and since <= timezone.now()) and (post.is_hidden or post.is_trashed)
        if not post.is_visible_to(request.user):
            if is_gone:
                return self.revalidated(render(request, "410.html", status=410))
            raise Http404
        if kwargs["slug"] != post.slug:
            return self.revalidated(redirect(post, permanent=post.is_public))
        status = 410 if is_gone else 200
        return self.revalidated(self.render_to_response(self.get_context_data(), status=status))

    @staticmethod
    def revalidated(response: HttpResponse) -> HttpResponse:
        """Have browsers ask again: they keep a 301 and a 410 for ever (RFC 9110 §15.1)."""
        response["Cache-Control"] = "no-cache"
        return response


# Writing


class DashboardView(LoginRequiredMixin, CursorPagingMixin, ListView):
    request: SignedInRequest
    template_name = "posts/dashboard.html"
    context_object_name = "post_list"
    paginate_by = 20

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.for_dashboard(self.request.user)


class PostFormMixin(ModelFormMixin):
    """Stores a valid form, tells what became of it, and never lets a text fall down."""

    template_name = "posts/post_form.html"
    form_class = PostForm
    http_method_names = ["get", "post", "head", "options"]
    request: SignedInRequest

    def form_valid(self, form: Any) -> HttpResponse:
        post = form.instance
        if not self.request.is_confirmed and (self.is_to_publish or not post.is_draft):
            form.add_error(None, unconfirmed())
            return self.form_invalid(form)
        try:
            self.store(form)
        except AddressTaken:
            form.add_error("slug", form.address_taken(form.cleaned_data["slug"]))
            return self.form_invalid(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        except EditConflict as conflict:
            return self.conflict(conflict.stored)
        messages.success(self.request, notice(outcome(post), post))
        if form.removed:
            messages.warning(self.request, left_out(form.removed))
        return redirect("posts:update", post.slug) if post.is_draft else redirect(post)

    def store(self, form: PostForm) -> None:
        """Store the post, and publish it if that was the button."""
        raise NotImplementedError

    @property
    def is_to_publish(self) -> bool:
        return self.request.POST.get("action") == "publish"

    def conflict(self, stored: Post) -> HttpResponse:
        """Return both texts, with a form that is based on the stored one and so can save."""
        data = self.request.POST.copy()
        data["version"] = str(stored.version)
        form = PostForm(data, instance=Post.objects.get(pk=stored.pk))
        context = {"form": form, "object": stored}
        return render(self.request, "posts/post_conflict.html", context, status=409)


@method_decorator(unconfirmed_may_post, name="dispatch")  # see PostFormMixin.form_valid
class PostCreateView(WriterRequiredMixin, PostFormMixin, CreateView):
    """The form for a new post. Sent once more, it changes the post it made the first time."""

    model = Post

    def get_initial(self) -> dict[str, Any]:
        """Keep the form the one it was: static/js/unsaved.js notes it in the address for Back."""
        try:
            return {"submission": uuid.UUID(self.request.GET.get("form", ""))}
        except ValueError:
            return {}

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead from a form that has made a post to that post's own, lest another overwrite it."""
        if made := Post.objects.submitted(request.user, request.GET.get("form", "")).first():
            return redirect("posts:update", made.slug)
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().post(request, *args, **kwargs)
        except SubmittedBefore as before:
            return PostUpdateView.as_view()(request, slug=before.made.slug)

    def form_invalid(self, form: PostForm) -> HttpResponse:
        """Show the form again, unless all that is wrong is that it was sent before."""
        token = self.request.POST.get("submission", "")
        if made := Post.objects.submitted(self.request.user, token).first():
            raise SubmittedBefore(made)
        return super().form_invalid(form)

    def store(self, form: PostForm) -> None:
        form.instance.author = self.request.user
        form.instance.submission = form.cleaned_data["submission"]
        form.instance.add(
            slug=form.cleaned_data["slug"],
            publish=self.is_to_publish,
            at=form.cleaned_data["published_at"],
        )


@method_decorator(unconfirmed_may_post, name="dispatch")  # see PostFormMixin.form_valid
class PostUpdateView(AuthorRequiredMixin, PostFormMixin, UpdateView):
    model = Post

    def store(self, form: PostForm) -> None:
        post, at = form.instance, form.cleaned_data["published_at"]
        with transaction.atomic():
            post.edit(slug=form.cleaned_data["slug"], at=at, version=form.cleaned_data["version"])
            if self.is_to_publish:
                post.publish(at=at)
            elif at is None and post.published_at:
                post.date(None)


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


# What is said


def outcome(post: Post) -> str:
    """Return what became of a post that was stored."""
    if post.is_scheduled:
        at = date_format(timezone.localtime(post.published_at), "DATETIME_FORMAT")
        return _("Scheduled for %(time)s (%(zone)s):") % {
            "time": at,
            "zone": timezone.get_current_timezone_name(),
        }
    if post.is_public:
        return _("Published:")
    return _("Draft saved:") if post.is_draft else _("Saved:")


def unconfirmed() -> str:
    """Return why only drafts can be saved while the provider is out of reach."""
    return _(
        "The sign-in service does not answer, so only drafts can be saved. Your text is safe on "
        "this page: please try again in a minute."
    )


def notice(words: str, post: Post) -> SafeString:
    return format_html('{} <a href="{}">{}</a>', words, post.get_absolute_url(), post.title)
