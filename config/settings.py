"""Byline's settings. Each variable is read once, here; README.md says what each does."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")  # may be absent; real variables win

# Core

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="django-insecure-for-development-only" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Put a long random value into the environment or .env, "
        "or set DEBUG=True to develop."
    )
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
BIND = env("BIND", default="127.0.0.1")
PORT = env("PORT", default="8000")
if not (PORT.isdecimal() and 0 < int(PORT) < 65536):
    raise ImproperlyConfigured(f"PORT must be a number from 1 to 65535, not {PORT!r}.")
SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")
SITE_NAME = env("SITE_NAME", default="Byline")
FEED_AUTHORITY = env("FEED_AUTHORITY", default="") or f"{urlsplit(SITE_URL).hostname},2026"
WEBSUB_HUB = env("WEBSUB_HUB", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])  # Django adds localhost under DEBUG
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=["127.0.0.1", "::1"])

INSTALLED_APPS = [
    "accounts.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_http_compression",
    "django_prose_editor",  # for its static files: the editor's bundle
    "accounts.apps.AccountsConfig",
    "posts.apps.PostsConfig",
]

MIDDLEWARE = [
    "config.middleware.HealthMiddleware",
    "config.middleware.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.ContentSecurityPolicyMiddleware",
    "config.middleware.CompressionMiddleware",
    "config.middleware.ConditionalGetMiddleware",  # around what says which cookies a page shows
    "config.middleware.CacheControlMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.RecheckMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.OwnErrorPagesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.site",
            ],
        },
    },
]

# What a form may carry: a body of 1 MB, percent-encoded at worst nine times as long, and then
# some, so that a body that is too long reaches the form, which says so and keeps the text.
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "posts.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Database

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR}/db.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

match DATABASES["default"]["ENGINE"]:
    case "django.db.backends.sqlite3":
        DATABASES["default"]["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,  # seconds a writer waits for another
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    case "django.db.backends.mysql":
        import pymysql

        pymysql.install_as_MySQLdb()
        DATABASES["default"]["OPTIONS"] = {
            "charset": "utf8mb4",
            # Left alone, MariaDB joins the few authors first, or through a buffer that loses the
            # order of the index, and then sorts a million posts to show twenty. Both variables
            # are a comment to MySQL, and the second to a MariaDB that does not know it.
            "init_command": "SET sql_mode='STRICT_TRANS_TABLES' /*M!, join_cache_level=0 */"
            " /*M!101110 , optimizer_join_limit_pref_ratio=1 */",
        }

# Cache

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}

# Search: what finds is the database, or with the address of an index OpenSearch or Elasticsearch

SEARCH_URL = env("SEARCH_URL", default="")

# Sign-in

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.OIDCBackend"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = reverse_lazy("posts:list")
LOGOUT_REDIRECT_URL = reverse_lazy("posts:list")

#: The development provider of accounts/, which `make run` starts.
DEVELOPMENT_ISSUER = "http://127.0.0.1:8001"
OIDC_ISSUER = env("OIDC_ISSUER", default=DEVELOPMENT_ISSUER if DEBUG else "")
OIDC_HTTP_ON_LOOPBACK = DEBUG  # any other issuer must be https
OIDC_RP_CLIENT_ID = env("OIDC_RP_CLIENT_ID", default="byline" if DEBUG else "")
OIDC_RP_CLIENT_SECRET = env("OIDC_RP_CLIENT_SECRET", default="development" if DEBUG else "")
OIDC_RP_SCOPES = env("OIDC_RP_SCOPES", default="openid email profile groups offline_access")
OIDC_AUTHOR_GROUPS = env.list("OIDC_AUTHOR_GROUPS", default=[])  # empty: everyone
OIDC_MODERATOR_GROUPS = env.list("OIDC_MODERATOR_GROUPS", default=["blog-moderators"])
OIDC_ADMIN_GROUPS = env.list("OIDC_ADMIN_GROUPS", default=["blog-admins"])
OIDC_RECHECK_SECONDS = env.int("OIDC_RECHECK_SECONDS", default=60)
OKTA_API_TOKEN = env("OKTA_API_TOKEN", default="")  # for `manage.py sync_okta_users` alone
OIDC_RP_SIGN_ALGO = "RS256"
OIDC_USE_PKCE = True

# Cookies and transport: as strict as the site's own address allows

SITE_IS_HTTPS = urlsplit(SITE_URL).scheme == "https"
SESSION_COOKIE_AGE = 12 * 60 * 60  # as long as a sign-in lasts: LoginSession says so too
SESSION_COOKIE_SECURE = SITE_IS_HTTPS
CSRF_COOKIE_SECURE = SITE_IS_HTTPS
SECURE_SSL_REDIRECT = SITE_IS_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SITE_IS_HTTPS else 0
# Not for subdomains and no preloading: what else a company serves is not this site's to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
USE_X_FORWARDED_HOST = True  # both only from TRUSTED_PROXIES: config/middleware.py
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"

# Words and time

LANGUAGE_CODE = env("LANGUAGE_CODE", default="en")
TIME_ZONE = env("SITE_TIME_ZONE", default="UTC")
if TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(
        f"SITE_TIME_ZONE must be a name like Europe/Paris, not {TIME_ZONE!r}."
    )
USE_I18N = True
USE_TZ = True

# Static files

STATIC_URL = "/static/"
WHITENOISE_MANIFEST_STRICT = False  # a missing file must not bring down the page that wants it
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.storage.StaticFilesStorage"
    },
}

# Uploaded pictures: on disk, or on S3-compatible storage. The site itself serves both, so that the
# address in a body outlasts a change of storage, and no page asks another site for anything.

MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / env("MEDIA_ROOT", default="media")
if S3_BUCKET := env("S3_BUCKET", default=""):
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured(
            "S3_BUCKET is set, but what it needs is not installed: run "
            ".venv/bin/pip install --require-hashes -r requirements-s3.txt"
        )
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env("S3_ENDPOINT_URL", default="") or None,  # None: Amazon's own
            "region_name": env("S3_REGION", default="") or None,
            "default_acl": None,  # the bucket's; it can be private
            "file_overwrite": True,  # names tell the content
        },
    }

# Log

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"accounts": {"level": "INFO"}, "posts": {"level": "INFO"}},
}
