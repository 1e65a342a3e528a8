"""The page at `/`: everyone there is, and a button to deactivate them and to undo it."""

from .state import ProviderState
from .web import Refused, Request, Response, message, page, redirect


def directory(provider: ProviderState, request: Request) -> Response:
    """List the people; POST deactivates or activates one."""
    if request.method == "GET":
        context = {"accounts": provider.accounts.values(), "form_token": provider.form_token}
        return page("people", context)
    if not provider.is_own_form(request.params):
        text = "The button was not one of this page. Open the page again and try there."
        raise Refused(message("Nothing was changed", text, status=403))
    subject = request.params.get("subject", "")
    if subject not in provider.accounts:
        raise Refused(message("Nothing was changed", "There is no such person.", status=404))
    if request.params.get("action") == "activate":
        provider.activate(subject)
    else:
        provider.deactivate(subject)
    return redirect("/")
