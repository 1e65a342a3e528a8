"""Where static files are collected."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Compressed, and named after their content, also where one script imports another."""

    support_js_module_import_aggregation = True
