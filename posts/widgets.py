"""How the text of a post is typed."""

from typing import Any

from django import forms
from django.urls import reverse_lazy

from posts import vocabulary


class FreshHiddenInput(forms.HiddenInput):
    """A hidden input that a browser does not fill, on a reload, with what it held before.

    HTML allows autocomplete="off" to inputs that can be seen, and so to a text that is hidden.
    """

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["type"] = "text"
        context["widget"]["attrs"] |= {"autocomplete": "off", "hidden": True}
        return context


class BodyEditor(forms.Textarea):
    """A text area of HTML, in whose place static/js/editor/ puts an editor where it can run.

    A page that holds one includes posts/_editor.html in its head.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        own = {"rows": 24, "data-editor": "", "data-markdown": reverse_lazy("posts:markdown")}
        super().__init__({**own, **(attrs or {})})

    @property
    def vocabulary(self) -> dict[str, Any]:
        return vocabulary.for_the_editor()
