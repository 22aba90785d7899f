"""Records that are only ever added to: one JSON object a line, each bound to the one before.

Every record carries the SHA-256 of the line before it (`previous`; of the first, the journal's
root), so that a record that was changed, removed or put in between breaks the chain. Beside the
journal stands its head, the number and hash of the last record, so that a journal that lost its
end is noticed too. A record is on the disk before it is confirmed; a kill at any moment leaves the
journal as it was or with the whole record.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urbanwork.city.store import storage_fault, write_file
from urbanwork.errors import UserError

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal of one file; `root` is what its first record is bound to."""

    file: Path
    root: str = ""

    @property
    def head(self) -> Path:
        """Where number and hash of the last record stand."""
        return self.file.with_suffix(".head")

    def records(self) -> list[Record]:
        """All records, oldest first.

        Raises:
            UserError: a record was changed, removed or put in between, or the end is missing.
        """
        lines = self._lines()
        found = list(self._checked(lines))
        self._check_head(lines)
        return found

    def append(self, record: Mapping[str, Any]) -> Record:
        """Add one record with its number; it is on the disk when this returns.

        Raises:
            UserError: the journal is broken, or cannot be written.
        """
        with held(self.file.parent):
            number, lines = len(self.records()) + 1, self._lines()
            full = {"number": number, **record, "previous": self._hash_before(lines, number)}
            line = json.dumps(full, ensure_ascii=False).encode()
            write_file(self.file, b"".join(each + b"\n" for each in (*lines, line)))
            write_file(self.head, json.dumps({"number": number, "hash": _hash(line)}).encode())
            to_disk(self.file.parent)
            return full

    def _lines(self) -> list[bytes]:
        try:
            return self.file.read_bytes().splitlines()
        except FileNotFoundError:
            return []

    def _checked(self, lines: list[bytes]) -> Iterator[Record]:
        for number, line in enumerate(lines, 1):
            try:
                record: Record = json.loads(line)
                bound = (record["number"], record["previous"])
            except (ValueError, TypeError, KeyError):
                raise self._broken(f"line {number} is damaged") from None
            if bound != (number, self._hash_before(lines, number)):
                raise self._broken(f"line {number} does not follow from the line before it")
            yield record

    def _check_head(self, lines: list[bytes]) -> None:
        """The head may be one record behind: a kill can come between the two files."""
        try:
            head = json.loads(self.head.read_bytes())
            number, last = int(head["number"]), str(head["hash"])
        except FileNotFoundError:
            number, last = 0, ""
        except (ValueError, TypeError, KeyError):
            raise self._broken(f"its head {self.head.name} is damaged") from None
        if not number <= len(lines) <= number + 1:
            raise self._broken(f"it has {len(lines)} records, its head says {number}")
        if number and _hash(lines[number - 1]) != last:
            raise self._broken(f"record {number} is not the one that its head names")

    def _hash_before(self, lines: list[bytes], number: int) -> str:
        return _hash(lines[number - 2]) if number > 1 else self.root

    def _broken(self, how: str) -> UserError:
        return UserError(
            f"{self.file}: {how}: this journal was changed after it was written; take it and "
            f"{self.head.name} from a copy"
        )


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder against other writers for the time of a `with` block; waits for its turn."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise storage_fault(folder, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def to_disk(folder: Path) -> None:
    """The names in a folder, on the disk: a file that was renamed there stays after a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
