"""The template that a paper is made from: the city's own where it has one, else the product's."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from django.db import transaction

from urbanwork.office.audit.record import record
from urbanwork.office.evidence.office_files import check_office_file
from urbanwork.office.papers.checking import RefusedTemplateError
from urbanwork.office.papers.filling import fill
from urbanwork.office.papers.kinds import KINDS, Kind
from urbanwork.office.people.rights import Rights
from urbanwork.office.place import office_place
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

CHANGE: Final = ("supervisor", "administrator")
LANGUAGES: Final = ("zh", "en")
DEFAULTS: Final = Path(__file__).parent / "defaults"
MOST_BYTES: Final = 2 * 2**20
NOT_YOURS: Final = Bilingual(
    "Supervisors and administrators change templates.", "须由督办人员或管理员更换模板。"
)


def own_path(kind: Kind, lang: str) -> Path:
    """Where the city's own template lies."""
    return office_place().templates / "papers" / f"{kind.name}.{lang}.docx"


def template_of(kind: Kind, lang: str) -> bytes:
    """The template that holds."""
    own = own_path(kind, lang)
    return own.read_bytes() if own.exists() else (DEFAULTS / own.name).read_bytes()


def is_own(kind: Kind, lang: str) -> bool:
    """Whether the city changed it."""
    return own_path(kind, lang).exists()


def change(rights: Rights, kind: Kind, lang: str, data: bytes) -> None:
    """Use another template from now on, once it was tried out.

    Raises:
        RefusedError: the post may not, or nothing can be made from the file; the old one stays.
    """
    _may(rights)
    try_out(kind, data)
    path = own_path(kind, lang)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with transaction.atomic():
        _record(rights, "template.change", kind, lang, data)
        part.write_bytes(data)
        os.replace(part, path)


def go_back(rights: Rights, kind: Kind, lang: str) -> None:
    """Use the template of the product again.

    Raises:
        RefusedError: the post may not.
    """
    _may(rights)
    if not is_own(kind, lang):
        return
    with transaction.atomic():
        _record(rights, "template.default", kind, lang, (DEFAULTS / own_path(kind, lang).name)
                .read_bytes())  # fmt: skip
        own_path(kind, lang).unlink(missing_ok=True)


def try_out(kind: Kind, data: bytes) -> None:
    """Make the paper from sample values, full ones and empty ones.

    Raises:
        RefusedError: it is no file of Word, it names what the paper does not know, it breaks.
    """
    if len(data) > MOST_BYTES:
        raise RefusedTemplateError(
            Bilingual("The template is larger than 2 MB.", "模板超过2 MB，请精简后上传。")
        )
    if not data.startswith(b"PK\x03\x04") or b"word/document.xml" not in data:
        raise RefusedTemplateError(
            Bilingual(
                "This is no .docx file of Word; save the template as .docx and send that.",
                "文件不是Word的.docx格式，请另存为.docx后上传。",
            )
        )
    check_office_file(data)
    for values in (kind.sample, kind.spare):
        fill(data, values, kind.sample)


def _may(rights: Rights) -> None:
    if rights.role not in CHANGE:
        raise RefusedError(NOT_YOURS)


def _record(rights: Rights, action: str, kind: Kind, lang: str, data: bytes) -> None:
    facts = {"language": lang, "digest": hashlib.sha256(data).hexdigest()}
    record(action, f"template:{kind.name}", facts, actor=f"person:{rights.person.pk}")


def kind_of(name: str) -> Kind | None:
    """A kind of paper by its name."""
    return KINDS.get(name)
