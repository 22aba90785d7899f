"""Signed links to files: they end, and alone they open nothing for who may not see the task."""

from __future__ import annotations

import time
from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from urbanwork.office.evidence.models import Evidence

VARIANTS: Final = ("small", "full", "download")
STEP: Final = 30 * 60
"""Seconds. A link holds for one to two steps; within a step it is the same, so that browsers need
not load a picture again with each page."""


class EndedLinkError(Exception):
    """A link that was good and is too old."""


def link_to(row: Evidence, variant: str) -> str:
    """The address of a file, for half an hour to an hour from now."""
    ends = (int(time.time()) // STEP + 2) * STEP
    return reverse("evidence_file", args=[row.pk, variant, f"{ends:x}-{_sign(row, variant, ends)}"])


def check_link(row_id: UUID, variant: str, token: str) -> None:
    """Make sure that a link is ours and still holds.

    Raises:
        BadSignature: it is not ours.
        EndedLinkError: it is too old.
    """
    ends, _, signature = token.partition("-")
    if not _signer(variant).unsign(f"{row_id}.{ends}:{signature}"):
        raise BadSignature
    if int(ends, 16) < time.time():
        raise EndedLinkError


def _sign(row: Evidence, variant: str, ends: int) -> str:
    return _signer(variant).signature(f"{row.pk}.{ends:x}")


def _signer(variant: str) -> Signer:
    return Signer(salt=f"evidence.{variant}")
