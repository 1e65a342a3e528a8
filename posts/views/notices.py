"""What is said of what was done to a post."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from posts.models import Post


def outcome(post: Post) -> str:
    """Return what became of a post that was stored."""
    if post.is_scheduled:
        at = date_format(timezone.localtime(post.published_at), "DATETIME_FORMAT")
        return _("Scheduled for %(time)s (%(zone)s):") % {
            "time": at,
            "zone": timezone.get_current_timezone_name(),
        }
    if post.is_public:
        return _("Published:")
    return _("Draft saved:") if post.is_draft else _("Saved:")


def unconfirmed() -> str:
    """Return why only drafts can be saved while the provider is out of reach."""
    return _(
        "The sign-in service does not answer, so only drafts can be saved. Your text is safe on "
        "this page: please try again in a minute."
    )


def notice(words: str, post: Post) -> SafeString:
    return format_html('{} <a href="{}">{}</a>', words, post.get_absolute_url(), post.title)


def undo_trash(words: str) -> SafeString:
    """Return words with where to undo what was just done."""
    return format_html(
        '{} <a href="{}?state=trashed">{}</a>',
        words,
        reverse("posts:dashboard"),
        _("Look at the trash to undo it"),
    )
