"""What a view says about sessions that the provider has not confirmed lately."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def recheck_not_required(view: View) -> View:
    """Let the view answer without asking the provider: it is about signing in or out itself."""
    return _saying(view, recheck_required=False)


def unconfirmed_may_post(view: View) -> View:
    """Let the view take forms while the provider is out of reach: it looks to what it may do."""
    return _saying(view, unconfirmed_may_post=True)


def _saying(view: View, **said: bool) -> View:
    """Return the view with attributes for RecheckMiddleware, and leave the one given as it is."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    wrapper.__dict__.update(said)
    return wrapper  # type: ignore[return-value]
