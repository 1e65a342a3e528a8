"""The form of a post, new or not."""

import uuid
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import CreateView, UpdateView
from django.views.generic.edit import ModelFormMixin

from accounts.decorators import unconfirmed_may_post
from accounts.kept_forms import sent_fields
from posts import recovery
from posts.forms import PostForm, left_out
from posts.models import AddressTaken, EditConflict, Post, Revision, SubmittedBefore, WorkingCopy
from posts.views.access import AuthorRequiredMixin, SignedInRequest, WriterRequiredMixin
from posts.views.notices import notice, outcome, unconfirmed
from posts.views.working_copies import forget_in_browser


class PostFormMixin(ModelFormMixin):
    """Stores a valid form, tells what became of it, and never lets a text fall down."""

    template_name = "posts/post_form.html"
    form_class = PostForm
    http_method_names = ["get", "post", "head", "options"]
    request: SignedInRequest

    @cached_property
    def copy(self) -> WorkingCopy | None:
        """What is kept of this form: of the one that was sent, or that is to be gone on with."""
        name = self.request.POST.get("form") or self.request.GET.get("copy", "")
        return WorkingCopy.objects.of_form(self.request.user, name).first()

    def get_form(self, form_class: Any = None) -> Any:
        form: Any = super().get_form(form_class)
        if self.copy and not form.is_bound:
            recovery.put_back(self.copy, form)
        return form

    def recovery_page(self, post: Post | None) -> HttpResponse | None:
        """Return a page with what was typed and never saved, before anything replaces anything.

        None if there is nothing, or if it has been seen: `?copy=` says what to go on with.
        """
        if self.copy or self.request.GET.get("copy") == "none":
            return None
        copies = recovery.unsaved(self.request.user, post)
        context = {"object": post, "copies": copies}
        return render(self.request, "posts/post_recovery.html", context) if copies else None

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
        # Not in one transaction with the post, whose address may take several tries, each of its
        # own: a copy that stays behind says what the post says, and is never shown.
        WorkingCopy.objects.of_form(self.request.user, form.cleaned_data["form"]).delete()
        messages.success(self.request, notice(outcome(post), post))
        if form.removed:
            messages.warning(self.request, left_out(form.removed))
        response = redirect("posts:update", post.slug) if post.is_draft else redirect(post)
        if form.cleaned_data["form"]:
            forget_in_browser(self.request, response, form.cleaned_data["form"])
        return response

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
        last = Revision.objects.newest(stored)
        context = {
            "form": form,
            "object": stored,
            "view": self,
            "saved_by": last and last.editor,
            "saved_at": last.saved_at if last else stored.updated_at,
            "sent_at": timezone.now(),
            "difference": recovery.difference(stored, data.get("body", "")),
            "sent": [(name, value) for name, value in sent_fields(data) if name != "action"],
            "action": "publish" if self.is_to_publish else "save",
        }
        return render(self.request, "posts/post_conflict.html", context, status=409)


@method_decorator(unconfirmed_may_post, name="dispatch")  # see PostFormMixin.form_valid
class PostCreateView(WriterRequiredMixin, PostFormMixin, CreateView):
    """The form for a new post. Sent once more, it changes the post it made the first time."""

    model = Post

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": Post(author=self.request.user)}

    def get_initial(self) -> dict[str, Any]:
        """Keep the form the one it was, which static/js/working_copy.js notes in the address."""
        try:
            return {"submission": uuid.UUID(self.request.GET.get("form", ""))}
        except ValueError:
            return {}

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead from a form that has made a post to that post's own, lest another overwrite it."""
        if made := Post.objects.submitted(request.user, request.GET.get("form", "")).first():
            return redirect("posts:update", made.slug)
        return self.recovery_page(None) or super().get(request, *args, **kwargs)

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
        form.instance.submission = form.cleaned_data["submission"]
        form.instance.add(
            slug=form.cleaned_data["slug"],
            publish=self.is_to_publish,
            at=form.cleaned_data["published_at"],
            tags=form.cleaned_data["tags"],
        )


@method_decorator(unconfirmed_may_post, name="dispatch")  # see PostFormMixin.form_valid
class PostUpdateView(AuthorRequiredMixin, PostFormMixin, UpdateView):
    model = Post

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        page = self.recovery_page(self.get_object())
        return page or super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.POST.get("action") != "set_aside":
            return super().post(request, *args, **kwargs)
        post = self.get_object()
        recovery.set_aside(request.user, post, request.POST)
        messages.success(request, notice(_("Theirs stays, and yours is in the history:"), post))
        response = redirect("posts:update", post.slug)
        forget_in_browser(request, response, request.POST.get("form", ""))
        return response

    def store(self, form: PostForm) -> None:
        post, at = form.instance, form.cleaned_data["published_at"]
        with transaction.atomic():
            post.edit(
                slug=form.cleaned_data["slug"],
                at=at,
                version=form.cleaned_data["version"],
                tags=form.cleaned_data["tags"],
            )
            if self.is_to_publish:
                post.publish(at=at)
            elif at is None and post.published_at:
                post.date(None)
