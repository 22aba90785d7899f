"""Tables of bodies and people for programs: given, looked at, carried out."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import File, Path, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from urbanwork.office.people import importing_files
from urbanwork.office.people.asked import administrator
from urbanwork.office.people.importing import Outcome
from urbanwork.office.people.importing_rows import Fate

router = Router()

Key = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_:-]{1,400}$")]


class TableOut(Schema):
    """A table that waits."""

    key: str = Field(description="by it who gave the table finds it for 24 hours")


class FateOut(Schema):
    """What becomes of one row of a table."""

    where: str = Field(examples=["A2"])
    what: str
    adds: list[str] = Field(description="body, person, post")
    changes: list[str]
    why: dict[str, str] | None = Field(None, description="why it is refused, `en` and `zh`")


class TableLook(Schema):
    """What becomes of all rows of a table."""

    doing: int
    same: int
    refused: int
    rows: list[FateOut]


@router.post("", response={201: TableOut}, operation_id="give_people")
def give_people(request: HttpRequest, file: File[UploadedFile]) -> Status[TableOut]:
    """Give a table of bodies and people (.xlsx, .xls, .ods, .csv). Nothing is entered yet."""
    rights = administrator(request)
    return Status(201, TableOut(key=importing_files.give(rights.person, file)))


@router.get("/{key}", response=TableLook, operation_id="look_at_people")
def look_at_people(request: HttpRequest, key: Annotated[Key, Path()]) -> TableLook:
    """What would become of each row (dry run)."""
    return _look(importing_files.look(administrator(request).person, key))


@router.post("/{key}", response=TableLook, operation_id="enter_people")
def enter_people(request: HttpRequest, key: Annotated[Key, Path()]) -> TableLook:
    """Enter all rows that are not refused; then the table is gone, and reads 404.

    The same table given again changes nothing: all its rows are the same.
    """
    return _look(importing_files.carry_out(administrator(request).person, key))


def _look(outcome: Outcome) -> TableLook:
    return TableLook(
        doing=len(outcome.doing), same=outcome.same, refused=len(outcome.refused),
        rows=[_fate(each) for each in outcome.fates],
    )  # fmt: skip


def _fate(fate: Fate) -> FateOut:
    why = None if fate.why is None else {"en": fate.why.en, "zh": fate.why.zh}
    return FateOut(
        where=fate.where, what=fate.what, adds=list(fate.adds), changes=list(fate.changes), why=why
    )
