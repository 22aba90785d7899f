"""Giving files out: as what they are, never as a page, and never by their path."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from django.http import FileResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from urbanwork.office.evidence.kinds import JPEG, KINDS
from urbanwork.office.evidence.models import Evidence
from urbanwork.office.evidence.pictures import thumbnail
from urbanwork.office.evidence.store import path_of
from urbanwork.office.place import office_place

SANDBOX: Final = "default-src 'none'; sandbox; frame-ancestors 'none'"
KEPT_SECONDS: Final = 300


def file_response(row: Evidence, variant: str) -> HttpResponseBase:
    """A file of evidence, or the small picture of it.

    Raises:
        FileNotFoundError: the store has lost it.
    """
    is_picture = KINDS[row.kind].is_picture
    is_small = variant == "small" and is_picture
    path = small_of(row) if is_small else path_of(row.digest)
    kind = JPEG.mime if is_small else row.kind
    response = FileResponse(path.open("rb"), content_type=kind)
    is_attachment = variant == "download" or not is_picture
    named = content_disposition_header(is_attachment, row.name)
    response["Content-Disposition"] = named or "attachment"
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    is_kept = is_small and row.task.visibility != "restricted"
    response["Cache-Control"] = f"private, max-age={KEPT_SECONDS}" if is_kept else "no-store"
    return response


def small_of(row: Evidence) -> Path:
    """The file of the small picture, made at its first use; it can be made again at any time."""
    path = office_place().cache / "small" / row.digest[:2] / f"{row.digest}.jpg"
    if not path.exists():
        made = thumbnail(path_of(row.digest).read_bytes())
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_name(secrets.token_hex(16))
        opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.write(made)
        beside.replace(path)
    return path
