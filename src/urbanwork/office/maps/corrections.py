"""Entries for the city's corrections: made of what somebody reports, written when it is confirmed.

A wrong number becomes a task (source `correction`) that carries the entry. Closing the task is the
confirmation: then, after the transaction, the entry is appended to `corrections.yaml`. The file is
read back whole before it takes the place of the old one, so that it is never broken; what could not
be written stays in a list and can be written again (`docs/office/map.md`).
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from urbanwork.city.reading import CORRECTIONS, read_settings
from urbanwork.city.store import write_file
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.office.audit.record import record
from urbanwork.office.ledger.acting import task_acted
from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.people.rights import Rights
from urbanwork.office.place import office_place

SOURCE: Final = "correction"
KEY: Final = "correction"
"""Where the origin of a task carries its entry."""
MOST_LISTED: Final = 200
_log = logging.getLogger(__name__)


def file_of_corrections() -> Path:
    """The file of corrections that the city names, else `corrections.yaml` beside `city.yaml`."""
    city = office_place().city
    named = read_settings(city).corrections
    return Path(named) if named is not None else city / CORRECTIONS


def check_entry(entry: Mapping[str, Any]) -> None:
    """Raises ManyFaultsError with all that is wrong with an entry, as the examination reads it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "entry.yaml"
        path.write_text(text_of(entry), encoding="utf-8")
        _read(path)


def _read(path: Path) -> tuple[Any, ...]:
    from urbanwork.sources.corrections import read_corrections

    try:
        return read_corrections(path)
    except ManyFaultsError as error:
        told = (fault.partition(": ")[2] or fault for fault in error.faults)
        raise ManyFaultsError(list(told)) from None


def text_of(entry: Mapping[str, Any]) -> str:
    """One entry as it stands in the file."""
    import yaml

    return yaml.safe_dump([dict(entry)], allow_unicode=True, sort_keys=False, width=100)


# Writing


def entry_of(task: Task) -> dict[str, Any] | None:
    """The entry that a task carries, its evidence with the number of the task; None without one."""
    entry = task.origin.get(KEY) if task.source == SOURCE else None
    if not isinstance(entry, dict):
        return None
    return {**entry, "evidence": f"{entry.get('evidence', '')} ({mark_of(task)})"}


def mark_of(task: Task) -> str:
    """What names a task in the file, so that it is written once."""
    return f"task {task.number}"


def is_written(task: Task) -> bool:
    """Whether the file has the entry of a task."""
    path = file_of_corrections()
    return path.exists() and f"({mark_of(task)})" in path.read_text(encoding="utf-8")


def write(task: Task, actor: str) -> bool:
    """Append the entry of a closed task; whether it was written now.

    Raises:
        UserError: the file has faults of its own, the entry does not fit it, or the disk is full;
            the file is then as it was.
    """
    entry = entry_of(task)
    if entry is None or task.state not in ("closed", "archived"):
        return False
    with _alone():
        path = file_of_corrections()
        if is_written(task):
            return False
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        after = _grown(path.name, before, text_of(entry))
        with transaction.atomic():
            facts = {"file": path.name, "action": str(entry.get("action", ""))}
            record("correction.write", f"task:{task.pk}", facts, actor=actor)
            write_file(path, after.encode())
    return True


def _grown(name: str, before: str, entry: str) -> str:
    """The file with one more entry at its end; comments and all stay as they are.

    The end of a list is indented in more than one way, so each is read back: the new text must have
    all entries of the old one, and one more.
    """
    if before.strip() in ("", "[]"):
        return entry
    whole = before if before.endswith("\n") else f"{before}\n"
    ids = _ids(name, before)
    for indent in ("", "  ", "    "):
        after = whole + "".join(f"{indent}{line}\n" for line in entry.splitlines())
        with contextlib.suppress(UserError):
            if _ids(name, after)[:-1] == ids:
                return after
    raise UserError(f"{name}: the entry does not fit its end; add it by hand")


def _ids(name: str, text: str) -> list[str]:
    """The ids of the entries of a text. Raises UserError with its faults."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        try:
            return [each.id for each in _read(path)]
        except UserError as error:
            raise UserError(str(error).replace(f"{folder}/", "")) from None


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One writer at a time, whatever the number of servers."""
    lock = office_place().cache / "corrections.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


# After closing


def listen() -> None:
    """Write the entry of a task when it is closed."""
    task_acted.connect(_acted, dispatch_uid="urbanwork.office.maps.corrections")


def _acted(sender: Any, *, task: Task, event: TaskEvent, before: str, **_: Any) -> None:
    if event.action == "close" and entry_of(task) is not None:
        transaction.on_commit(lambda: _write_quietly(task, f"person:{event.person_id}"))


def _write_quietly(task: Task, actor: str) -> None:
    """The task is closed whatever happens here; what failed is seen in the list and tried again."""
    try:
        write(task, actor)
    except Exception:
        _log.exception("the entry of task %s was not written", task.number)


def unwritten(rights: Rights) -> list[Task]:
    """Closed tasks of corrections that a post may see whose entries are not in the file."""
    found = visible(rights).filter(source=SOURCE, state__in=("closed", "archived"))
    path = file_of_corrections()
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    rows = found.order_by("-closed", "-id")[:MOST_LISTED]
    return [each for each in rows
            if each.origin.get(KEY) and f"({mark_of(each)})" not in text]  # fmt: skip


def today() -> str:
    """The day of an entry."""
    return timezone.localdate().isoformat()
