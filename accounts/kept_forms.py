"""Answers to a form that cannot be taken now, none of which loses what was typed into it."""

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse


def wants_json(request: HttpRequest) -> bool:
    """Return whether a script asks, which can follow no redirect to another site."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode != "navigate" or not request.accepts("text/html")


def login_required_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        {"error": "login_required", "login_url": reverse("accounts:login")},
        status=401,
        headers={"WWW-Authenticate": "Session", "Cache-Control": "no-store"},
    )


def sent_fields(sent: QueryDict) -> list[tuple[str, str]]:
    """Return all that a form has sent, as hidden fields of another form can hold it."""
    return [
        (name, value)
        for name, values in sent.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]


def form_page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """Return a page that holds all that was sent, and can send it again."""
    context = {
        "fields": sent_fields(request.POST),
        "address": request.get_full_path(),
        "next": reverse("accounts:account"),
    }
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response
