"""Where an examination stands: draft, comments of the districts, frozen, corrected by errata."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pyarrow.parquet as pq

from urbanwork.errors import UserError
from urbanwork.examination.comments import comments_of, unanswered
from urbanwork.examination.errata import errata_of
from urbanwork.examination.frozen import check_frozen, frozen_record
from urbanwork.examination.run import FOLDER, last_folder
from urbanwork.examination.tabulate import CITY

State = Literal["draft", "comments", "frozen", "corrected", "damaged"]


@dataclass(frozen=True, slots=True)
class Status:
    """What is to be known of one examination before it is used."""

    id: str
    as_of: str
    state: State
    comments: int
    unanswered: tuple[int, ...]  # numbers of comments
    frozen_at: str | None
    forced: str | None  # why it was frozen though comments were unanswered
    errata: int
    like: str | None  # the examination whose definitions it uses
    fault: str | None = None  # what was changed that must not change


def status_of(folder: Path) -> Status:
    """The state of one examination. Raises UserError where one of its records was changed."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    comments = [each for each in comments_of(folder) if each["kind"] == "comment"]
    frozen, errata = frozen_record(folder), errata_of(folder)
    state: State = "comments" if comments else "draft"
    if frozen is not None:
        state = "corrected" if errata else "frozen"
    like = manifest.get("like") or {}
    return Status(
        folder.name, str(manifest.get("as_of", "")), state, len(comments),
        tuple(each["number"] for each in unanswered(folder)),
        None if frozen is None else frozen["at"], None if frozen is None else frozen["forced"],
        len(errata), like.get("id"),
    )  # fmt: skip


def statuses(city: Path) -> list[Status]:
    """All examinations of a city, oldest data first; one that was tampered with says how."""
    found = (path.parent for path in (city / FOLDER).glob("*/manifest.json"))
    return sorted((_checked(folder) for folder in found), key=lambda each: (each.as_of, each.id))


def _checked(folder: Path) -> Status:
    try:
        check_frozen(folder)
        return status_of(folder)
    except (UserError, ValueError) as error:
        nothing = Status(folder.name, folder.name[:10], "damaged", 0, (), None, None, 0, None)
        return replace(nothing, fault=str(error))


def examination_folder(path: Path, *, within: Path | None = None) -> Path:
    """The folder of an examination: of one, or of a city, whose last is meant.

    `within` is a city in which a bare id is looked for too.

    Raises:
        UserError: there is neither.
    """
    if within is not None and (within / FOLDER / path / "manifest.json").exists():
        return within / FOLDER / path
    if (path / "manifest.json").exists():
        return path
    last = last_folder(path)
    if last is not None:
        return last
    if (path / "city.yaml").exists():
        raise UserError(
            f"{path}: this city has not been examined; run 'urbanwork examine {path}' first"
        )
    raise UserError(
        f"{path}: there is no examination and no city here; give the folder of one, such as "
        "mycity/examinations/2026-01-01-0123456789, or that of a city for its last"
    )


def area_id(folder: Path, given: str) -> str:
    """The id of an area given by id or name. Raises UserError where there is none, or several."""
    if given == CITY:
        return CITY
    rows = pq.read_table(
        folder / "areas.parquet", columns=["area", "name", "name_zh", "name_en"]
    ).to_pylist()
    for names in (("area",), ("name", "name_zh", "name_en")):
        found = [row["area"] for row in rows if given in [row[name] for name in names]]
        if len(found) == 1:
            return str(found[0])
        if found:
            raise UserError(f"--area: '{given}' is the name of {len(found)} areas; give the id")
    some = ", ".join(row["area"] for row in rows[:5])
    raise UserError(f"--area: there is no '{given}'; wanted 'city' or an area such as {some}")


def known_indicator(folder: Path, given: str) -> str:
    """The indicator, if this examination has it. Raises UserError where it has not."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if given in manifest["indicators"]:
        return given
    import difflib

    near = difflib.get_close_matches(given, manifest["indicators"], n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    raise UserError(f"--indicator: this examination has no '{given}'{hint}")
