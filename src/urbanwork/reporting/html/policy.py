"""The content security policy of a page: its own style and script, nothing from outside."""

from __future__ import annotations

import base64
import hashlib


def policy(style: str, script: str | None = None, *, blobs: bool = False) -> str:
    """Only this style, only this script if any, and pictures that they make themselves.

    Args:
        style: text of the one style element.
        script: text of the one script element; None: no script may run.
        blobs: whether pictures may be made as blobs too.
    """
    scripts = "" if script is None else f"script-src '{_digest(script)}'; "
    pictures = "data: blob:" if blobs else "data:"
    return (
        f"default-src 'none'; {scripts}style-src '{_digest(style)}'; img-src {pictures}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(part: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
