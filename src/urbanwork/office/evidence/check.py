"""Whether store and rows agree: for the health page, backups, and the sweep of the night.

Rows are those of evidence, and of papers as they were made.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from urbanwork.city.store import hash_file
from urbanwork.office.evidence.models import Evidence, Upload
from urbanwork.office.evidence.store import incoming, kept
from urbanwork.office.evidence.uploads import partial
from urbanwork.office.papers.models import PaperFile

YOUNG: Final = timedelta(hours=24)
"""Files without a row that are younger may belong to a transaction that is under way."""
UPLOADS_KEPT: Final = timedelta(days=7)


@dataclass(frozen=True)
class Checked:
    """What the check found, as digests.

    `missing`: rows without file, which must never be. `without_row`: files of attempts that were
    cut off. `damaged`: files whose content has another digest, looked for only where asked.
    """

    files: int
    missing: tuple[str, ...]
    without_row: tuple[str, ...]
    damaged: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all evidence is there and unchanged."""
        return not self.missing and not self.damaged


def check(*, reads_content: bool = False) -> Checked:
    """Hold the rows of evidence against the files of the store.

    Walks both in the order of digests, so that memory does not grow with the store. With
    `reads_content` every file is read and its digest is taken.
    """
    files = 0
    missing, without_row, damaged = [], [], []
    for digest, has_row, path in _side_by_side():
        files += path is not None
        if path is None:
            missing.append(digest)
        elif not has_row:
            without_row.append(digest)
        elif reads_content and hash_file(path) != digest:
            damaged.append(digest)
    return Checked(files, tuple(missing), tuple(without_row), tuple(damaged))


def _side_by_side() -> Iterator[tuple[str, bool, Path | None]]:
    """Each digest with whether a row has it, and its file."""
    rows = heapq.merge(*(each.order_by("digest").iterator() for each in _named()))
    both = heapq.merge(((each, None) for each in rows), kept(), key=lambda pair: pair[0])
    for digest, found in groupby(both, key=lambda pair: pair[0]):
        paths = [path for _, path in found]
        yield digest, None in paths, next((path for path in paths if path is not None), None)


def _named() -> list[QuerySet[Any, str]]:
    """The digests that rows name: of evidence, and of papers as they were made."""
    papers = PaperFile.objects.filter(removed__isnull=True)
    return [each.values_list("digest", flat=True) for each in (Evidence.objects.all(), papers)]


def sweep() -> int:
    """Remove what no row will ever name: old files without a row, uploads that were given up.

    Returns how many files were removed. Evidence is never removed.
    """
    return _sweep_files() + _sweep_uploads()


def _sweep_files() -> int:
    old = time.time() - YOUNG.total_seconds()
    begun = [each for each in incoming().iterdir() if each.stat().st_mtime < old]
    for each in begun:
        each.unlink(missing_ok=True)
    removed = len(begun)
    for digest, has_row, path in _side_by_side():
        if has_row or path is None or path.stat().st_mtime >= old:
            continue
        if not any(each.filter(digest=digest).exists() for each in _named()):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _sweep_uploads() -> int:
    given_up = Upload.objects.filter(made__lt=timezone.now() - UPLOADS_KEPT)
    count = 0
    for upload in given_up:
        partial(upload).unlink(missing_ok=True)
        upload.delete()
        count += 1
    return count
