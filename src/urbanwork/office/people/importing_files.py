"""Tables of bodies and people that were given: kept until they are looked at and carried out."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any, Final

from django.core import signing
from django.http import Http404

from urbanwork.errors import Fault, ManyFaultsError, UserError, in_chinese
from urbanwork.office.people.importing import Outcome, check, read_in, try_out
from urbanwork.office.people.models import Person
from urbanwork.office.place import office_place
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.sources.statistics.files import FROM_STRANGERS, TEXT

MOST_BYTES: Final = 20 * 2**20
HOURS: Final = 24
SALT: Final = "people import"
NO_FILE: Final = Bilingual("Choose a file first.", "请先选择文件。")
NO_TABLE: Final = Bilingual(
    "A table is read from .xlsx, .xls, .ods or .csv.", "仅支持 .xlsx、.xls、.ods、.csv 表格。"
)
TOO_LARGE: Final = Bilingual(
    "The file has more than 20 MB; divide it.", "文件超过20 MB，请拆分后导入。"
)


def give(person: Person, file: Any) -> str:
    """Keep a file until it was looked at; the key by which this person finds it today.

    Raises:
        UserError: none was given, it is no table, it is too large, or it has no columns of ours.
    """
    path = _kept(file)
    try:
        check(path)
    except UserError as error:
        path.unlink(missing_ok=True)
        raise _without_path(error) from error
    return signing.dumps({"file": path.name, "by": person.pk}, salt=SALT)


def look(person: Person, key: str) -> Outcome:
    """What would become of each row of the file of a key.

    Raises:
        Http404: there is no such file of this person, or no more.
        UserError: the file cannot be read.
    """
    path = _given(person, key)
    try:
        return try_out(path, f"person:{person.pk}")
    except UserError as error:
        raise _without_path(error) from error


def carry_out(person: Person, key: str) -> Outcome:
    """Read the file of a key in, and let it go; raises as `look` does."""
    path = _given(person, key)
    try:
        outcome = read_in(path, f"person:{person.pk}")
    except UserError as error:
        raise _without_path(error) from error
    path.unlink(missing_ok=True)
    return outcome


def _kept(file: Any) -> Path:
    if file is None or not file.name:
        raise _fault(NO_FILE)
    ending = Path(file.name).suffix.lower()
    if ending not in (*TEXT, *FROM_STRANGERS):
        raise _fault(NO_TABLE)
    if (file.size or 0) > MOST_BYTES:
        raise _fault(TOO_LARGE)
    data = file.read()
    path = _folder() / (hashlib.sha256(data).hexdigest() + ending)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(path.parent)
    path.write_bytes(data)
    return path


def _sweep(folder: Path) -> None:
    """Let go of files whose keys have ended: they name people."""
    ended = time.time() - HOURS * 3600
    for each in folder.iterdir():
        if each.stat().st_mtime < ended:
            each.unlink(missing_ok=True)


def _folder() -> Path:
    return office_place().cache / "people"


def _given(person: Person, key: str) -> Path:
    """The file of a key that this person was given today."""
    try:
        given = signing.loads(key, salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature as error:
        raise Http404 from error
    path = _folder() / str(given["file"])
    if given["by"] != person.pk or not path.exists():
        raise Http404
    return path


def _fault(words: Bilingual) -> UserError:
    return UserError(Fault(words.en, words.zh))


def _without_path(error: UserError) -> UserError:
    """The same with the name of the file alone: where it lies is nobody's business."""
    folder = f"{_folder()}/"
    return ManyFaultsError([
        Fault(str(each).replace(folder, ""), in_chinese(each).replace(folder, ""))
        for each in error.faults
    ])  # fmt: skip
