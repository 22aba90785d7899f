"""Files of papers as they were made: kept in the store by digest, opened by who may see them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from urbanwork.office.audit.record import record
from urbanwork.office.evidence.store import path_of, put
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.pages.language import Lang
from urbanwork.office.papers.kinds import BULLETIN, MINUTES
from urbanwork.office.papers.models import Paper, PaperFile
from urbanwork.office.people.rights import Rights

WHOLE: Final = "whole"


@dataclass(frozen=True)
class Telling:
    """What a file tells of which tasks, for whom, and whether that changes no more."""

    tasks: Collection[int]
    reach: str = ""
    is_settled: bool = True


def reach_of(rights: Rights, kind: str) -> str:
    """For whom a file is made: a part of the city for bulletins, one post for extracts."""
    if kind == BULLETIN.name:
        parts = [*sorted(rights.areas), *sorted(rights.fields)]
        return hashlib.sha256(",".join(parts).encode()).hexdigest() if parts else WHOLE
    if kind == MINUTES.name:
        return WHOLE if _sees_whole(rights, kind) else f"post:{rights.post.pk}"
    return ""


def _sees_whole(rights: Rights, kind: str) -> bool:
    """Whether a post may read all that a paper of a kind can say of tasks that it sees."""
    is_limited = bool(rights.areas) or bool(rights.fields)
    return not is_limited and (kind != MINUTES.name or rights.reads_restricted)


def openable(rights: Rights, files: Iterable[PaperFile]) -> list[PaperFile]:
    """Of files of papers that a post may see, those that it may open: it sees all tasks in them."""
    made_for = [each for each in files if each.removed is None and _is_for(rights, each)]
    named = {task for each in made_for for task in each.tasks}
    seen = set(visible(rights).filter(pk__in=named).values_list("pk", flat=True))
    return [each for each in made_for if seen.issuperset(each.tasks)]


def _is_for(rights: Rights, file: PaperFile) -> bool:
    kind = file.paper.kind
    return file.reach == reach_of(rights, kind) or _sees_whole(rights, kind)


def made_before(rights: Rights, paper: Paper, lang: Lang) -> PaperFile | None:
    """The file that a paper is when it is taken again; None where it is to be made.

    A bulletin that names a task which was restricted since is made anew for everyone.
    """
    files = paper.files.filter(lang=lang, reach=reach_of(rights, paper.kind), is_settled=True)
    file = files.filter(removed__isnull=True).select_related("paper").first()
    if file is None or not openable(rights, [file]) or not path_of(file.digest).exists():
        return None
    closed = Task.objects.filter(pk__in=file.tasks, visibility="restricted")
    return None if paper.kind == BULLETIN.name and closed.exists() else file


def bytes_of(file: PaperFile) -> bytes:
    """The file itself.

    Raises:
        FileNotFoundError: the store has lost it.
    """
    return path_of(file.digest).read_bytes()


def keep_file(
    rights: Rights, paper: Paper, lang: Lang, data: bytes, template: str, telling: Telling
) -> PaperFile:
    """Keep a file for good; call it in the transaction that makes the paper.

    Raises:
        OSError: the disk is full; nothing is left behind.
    """
    return PaperFile.objects.create(
        paper=paper, lang=lang, reach=telling.reach, digest=put(data), size=len(data),
        template=template, tasks=sorted(set(telling.tasks)), is_settled=telling.is_settled,
        by=rights.person,
    )  # fmt: skip


def record_taking(rights: Rights, file: PaperFile) -> None:
    """Note in the chain that a kept file was taken once more."""
    facts = {"code": file.paper.code, "language": file.lang, "digest": file.digest}
    record("paper.take", f"paper:{file.paper_id}", facts, actor=f"person:{rights.person.pk}")
