"""How `make serve` runs: gunicorn reads each name here as one of its settings."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

bind = f"{settings.BIND}:{settings.PORT}"
workers = 2
threads = 4
# What a proxy says of the visitor is judged in one place, config/middleware.py.
forwarded_allow_ips = ""
accesslog = "-"
