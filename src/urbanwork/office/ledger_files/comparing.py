"""A ledger against what is here: new, changed, the same, left out, refused, and gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.timezone import localdate

from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.ledger_files.meaning import Meant, Reader
from urbanwork.office.ledger_files.models import ReadRow
from urbanwork.office.ledger_files.rows import Row
from urbanwork.office.pages.language import language
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual

Kind = Literal["new", "changed", "same", "done", "rejected"]
TAKEN_OVER = ("title", "text", "legal_basis", "areas", "leader", "handler")
"""What a ledger that comes again changes in a task that is here."""
BY_ASSIGNMENT = ("lead", "deadline")
"""What is shown as a change where a task can be assigned now, and comes with its assignment."""
DONE = Bilingual(
    "It says that it is done. What is done is closed here by evidence and by a second body.",
    "该行已办结。系统中的销号须有佐证并由其他机构核验，故不导入。",
)
TWICE = Bilingual("The same row stands in the file twice.", "文件中有重复行。")


@dataclass
class Outcome:
    """What would become of one row."""

    kind: Kind
    meant: Meant
    task: Task | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    reasons: list[Bilingual] = field(default_factory=list)

    @property
    def is_here(self) -> bool:
        """Whether the task is in the ledger and its row is read."""
        return self.kind in ("changed", "same")


@dataclass(frozen=True)
class Comparison:
    """All rows with what would become of them; `gone` are tasks that the ledger no longer has."""

    outcomes: tuple[Outcome, ...]
    gone: tuple[Task, ...]

    @property
    def noted(self) -> list[Outcome]:
        """Rows of tasks that are here with something to say that is no change."""
        return [each for each in self.outcomes if each.task and each.is_here and each.reasons]

    @property
    def unknown(self) -> list[str]:
        """Names of bodies that the office does not know, each once."""
        names = (name for each in self.outcomes for name in each.meant.unknown)
        return list(dict.fromkeys(names))

    def of(self, kind: Kind) -> list[Outcome]:
        """The rows of one kind."""
        return [each for each in self.outcomes if each.kind == kind]


def compare(rights: Rights, ledger: str, rows: Iterable[Row]) -> Comparison:
    """Hold rows against the ledger that this post may see."""
    reader, seen = Reader(), set[str]()
    known = {each.key: each.task_id for each in ReadRow.objects.filter(ledger=ledger)}
    tasks = _tasks(rights, known)
    outcomes, met = [], set[int]()
    for row in rows:
        meant = reader.read(row)
        task = _task_of(rights, row, known, tasks)
        outcomes.append(_outcome(meant, task, is_twice=row.key in seen))
        seen.add(row.key)
        met |= {task.pk} if task else set()
    gone = tuple(task for task in tasks.values() if task.is_open and task.pk not in met)
    return Comparison(tuple(outcomes), gone)


def _tasks(rights: Rights, known: Mapping[str, int]) -> dict[int, Task]:
    found = visible(rights).filter(read_from__key__in=list(known)[:100_000])
    return {task.pk: task for task in found.select_related("lead", "leader", "handler")}


def _task_of(
    rights: Rights, row: Row, known: Mapping[str, int], tasks: Mapping[int, Task]
) -> Task | None:
    if row.number:
        return visible(rights).filter(number=row.number).first()
    return tasks.get(known.get(row.key, 0))


def _outcome(meant: Meant, task: Task | None, *, is_twice: bool) -> Outcome:
    if is_twice:
        return Outcome("rejected", meant, task, reasons=[TWICE])
    if meant.faults:
        return Outcome("rejected", meant, task, reasons=meant.faults)
    if meant.row.number and task is None:
        return Outcome("rejected", meant, reasons=[_not_here(meant.row.number)])
    if task is None and meant.is_done:
        return Outcome("done", meant, reasons=[DONE])
    if task is None:
        return Outcome("new", meant)
    changes = _changes(meant, task)
    notes = list(_not_taken(meant, task))
    return Outcome("changed" if changes else "same", meant, task, changes, notes)


def _not_here(number: str) -> Bilingual:
    return Bilingual(
        f"There is no task {number} here, or your post may not see it.",
        f"系统中没有任务{number}，或您的岗位无权查看。",
    )


def _changes(meant: Meant, task: Task) -> dict[str, tuple[Any, Any]]:
    """What differs, before and after; a field that the file leaves empty changes nothing."""
    if not task.is_open:
        return {}
    given = {name: meant.fields[name] for name in TAKEN_OVER if meant.fields.get(name)}
    changes = {
        name: (getattr(task, name), value)
        for name, value in given.items()
        if _plain(getattr(task, name)) != _plain(value)
    }
    if _can_be_assigned(meant, task):
        lang = language()
        changes.pop("handler", None)  # the assignment names them
        changes["lead"] = ("", meant.lead.title(lang) if meant.lead else "")
        changes["deadline"] = ("", f"{meant.deadline:%Y-%m-%d}")
    return changes


def _can_be_assigned(meant: Meant, task: Task) -> bool:
    return task.state == "registered" and meant.lead is not None and meant.deadline is not None


def _plain(value: Any) -> Any:
    """A text without its line breaks, which a table does not keep; all else as it is."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _not_taken(meant: Meant, task: Task) -> Iterable[Bilingual]:
    """What differs but changes by actions with their own approvals only."""
    if not task.is_open or _can_be_assigned(meant, task):
        return
    given, kept = meant.deadline, task.deadline
    if given is not None and kept is not None and localdate(given) != localdate(kept):
        yield Bilingual(
            f"Its deadline differs ({given:%Y-%m-%d}); extend it on its page, with an approval.",
            f"时限不同（{given:%Y-%m-%d}），请在任务页办理延期并附批准文件。",
        )
    if meant.lead is not None and task.lead is not None and meant.lead != task.lead:
        yield Bilingual(
            f"Its lead body differs ({meant.lead.title('en')}); return and assign it on its page.",
            f"主办机构不同（{meant.lead.title('zh')}），请在任务页退回后重新交办。",
        )
