"""What was typed and never saved: found again, and put back into a form."""

from typing import Any

from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from posts import differences, illustrations
from posts.forms import PostForm
from posts.models import Post, WorkingCopy
from posts.models.working_copy import as_page


def unsaved(author: User, post: Post | None) -> list[WorkingCopy]:
    """Return what the author typed that says other than the post, or of new ones; latest first."""
    copies = WorkingCopy.objects.for_recovery(author, post)
    if post is None:
        return [copy for copy in copies if copy.body or copy.title or copy.fields.get("excerpt")]
    form = PostForm(instance=post)
    found = [
        copy for copy in copies if copy.says_other_text_than(post) or has_other_fields(copy, form)
    ]
    for copy in found:
        copy.difference = difference(post, copy.body)
    return found


def is_as_saved(copy: WorkingCopy, post: Post | None) -> bool:
    """Return whether the copy says, to the letter, what the form of its post shows."""
    return (
        post is not None
        and copy.base_version == post.version
        and copy.body == illustrations.plain(post.body)
        and not has_other_fields(copy, PostForm(instance=post))
    )


def difference(post: Post, typed: str) -> list[Any]:
    """Return what templates/posts/_difference.html prints: from the saved text to the typed one."""
    return differences.of_bodies(post.body, as_page(typed))


def has_other_fields(copy: WorkingCopy, form: PostForm) -> bool:
    """Return whether the copy has another value for a field than the form of the post shows."""
    return any(
        _plain(copy.fields[field.name]) != _plain(field.field.widget.format_value(field.value()))
        for field in form.visible_fields()
        if field.name in copy.fields
    )


def put_back(copy: WorkingCopy, form: PostForm) -> None:
    """Have a form show what was typed, based on what that was based on and kept as before."""
    typed = {name: value for name, value in copy.fields.items() if name in form.fields}
    form.initial.update(
        typed | {"body": copy.body, "form": copy.form, "version": copy.base_version}
    )


def set_aside(author: User, post: Post, sent: QueryDict) -> None:
    """Keep among the revisions what a form has sent, and not as the post's text."""
    sent_fields = {name: str(sent[name]) for name in sent if name in PostForm.base_fields}
    body = sent_fields.pop("body", "")
    copy = WorkingCopy.objects.of_form(author, sent_fields.pop("form", "")).first()
    copy = copy or WorkingCopy(author=author)
    copy.post, copy.body, copy.updated_at = post, _storable(body), timezone.now()
    copy.fields = {name: _storable(value) for name, value in sent_fields.items()}
    copy.base_version = post.version
    copy.set_aside()


def _storable(value: str) -> str:
    return value.replace("\x00", "\ufffd")


def _plain(value: Any) -> list[str]:
    """Return what a control holds in one spelling, be it one value, several or none."""
    values = value if isinstance(value, list | tuple) else [value]
    return sorted(str(one).replace("\r\n", "\n").strip() for one in values if one not in (None, ""))
