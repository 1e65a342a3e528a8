"""What a browser sees of an authorization request: choose a person, register, or deny."""

from django import forms

from .people import Person
from .state import AuthorizationRequest, ProviderState, Session
from .web import Refused, Request, Response, message, origin_of, page, redirect, with_query

SIGN_IN = "/signin"
REGISTER = "/register"
SESSION_COOKIE = "byline_devprovider_session"


class RegistrationForm(forms.Form):
    given_name = forms.CharField(
        max_length=100, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        max_length=100, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    email = forms.EmailField(
        label="E-mail", max_length=254, widget=forms.EmailInput({"autocomplete": "email"})
    )


def ask(provider: ProviderState, asked: AuthorizationRequest) -> Response:
    """Send the browser to the page that asks the person.

    It has an address of its own so that Back leads to it, and not to the authorization endpoint,
    which would answer for whoever was clicked before.
    """
    path = REGISTER if asked.prompt == "create" else SIGN_IN
    return redirect(with_query(path, {"pending": provider.pending.add(asked)}))


def sign_in(provider: ProviderState, request: Request) -> Response:
    """Show the people, or do what was clicked.

    The pending request's name, which only this page ever shows, keeps other sites from posting
    here. It serves for ten minutes and not once, so that going back to click another is fine.
    """
    name, asked = _pending(provider, request)
    if request.method == "GET":
        return _sign_in_page(provider, name, asked)
    if "deny" in request.params:
        return deny(provider, asked)
    subject = request.params.get("subject", "")
    if not provider.is_active(subject):
        text = "This person is deactivated or unknown here."
        raise Refused(message("Not signed in", text, status=403))
    return _begin_session(provider, request, asked, subject)


def register(provider: ProviderState, request: Request) -> Response:
    """Show the form, or add the person and sign them in: Initiating User Registration 1.0."""
    name, asked = _pending(provider, request)
    if request.method == "GET":
        return _registration_page(name, asked, RegistrationForm())
    form = RegistrationForm(request.params)
    if form.is_valid() and provider.has_email(form.cleaned_data["email"]):
        form.add_error("email", "Someone here has this address already.")
    if not form.is_valid():
        return _registration_page(name, asked, form)
    person = Person.registering(**form.cleaned_data)
    provider.add_person(person)
    return _begin_session(provider, request, asked, person.subject)


def deny(provider: ProviderState, asked: AuthorizationRequest) -> Response:
    return answer_with_error(
        provider, asked.redirect_uri, asked.state, "access_denied", "The person said no."
    )


def answer_with_code(
    provider: ProviderState,
    asked: AuthorizationRequest,
    session: Session,
    headers: dict[str, str] | None = None,
) -> Response:
    """Send the browser back with a code: RFC 6749 §4.1.2, with `iss` as in RFC 9207 §2."""
    answer = {
        "code": provider.issue_code(asked, session),
        "state": asked.state,
        "iss": provider.issuer,
    }
    return redirect(with_query(asked.redirect_uri, answer), headers)


def answer_with_error(
    provider: ProviderState, redirect_uri: str, state: str, error: str, description: str
) -> Response:
    """Send the browser back with an error: RFC 6749 §4.1.2.1, with `iss` as in RFC 9207 §2."""
    answer = {
        "error": error,
        "error_description": description,
        "state": state,
        "iss": provider.issuer,
    }
    return redirect(with_query(redirect_uri, answer))


def _begin_session(
    provider: ProviderState, request: Request, asked: AuthorizationRequest, subject: str
) -> Response:
    """Sign the person in with this browser, in place of whoever was, and answer the site."""
    provider.sessions.remove(request.cookies.get(SESSION_COOKIE, ""))
    secret, session = provider.open_session(subject)
    cookie = f"{SESSION_COOKIE}={secret}; HttpOnly; SameSite=Lax; Path=/"
    return answer_with_code(provider, asked, session, {"Set-Cookie": cookie})


def _pending(provider: ProviderState, request: Request) -> tuple[str, AuthorizationRequest]:
    name = request.params.get("pending", "")
    asked = provider.pending.get(name)
    if asked is None:
        text = "This page has expired. Go back to the site and sign in from there."
        raise Refused(message("Too late", text, status=400))
    return name, asked


def _sign_in_page(provider: ProviderState, name: str, asked: AuthorizationRequest) -> Response:
    context = {
        "pending": name,
        "site_origin": origin_of(asked.redirect_uri),
        "accounts": provider.accounts.values(),
    }
    return page("sign_in", context, forms_lead_to=asked.redirect_uri)


def _registration_page(name: str, asked: AuthorizationRequest, form: RegistrationForm) -> Response:
    context = {
        "pending": name,
        "site_origin": origin_of(asked.redirect_uri),
        "form": form,
    }
    return page("register", context, forms_lead_to=asked.redirect_uri)
