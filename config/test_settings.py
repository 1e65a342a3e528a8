"""The settings tests run under: the real ones, taking nothing but DATABASE_URL from outside."""

import os

os.environ["DEBUG"] = "True"  # static files under their own names; pytest turns DEBUG off again

from config.settings import *  # noqa: F403

SECRET_KEY = "the tests' own key, which is long enough for every check"  # noqa: S105
SITE_URL = "http://localhost:8000"
SITE_NAME = "Byline"
FEED_AUTHORITY = "localhost,2026"
WEBSUB_HUB = ""
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
OIDC_AUTHOR_GROUPS = []
OKTA_API_TOKEN = ""
SEARCH_URL = ""
STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}  # noqa: F405
WHITENOISE_AUTOREFRESH = True  # looks at no folder before it is asked for a file

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    # In a file, where several connections meet as they do in production.
    DATABASES["default"]["TEST"] = {"NAME": str(BASE_DIR / "test_db.sqlite3")}  # noqa: F405
if DATABASES["default"]["ENGINE"] == "django.db.backends.mysql":  # noqa: F405
    DATABASES["default"]["TEST"] = {"CHARSET": "utf8mb4"}  # noqa: F405
