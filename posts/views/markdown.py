"""What pasted Markdown means, for the editor."""

from django.http import HttpRequest, HttpResponse
from django.views.generic import View

from posts import markdown
from posts.views.access import WriterRequiredMixin


class MarkdownView(WriterRequiredMixin, View):
    """Answer the sanitised HTML of the Markdown in `text`; 413 if it is too much of it."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            html = markdown.to_html(request.POST.get("text", ""))
        except ValueError as error:
            return HttpResponse(str(error), status=413, content_type="text/plain; charset=utf-8")
        return HttpResponse(html)
