"""What is typed arrives here every few seconds, and is set aside or discarded from here."""

import json
import re
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from accounts.decorators import unconfirmed_may_post
from accounts.kept_forms import login_required_json
from posts import recovery
from posts.forms import MAX_BODY_BYTES
from posts.models import OutOfStep, Post, Step, TooLong, WorkingCopy
from posts.splices import Splice, is_storable
from posts.views.access import SignedInRequest, WriterRequiredMixin

MAX_FIELDS_BYTES = 20_000


class Refused(Exception):
    """The step cannot be taken: `error`, with an HTTP status."""

    def __init__(self, error: str, status: int) -> None:
        super().__init__(error)
        self.error, self.status = error, status


@method_decorator(unconfirmed_may_post, name="dispatch")  # what is typed here changes no post
class WorkingCopyView(View):
    """Takes one step of typing; every answer is JSON, as a script alone asks."""

    http_method_names = ["post"]
    request: SignedInRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return login_required_json(request)
        if not request.user.is_author:
            return answer({"error": "forbidden"}, 403)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: SignedInRequest, form: uuid.UUID) -> HttpResponse:
        try:
            step = self.read(form)
            copy = WorkingCopy.objects.take(request.user, step)
        except OutOfStep as out:
            kept = {"number": out.kept.number, "checksum": out.kept.checksum} if out.kept else {}
            return answer({"error": "out_of_step", "number": 0} | kept, 409)
        except TooLong:
            return answer({"error": "too_long"}, 413)
        except Refused as refused:
            return answer({"error": refused.error}, refused.status)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return answer({"error": "invalid"}, 400)
        # What was typed and taken back is no unpublished change. The next step begins anew.
        is_gone = recovery.is_as_saved(copy, step.post) and copy.discard()
        number = 0 if is_gone else copy.number
        return answer({"number": number, "saved_at": copy.updated_at.isoformat()}, 200)

    def read(self, form: uuid.UUID) -> Step:
        """Return what was sent. Raise Refused, or what Python raises for data of another shape."""
        data = json.loads(self.request.body)
        if str(data["person"]) != str(self.request.user.pk):
            # Somebody else has signed in in this browser: it is not theirs to keep.
            raise Refused("another_person", 403)
        splice = data.get("splice")
        step = Step(
            form=form,
            number=_natural(data["number"]),
            checksum=_natural(data["checksum"]),
            body=_text(data["body"]) if "body" in data else None,
            splice=Splice(
                _natural(splice["start"]), _natural(splice["removed"]), str(splice["inserted"])
            )
            if splice
            else None,
            fields={str(name): _value(value) for name, value in data.get("fields", {}).items()},
            post=self.post_of(data),
            base_version=_natural(data["version"]) if data.get("version") else None,
            most_bytes=MAX_BODY_BYTES,
        )
        if len(json.dumps(step.fields)) > MAX_FIELDS_BYTES:
            raise Refused("too_long", 413)
        return step

    def post_of(self, data: dict[str, Any]) -> Post | None:
        """Return the post the form is of: also one it has made since it was opened."""
        posts = Post.objects.by(self.request.user)
        if data.get("post"):
            post = posts.filter(pk=_natural(data["post"])).first()
            if post is None:
                raise Refused("forbidden", 403)
            return post
        return Post.objects.submitted(self.request.user, data.get("submission")).first()


def _natural(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value < 2**32:
        raise ValueError("Not a natural number.")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not is_storable(value):
        raise ValueError("Not a text.")
    return value


def _value(value: Any) -> str | list[str]:
    return [_text(one) for one in value] if isinstance(value, list) else _text(value)


def answer(data: dict[str, Any], status: int) -> JsonResponse:
    return JsonResponse(data, status=status, headers={"Cache-Control": "no-store"})


class OwnCopyView(WriterRequiredMixin, View):
    """What an author does to one of their own working copies; another's is not to be found."""

    def copy(self) -> WorkingCopy:
        mine = WorkingCopy.objects.of_form(self.request.user, self.kwargs["form"])
        return get_object_or_404(mine.select_related("post"))


@method_decorator(unconfirmed_may_post, name="dispatch")  # it keeps a text and changes no post
class WorkingCopySetAsideView(OwnCopyView):
    """Keeps the post as it is saved, and what was typed among its revisions."""

    http_method_names = ["post"]

    def post(self, request: SignedInRequest, form: uuid.UUID) -> HttpResponse:
        copy = self.copy()
        post = copy.post
        if post is None:
            return redirect("posts:discard", form)
        copy.set_aside()
        messages.success(request, _("The saved text stays. What you typed is kept in the history."))
        return redirect("posts:update", post.slug)


@method_decorator(unconfirmed_may_post, name="dispatch")  # it changes no post
class WorkingCopyDiscardView(OwnCopyView):
    """Asks, and throws away what was typed of a post that was never saved."""

    http_method_names = ["get", "post", "head", "options"]

    def get(self, request: SignedInRequest, form: uuid.UUID) -> HttpResponse:
        return render(request, "posts/working_copy_confirm_discard.html", {"copy": self.copy()})

    def post(self, request: SignedInRequest, form: uuid.UUID) -> HttpResponse:
        self.copy().delete()
        messages.success(request, _("Discarded."))
        response = redirect("posts:dashboard")
        forget_in_browser(request, response, form)
        return response


def forget_in_browser(request: HttpRequest, response: HttpResponse, form: object) -> None:
    """Have the browser drop what it keeps of a form that was saved: static/js/kept_here.js."""
    settled = [*request.COOKIES.get("settled_forms", "").split("."), str(form)]
    response.set_cookie(
        "settled_forms",
        ".".join(name for name in settled[-20:] if re.fullmatch("[0-9a-f-]{36}", name)),
        max_age=30 * 24 * 60 * 60,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
