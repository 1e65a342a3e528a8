"""What a view says about sessions that the provider has not confirmed lately."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def recheck_not_required(view: View) -> View:
    """Let the view answer without asking the provider: it is about signing in or out itself."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    wrapper.recheck_required = False  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]


def unconfirmed_may_post(view: View) -> View:
    """Let the view take forms while the provider is out of reach: it looks to what it may do."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    wrapper.unconfirmed_may_post = True  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]
