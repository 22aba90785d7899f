"""What forms and scripts send with evidence, read with care."""

from __future__ import annotations

import math
from typing import Final
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from urbanwork.office.evidence.models import Evidence, Upload
from urbanwork.office.evidence.pictures import Position
from urbanwork.office.evidence.storing import Sent
from urbanwork.office.evidence.uploads import Begun
from urbanwork.office.ledger.acting import Doing
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.visibility import seen, visible
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

ADD: Final = "add"
"""Files alone: no action of the lifecycle."""
MOST_AT_ONCE: Final = 20
"""Files of one form."""
LONGEST_TEXT: Final = 10_000
LONGEST_KEY: Final = 64
"""The column holds more: an ending tells the files of one form apart."""


def rights_of(request: HttpRequest) -> Rights:
    """The post that asks; every view of this room needs one."""
    rights: Rights | None = getattr(request, "rights", None)
    if rights is None:
        raise Http404
    return rights


def task_of(request: HttpRequest, *, number: str = "", pk: int | None = None) -> Task:
    """A task that the post may see, by `pk` or `number`; else there is none."""
    rights = rights_of(request)
    if pk is not None:
        return get_object_or_404(visible(rights), pk=pk)
    if (task := seen(rights, number)) is None:
        raise Http404
    return task


def evidence_of(request: HttpRequest, pk: UUID) -> Evidence:
    """Evidence of a task that the post may see; else there is none."""
    rows = Evidence.objects.select_related("task", "person", "body")
    row = get_object_or_404(rows, pk=pk)
    if not visible(rights_of(request)).filter(pk=row.task_id).exists():
        raise Http404
    return row


def upload_of(request: HttpRequest, pk: UUID) -> Upload:
    """An upload of the one who asks, of a task that the post still sees."""
    rights = rights_of(request)
    upload = get_object_or_404(Upload.objects.select_related("task"), pk=pk, person=rights.person)
    if not visible(rights).filter(pk=upload.task_id).exists():
        raise Http404
    return upload


def doing_of(form: QueryDict, action: str) -> Doing:
    """What a form wants done.

    Raises:
        RefusedError: a number that is none, a text that is too long, ids that are none.
    """
    return Doing(
        action, reason=_text(form), percent=_percent(form), key=key_of(form),
        evidence=_ids(form.getlist("evidence")),
    )  # fmt: skip


def key_of(form: QueryDict) -> str:
    """The key of an attempt; a form without one gets one, and can then be sent twice."""
    return form.get("key", "").strip()[:LONGEST_KEY] or uuid4().hex


def files_of(request: HttpRequest, key: str) -> list[Sent]:
    """The files of a form, each with a key made of that of the form.

    Raises:
        RefusedError: too many.
    """
    files = request.FILES.getlist("files")
    if len(files) > MOST_AT_ONCE:
        raise RefusedError(
            Bilingual(
                f"At most {MOST_AT_ONCE} files at once; send the others afterwards.",
                f"一次最多{MOST_AT_ONCE}个文件，其余请随后发送。",
            )
        )
    where = position_of(request.POST)
    return [
        Sent(each, each.name or "", f"{key}:{number}", where) for number, each in enumerate(files)
    ]


def begun_of(form: QueryDict) -> Begun:
    """The beginning of a file that comes in pieces.

    Raises:
        RefusedError: no size, or no key.
    """
    size, key = form.get("size", ""), form.get("key", "").strip()
    if not (size.isdecimal() and len(size) <= 12 and 8 <= len(key) <= LONGEST_KEY):
        raise RefusedError(Bilingual("A file needs a size and a key.", "文件须注明大小和标识。"))
    return Begun(key, form.get("name", ""), int(size), form.get("sha256", "")[:64],
                 position_of(form))  # fmt: skip


def position_of(form: QueryDict) -> Position | None:
    """Where the device says that it is; nothing where that is no place on earth."""
    try:
        east, north = float(form.get("longitude", "")), float(form.get("latitude", ""))
    except ValueError:
        return None
    is_there = math.isfinite(east + north) and abs(east) <= 180 and abs(north) <= 90
    return Position(round(east, 6), round(north, 6)) if is_there else None


def check_person(request: HttpRequest) -> None:
    """Make sure that a draft of one person is not sent by another who signed in meanwhile.

    Raises:
        RefusedError: the draft is somebody else's.
    """
    stated = request.POST.get("person", "")
    if stated and stated != str(rights_of(request).person.pk):
        raise RefusedError(
            Bilingual(
                "This was written by somebody else on this device; they must sign in to send it.",
                "此内容由他人在本设备上填写，须由其本人登录后发送。",
            )
        )


def _text(form: QueryDict) -> str:
    text = form.get("text", "").replace("\x00", "").strip()
    if len(text) > LONGEST_TEXT:
        raise RefusedError(
            Bilingual(
                f"The text has {len(text):,} characters; at most {LONGEST_TEXT:,} fit.",
                f"文字共{len(text)}字，最多{LONGEST_TEXT}字。",
            )
        )
    return text


def _percent(form: QueryDict) -> float | None:
    given = form.get("percent", "").strip().rstrip("%％")
    if not given:
        return None
    try:
        percent = float(given)
    except ValueError:
        percent = math.nan
    if not 0 <= percent <= 100:
        raise RefusedError(
            Bilingual("Progress is a number from 0 to 100.", "进度应为0至100的数字。")
        )
    return percent


def _ids(given: list[str]) -> list[str]:
    try:
        return [str(UUID(each)) for each in given]
    except ValueError as error:
        raise RefusedError(
            Bilingual("Evidence that does not exist.", "所选佐证不存在。")
        ) from error
