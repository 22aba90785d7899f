"""Whether the office is well: for a machine in one word, for its administrator in detail."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from urbanwork.errors import UserError, in_chinese
from urbanwork.office.place import office_place
from urbanwork.quantities.bilingual import Bilingual

LITTLE_BYTES = 500 * 2**20
OLD_BACKUP = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at, what was found, and whether it is well."""

    title: Bilingual
    found: Bilingual
    is_well: bool


def answers() -> bool:
    """Whether the database answers; what a load balancer asks."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def signs() -> list[Sign]:
    """Everything that can be looked at within a moment."""
    return [sign for look in LOOKS for sign in look()]


def _database() -> Iterator[Sign]:
    title = Bilingual("Database", "数据库")
    kind = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    yield Sign(title, Bilingual(f"{kind} answers.", f"{kind} 正常。"), answers())


def _disk() -> Iterator[Sign]:
    free = shutil.disk_usage(office_place().folder).free
    yield Sign(
        Bilingual("Disk", "磁盘"),
        Bilingual(f"{free / 2**30:.1f} GiB free.", f"剩余{free / 2**30:.1f} GiB。"),
        free > LITTLE_BYTES,
    )


def _chain() -> Iterator[Sign]:
    """The triggers and the last anchor; the whole chain is for `urbanwork audit verify`."""
    from urbanwork.office.audit.models import Head
    from urbanwork.office.audit.triggers import missing

    gone = missing(connection)
    head = Head.objects.filter(id=1).first()
    number = head.number if head else 0
    anchored = _last_anchor()
    words = Bilingual(
        f"{number} entries, {anchored} anchored outside, {len(gone)} triggers missing.",
        f"记录{number}条，外部锚点至第{anchored}条，缺少触发器{len(gone)}个。",
    )
    yield Sign(Bilingual("Chain of the audit", "审计链"), words, not gone and anchored >= number)


def _last_anchor() -> int:
    path = office_place().anchors
    if not path.exists():
        return 0
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        lines = file.read().splitlines()
    numbers = [int(line.split()[0]) for line in lines if line[:1].isdigit() and b" " in line]
    return max(numbers[-50:], default=0)


def _backup() -> Iterator[Sign]:
    title = Bilingual("Last backup here", "最近备份（本机）")
    found = sorted((office_place().folder / "backups").glob("*.tar"))
    if not found:
        none = Bilingual(
            "None in the folder of the office; perhaps elsewhere.",
            "办公系统文件夹中没有备份，或存于他处。",
        )
        yield Sign(title, none, True)
        return
    at = datetime.fromtimestamp(max(path.stat().st_mtime for path in found)).astimezone()
    yield Sign(
        title, Bilingual(f"{at:%Y-%m-%d %H:%M}", f"{at:%Y-%m-%d %H:%M}"),
        timezone.now() - at < OLD_BACKUP,
    )  # fmt: skip


def _worker() -> Iterator[Sign]:
    """Whether somebody ticks and delivers."""
    from urbanwork.office.supervising.models import Lease

    title = Bilingual("Worker (lights, notices)", "后台任务（亮灯、通知）")
    lease = Lease.objects.order_by("-until").first()
    if lease is None:
        none = Bilingual("It has never run; `urbanwork serve` starts it.", "从未运行，由服务启动。")
        yield Sign(title, none, False)
        return
    is_there = lease.until > timezone.now()
    until = f"{timezone.localtime(lease.until):%Y-%m-%d %H:%M}"
    words = Bilingual(f"Holds its lease until {until}.", f"运行许可有效期至{until}。")
    yield Sign(title, words, is_there)


def _outbox() -> Iterator[Sign]:
    from urbanwork.office.notices.models import GIVEN_UP, WAITING, Delivery

    hour_ago = timezone.now() - timedelta(hours=1)
    late = Delivery.objects.filter(state=WAITING, due__lt=hour_ago).count()
    lost = Delivery.objects.filter(state=GIVEN_UP, due__gt=timezone.now() - OLD_BACKUP).count()
    words = Bilingual(
        f"{late} wait for more than an hour, {lost} were given up in eight days.",
        f"超过1小时未送达{late}条，近8日放弃{lost}条。",
    )
    yield Sign(Bilingual("Notices", "通知"), words, late == 0 and lost == 0)


def _evidence() -> Iterator[Sign]:
    from urbanwork.office.evidence.check import check

    found = check()
    words = Bilingual(
        f"{found.files} files, {len(found.missing)} missing, {len(found.without_row)} unnamed.",
        f"文件{found.files}个，缺失{len(found.missing)}个，无记录{len(found.without_row)}个。",
    )
    yield Sign(Bilingual("Evidence", "佐证"), words, not found.missing)


def _what_ifs() -> Iterator[Sign]:
    """The memory that the city takes which is held open, once for all workers."""
    from urbanwork.office.maps import apart

    title = Bilingual("What-ifs", "推演")
    try:
        held = apart.held()
    except UserError as error:
        fault = error.faults[0]
        yield Sign(title, Bilingual(fault, in_chinese(fault)), False)
        return
    memory, minutes = held["bytes"] / 2**30, round(apart.UNUSED_S / 60)
    words = Bilingual("Nobody tries any; no city is held in memory.", "无人推演，未占用内存。")
    if held["is_held"]:
        words = Bilingual(
            f"The city is held in memory, {memory:.1f} GiB, until {minutes} minutes after the last "
            "question.", f"城市数据占用内存{memory:.1f} GiB，最后一次推演{minutes}分钟后释放。",
        )  # fmt: skip
    if held["fault"]:
        words = Bilingual(held["fault"], held["fault"])
    yield Sign(title, words, not held["fault"])


LOOKS: tuple[Callable[[], Iterator[Sign]], ...] = (
    _database, _disk, _chain, _worker, _outbox, _evidence, _backup, _what_ifs,
)  # fmt: skip
