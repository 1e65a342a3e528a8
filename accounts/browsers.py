"""Reading User-Agent headers: enough to tell one's own browsers apart, and no more.

The header says what the browser wants to be taken for, so nothing depends on it. Each browser names
those before it as well, for compatibility; that is why the order counts.
"""

from django.utils.translation import gettext as _

BROWSERS = [
    ("Edg", "Edge"),  # also EdgA on Android and EdgiOS
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
]


def in_words(user_agent: str) -> str:
    """Return what a header says of browser and system: "Firefox on Linux"."""
    browser = _first_in(user_agent, BROWSERS)
    system = _first_in(user_agent, SYSTEMS)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    if system:
        return _("A browser on %(system)s") % {"system": system}
    return browser or _("An unknown browser")


def _first_in(user_agent: str, known: list[tuple[str, str]]) -> str:
    return next((name for mark, name in known if mark in user_agent), "")
