#!/usr/bin/env python
"""Django's command line for Byline."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Byline cannot start: {error}")
    except OperationalError as error:
        print(f"Byline cannot use its database: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(2)  # not 1, by which `migrate --check` says something else
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
