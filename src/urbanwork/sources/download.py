"""Downloads that are complete and checked before they have their name.

What came of an interrupted download is kept beside it (`.part`) and continued when it is asked for
again, if the server says that its file is still the same.
"""

from __future__ import annotations

import hashlib
import http
import http.client
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urbanwork.errors import UserError
from urbanwork.sources.web import StatusError, fetched, opened

Progress = Callable[[int, int | None], None]
"""Called with the bytes received so far and, where known, the bytes in all."""

MOST_BYTES = 4 * 1024**3
"""No city needs the extract of a larger region; few countries have more."""

_TRIES = 4
_BLOCK = 1 << 18
_AGAIN = "run the same command again to go on from there"


def download(
    url: str,
    target: Path,
    *,
    progress: Progress | None = None,
    most_bytes: int = MOST_BYTES,
    pause_s: float = 2.0,
) -> Path:
    """Download a file to `target`, and return `target`.

    A connection that breaks off is taken up again a few times, after a growing pause. Where the
    server has an MD5 beside the file (`<url>.md5`), the file must agree with it.

    Raises:
        UserError: no internet, no such file, too large, broken off again and again, damaged on
            the way, disk full; each says what to do.
    """
    part = _Part(target)
    expected = _published_md5(url)
    for attempt in range(_TRIES):
        time.sleep(attempt * pause_s)
        broken = _received_all(url, part, progress, most_bytes)
        if broken is None:
            break
    else:
        raise UserError(f"{url}: the connection breaks off again and again ({broken}); {_AGAIN}")
    if expected is not None and part.md5() != expected:
        part.discard()
        raise UserError(f"{url}: arrived damaged (its MD5 is not the one published); try again")
    part.finish()
    return target


def _published_md5(url: str) -> str | None:
    try:
        text = fetched(f"{url}.md5", most_bytes=10_000).decode("ascii", "replace")
    except StatusError:
        return None
    found = re.match(r"\s*([0-9a-fA-F]{32})\b", text)
    return found[1].lower() if found else None


@dataclass(frozen=True, slots=True)
class _Part:
    """What has been received of a file, and of which version of it."""

    target: Path

    @property
    def path(self) -> Path:
        return self.target.with_name(f"{self.target.name}.part")

    @property
    def note(self) -> Path:
        return self.target.with_name(f"{self.target.name}.part.json")

    def state(self, url: str) -> tuple[int, str]:
        """Bytes that can be continued, and the version (ETag or date) that they are of."""
        try:
            noted: dict[str, Any] = json.loads(self.note.read_text(encoding="utf-8"))
            version = str(noted["version"])
            size = self.path.stat().st_size if noted["url"] == url and version else 0
        except (OSError, ValueError, KeyError, TypeError):
            return 0, ""
        return size, version

    def begin(self, url: str, version: str) -> None:
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(b"")
        self.note.write_text(json.dumps({"url": url, "version": version}), encoding="utf-8")

    def md5(self) -> str:
        """The sum that servers publish: against damage on the way, not against malice."""
        with open(self.path, "rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()

    def finish(self) -> None:
        with open(self.path, "rb") as file:
            os.fsync(file.fileno())
        self.path.replace(self.target)
        self.note.unlink(missing_ok=True)

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


def _received_all(url: str, part: _Part, progress: Progress | None, most_bytes: int) -> str | None:
    """Receive what is missing; return why the connection broke off, or None if all has come."""
    start, version = part.state(url)
    headers = {"Range": f"bytes={start}-", "If-Range": version} if start else {}
    try:
        answer = opened(url, headers)
    except StatusError as error:
        if error.status != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        part.discard()  # what we have is no part of the file that is there
        return "the file has changed"
    with answer:
        start = _start(answer, start)
        total = _total(answer, start)
        _check_size(url, total, start, most_bytes, part.target)
        if start == 0:
            with _disk(part.path):
                part.begin(url, _version(answer))
        return _copied(answer, part.path, (start, total), progress, most_bytes)


def _start(answer: Any, asked: int) -> int:
    """Where the answer begins: at what was asked for, or at the beginning of the file."""
    if answer.status != http.HTTPStatus.PARTIAL_CONTENT:
        return 0
    found = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    if found is None or int(found[1]) != asked:
        raise UserError(f"{answer.url}: the server sends another part than asked for; try again")
    return asked


def _total(answer: Any, start: int) -> int | None:
    length = answer.headers.get("Content-Length", "")
    return start + int(length) if length.isdigit() else None


def _version(answer: Any) -> str:
    """What names this version of the file in `If-Range`; a weak ETag does not."""
    etag = str(answer.headers.get("ETag") or "")
    return etag if etag.startswith('"') else str(answer.headers.get("Last-Modified") or "")


def _check_size(url: str, total: int | None, start: int, most_bytes: int, target: Path) -> None:
    if total is None:
        return
    if total > most_bytes:
        raise UserError(_too_large(url, total, most_bytes))
    home = next(one for one in (target.parent, *target.parent.absolute().parents) if one.exists())
    free = shutil.disk_usage(home).free
    if total - start > free:
        raise UserError(
            f"{url}: has {total / 1e6:,.0f} MB, but the disk of {home} has {free / 1e6:,.0f} MB "
            "free; free some space, or choose another folder"
        )


def _too_large(url: str, total: int, most_bytes: int) -> str:
    return (
        f"{url}: has {total / 1e9:,.1f} GB or more, over the limit of {most_bytes / 1e9:,.1f} GB; "
        "take a smaller region"
    )


def _copied(
    answer: Any,
    path: Path,
    span: tuple[int, int | None],
    progress: Progress | None,
    most_bytes: int,
) -> str | None:
    """Append the answer to the file; return why it broke off, if it did."""
    done, total = span
    with _disk(path), open(path, "ab") as file:
        while True:
            try:
                block = answer.read(_BLOCK)
            except (OSError, http.client.HTTPException) as error:
                return str(error) or type(error).__name__
            if not block:
                break
            file.write(block)
            done += len(block)
            if done > most_bytes:
                raise UserError(_too_large(answer.url, done, most_bytes))
            if progress is not None:
                progress(done, total)
    return None if total is None or done == total else f"{done:,} of {total:,} bytes came"


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"{path}: cannot be written ({error.strerror or error}); free some space, or choose "
            "another folder"
        ) from None
