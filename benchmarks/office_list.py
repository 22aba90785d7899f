"""The ledger as a restricted handler opens it, at 1,000,000 tasks: p50 and p95 of whole requests.

    python benchmarks/office_list.py [--tasks 1000000] [--rounds 30] [--folder /tmp/kept]
    tests/with_postgresql.sh python benchmarks/office_list.py

Requests go through all of Django (session, rights, filter, count, template) in this process, one
after the other, without the network. The ledger has 300 bodies in a tree; a few have very many
tasks, most have few; each task has a lead body and mostly one that co-operates; a fifth is open.
Who asks are handlers, who see the tasks of their body and those below only: of the body with most
tasks, of a usual one, of a bureau with all below it, and for comparison a leader, who sees all.
Bars (p50 / p95): 150 / 400 ms on SQLite, 100 / 300 ms on PostgreSQL. A folder that is named is
filled once and kept.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from office_tick import open_empty

BARS = {"sqlite": (150, 400), "postgresql": (100, 300)}
NOW = datetime.now(UTC).replace(microsecond=0)
BUREAUS, BODIES, PEOPLE, AREAS, TEXTS = 40, 300, 5, 120, 20_000
SUBJECTS = "幼儿园 小学 养老服务站 社区卫生服务中心 公园绿地 供水管网 污水管道 老旧小区 公交站 停车场 消防通道 道路 路灯 垃圾分类站 文化活动室 农贸市场 无障碍坡道 河道 充电桩 图书馆".split()  # noqa: E501, RUF100, SIM905
VERBS = "补建 改造 整治 扩建 新建 修复 疏通 增设 移交 验收".split()  # noqa: SIM905
PLACES = "东 西 南 北 中".split()  # noqa: SIM905
FILTERS = {
    "open, by deadline": "",
    "mine, open, by deadline": "mine=1",
    "overdue": "overdue=1",
    "red lights": "light=red",
    "words": "q=幼儿园",
    "words, all states": "q=补建 幼儿园&state=all",
    "one area": "area=a7",
    "area and words": "area=a7&q=管网",
    "all states, newest": "state=all&sort=newest",
    "deadline in a month": "begin={month}-01&end={month}-28",
}


@contextmanager
def told(what: str) -> Iterator[None]:
    begin = time.monotonic()
    yield
    print(f"  {what}: {time.monotonic() - begin:.1f} s", flush=True)


def bodies_and_people() -> tuple[list[int], dict[int, list[int]]]:
    """Bodies in a tree of three levels, with five handlers each."""
    from urbanwork.office.people.models import Body, Person, Post

    root = Body.objects.create(code="root", name="市人民政府")
    made = [root]
    for number in range(BODIES - 1):
        parent = root if number < BUREAUS else made[1 + number % BUREAUS]
        made.append(Body.objects.create(code=f"b{number}", name=f"机构{number}", parent=parent))
    people = Person.objects.bulk_create(
        Person(username=f"p{number}", name=f"人员{number}", password="!")
        for number in range(BODIES * PEOPLE + 1)
    )
    Post.objects.bulk_create(
        Post(person=person, body=made[place // PEOPLE], role="handler")
        for place, person in enumerate(people[:-1])
    )
    Post.objects.create(person=people[-1], body=root, role="leader")
    of = {each.pk: [p.pk for p in people[at * PEOPLE :][:PEOPLE]] for at, each in enumerate(made)}
    return [each.pk for each in made], of


def drafts(
    count: int, bodies: list[int], people: dict[int, list[int]]
) -> Iterator[tuple[Any, ...]]:
    """Rows to make tasks from; bodies by a steep curve, the first has about one in seventeen."""
    chance = random.Random(11)
    shuffled = bodies[1:]
    chance.shuffle(shuffled)
    for number in range(1, count + 1):
        lead = shuffled[int(len(shuffled) * chance.random() ** 2)]
        helper = shuffled[int(len(shuffled) * chance.random() ** 2)]
        begin = NOW - timedelta(days=chance.uniform(0, 1_000))
        due = begin + timedelta(days=chance.uniform(20, 240))
        is_open = chance.random() < (0.75 if due > NOW else 0.06)
        late, near = due < NOW, due < NOW + timedelta(days=4)
        light = ("red" if late else "yellow" if near else "green") if is_open else None
        state = chance.choice(("assigned", "in_progress", "in_progress", "submitted"))
        yield (
            number, lead, None if helper == lead or number % 5 == 0 else helper,
            chance.choice(people[lead]), chance.randrange(TEXTS), f"a{chance.randrange(AREAS)}",
            state if is_open else "archived", int(is_open), light, begin, due,
            float(chance.randrange(50_000)),
        )  # fmt: skip


def texts() -> list[tuple[int, str, str]]:
    from urbanwork.office.ledger.searching import kept

    chance, made = random.Random(5), []
    for number in range(TEXTS):
        where = "".join(chance.choices(PLACES, k=3))
        title = f"{chance.choice(VERBS)}{where}街道{chance.choice(SUBJECTS)}"
        more = "，".join(f"{chance.choice(VERBS)}工程第{chance.randrange(90)}期" for _ in range(4))
        made.append((number, title, f" {' '.join(kept(title + ' ' + more))} "))
    return made


COPIED = """CREATE TEMPORARY TABLE draft (i integer, lead integer, helper integer, handler integer,
    words integer, area varchar(80), state varchar(20), is_open integer, light varchar(10),
    begun timestamp with time zone, due timestamp with time zone, people double precision)"""
TASKS = """INSERT INTO ledger_task (id, number, title, text, source, origin, weight, visibility,
    state, is_open, version, edition, lead_id, handler_id, deadline, first_deadline, legal_basis,
    qualification, point, ask, indicator, expected, areas, area, people, light, light_reason,
    registered, sought)
    SELECT i, '2026-' || i, title, title, 'ledger', '{}', 'normal', 'internal', state, is_open = 1,
    5, 0, lead, handler, due, due, '', '', '', '', '', '{}', '[]', area, people, light, '{}',
    begun, ' 2026 ' || i || sought FROM draft JOIN piece ON piece.n = draft.words"""
PARTS = """INSERT INTO ledger_taskbody (task_id, body_id, part, is_open, state, light, deadline)
    SELECT i, {0}, '{0}', is_open = 1, state, light, due FROM draft WHERE {0} IS NOT NULL"""


TABLES = ("ledger_task", "ledger_taskbody", "ledger_taskarea")
"""Whose triggers keep the index over words; it is made once, after them."""


def fill(count: int) -> None:
    from django.db import connection, transaction

    from urbanwork.office.ledger import word_table

    with told("bodies and people"), transaction.atomic():
        bodies, people = bodies_and_people()
    with transaction.atomic(), connection.cursor() as cursor:
        with told("drafts"):
            cursor.execute(COPIED)
            cursor.execute("CREATE TEMPORARY TABLE piece (n integer, title text, sought text)")
            _copy(cursor, "draft", 12, drafts(count, bodies, people))
            _copy(cursor, "piece", 3, texts())
        for table in TABLES if connection.vendor == "postgresql" else ():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        with told("tasks"):
            cursor.execute(TASKS)
        with told("bodies and areas of tasks"):
            cursor.execute(PARTS.format("lead"))
            cursor.execute(PARTS.format("helper"))
            cursor.execute("INSERT INTO ledger_taskarea (task_id, area) SELECT i, area FROM draft")
        cursor.execute("DROP TABLE draft")
        cursor.execute("DROP TABLE piece")
    if connection.vendor == "postgresql":
        with told("index over words"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DROP TABLE ledger_taskwords")
            word_table.keep(cursor)
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    with told("what the database does by itself in time"), connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _copy(cursor: Any, table: str, columns: int, rows: Any) -> None:
    from django.db import connection

    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    said = (
        tuple(f"{each:%Y-%m-%d %H:%M:%S}" if isinstance(each, datetime) else each for each in row)
        for row in rows
    )
    places = ", ".join(["?"] * columns)
    cursor.connection.cursor().executemany(f"INSERT INTO {table} VALUES ({places})", said)


def askers() -> dict[str, Any]:
    """Handlers of the body with most tasks, of a usual one, of a bureau; and the leader."""
    from django.db.models import Count

    from urbanwork.office.ledger.models import TaskBody
    from urbanwork.office.people.models import Body, Person

    many = TaskBody.objects.values("body").annotate(n=Count("pk")).order_by("-n", "body")
    sizes = {row["body"]: row["n"] for row in many}
    parents = {each for each in Body.objects.values_list("parent", flat=True) if each}
    leaves = [body for body in sizes if body not in parents]
    bureau = max(parents - {1}, key=lambda body: sizes.get(body, 0))

    def of(body: int) -> Any:
        return Person.objects.filter(posts__body=body, posts__role="handler").first()

    below = Body.objects.filter(path__startswith=Body.objects.get(pk=bureau).path)
    under = sum(sizes.get(each.pk, 0) for each in below)
    usual = leaves[len(leaves) // 2]
    return {
        f"handler, largest body ({sizes[leaves[0]]:,} tasks)": of(leaves[0]),
        f"handler, usual body ({sizes[usual]:,} tasks)": of(usual),
        f"handler, bureau with all below ({under:,} tasks)": of(bureau),
        "leader (all tasks)": Person.objects.get(posts__role="leader"),
    }


def measure(rounds: int) -> None:
    from django.db import connection
    from django.test import Client

    month = f"{NOW + timedelta(days=30):%Y-%m}"
    for who, person in askers().items():
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(person, backend="urbanwork.office.people.backend.PersonBackend")
        print(f"\n{who}\n{'':26}{'p50':>7}{'p95':>8}{'least':>8}{'most':>8} ms   rows   CPU")
        every: list[float] = []
        busy = time.process_time()
        for name, query in FILTERS.items():
            path = f"/ledger/?{query.format(month=month)}"
            times, rows, cpu = [], 0, time.process_time()
            for turn in range(rounds + 1):
                begin = time.perf_counter()
                answer = client.get(path)
                spent = (time.perf_counter() - begin) * 1_000
                assert answer.status_code == 200, answer.content[:300]
                rows = answer.content.count(b'class="mono"')
                if turn:  # the first one is for what is read once
                    times.append(spent)
            every += times
            cpu = (time.process_time() - cpu) / (rounds + 1) * 1_000
            print(f"  {name:24}{_figures(times)}   {rows:4} {cpu:6.0f}", flush=True)
        p50, p95 = BARS[connection.vendor]
        cpu = (time.process_time() - busy) / len(FILTERS) / (rounds + 1) * 1_000
        print(f"  {'all of them':24}{_figures(every)}   bar {p50} / {p95}; CPU here {cpu:.0f} ms")


def _figures(times: list[float]) -> str:
    cut = statistics.quantiles(times, n=20)
    return "".join(f"{each:8.0f}" for each in (cut[9], cut[18], min(times), max(times)))


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--tasks", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=30)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    os.environ.pop("URBANWORK_OFFICE", None)
    with tempfile.TemporaryDirectory() as folder:
        city = given.folder or Path(folder)
        city.mkdir(exist_ok=True, parents=True)
        open_empty(city)
        from django.db import connection

        from urbanwork.office.ledger.models import Task
        from urbanwork.office.operation.statics import gather

        gather()
        if not Task.objects.exists():
            fill(given.tasks)
        print(f"{connection.vendor}, {Task.objects.count():,} tasks, {os.cpu_count()} cores")
        measure(given.rounds)
        connection.close()


if __name__ == "__main__":
    main()
