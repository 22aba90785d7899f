"""Static files named by their content, with the imports of modules rewritten to those names."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Compressed files with their digest in the name; browsers keep them for good.

    References to source maps stay as they are: libraries that we carry come without them.
    """

    support_js_module_import_aggregation = True
    patterns = tuple(
        (kind, tuple(each for each in given if "sourceMappingURL" not in each[0]))
        for kind, given in CompressedManifestStaticFilesStorage.patterns
    )
