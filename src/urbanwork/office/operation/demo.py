"""A demonstration: bodies, people and tasks that are made up, on a city that was examined."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from django.utils import timezone

from urbanwork.office.evidence.storing import store
from urbanwork.office.ledger.acting import Doing, Draft, act, at_moment, register
from urbanwork.office.ledger.creating import from_problem
from urbanwork.office.ledger.deadlines import end_of
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.names import Names, names
from urbanwork.office.people.first import CODE, first_administrator
from urbanwork.office.people.models import Body, Person, Post
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual

BODIES: Final = (
    ("education", Bilingual("Education bureau", "教育局")),
    ("housing", Bilingual("Housing and construction bureau", "住建局")),
    ("health", Bilingual("Health commission", "卫健委")),
    ("transport", Bilingual("Transport bureau", "交通局")),
    ("inspection", Bilingual("Office of supervision", "督查室")),
    ("congress", Bilingual("People's congress", "人大常委会")),
)
PEOPLE: Final = (
    ("leader", "leader", CODE, Bilingual("Lin (leader)", "林市长（演示）")),
    ("supervisor", "supervisor", "inspection", Bilingual("Su (supervisor)", "苏督查（演示）")),
    ("dispatcher", "dispatcher", CODE, Bilingual("Ding (dispatcher)", "丁交办（演示）")),
    ("education", "handler", "education", Bilingual("Jiao (education)", "焦教育（演示）")),
    ("housing", "handler", "housing", Bilingual("Zhu (housing)", "祝住建（演示）")),
    ("health", "handler", "health", Bilingual("Wei (health)", "魏卫健（演示）")),
    ("transport", "handler", "transport", Bilingual("Lu (transport)", "路交通（演示）")),
    ("inspector", "inspector", "inspection", Bilingual("He (inspector)", "何核验（演示）")),
    ("oversight", "oversight", "congress", Bilingual("Ren (congress)", "任代表（演示）")),
)


@dataclass(frozen=True)
class Step:
    """What was done so many days ago, by whom."""

    days_ago: int
    who: str
    action: str
    given: dict[str, Any] = field(default_factory=dict)
    due_in: int | None = None
    """Days from today until the deadline that the step sets; below 0 where it has passed."""
    shows: bool = False
    """Whether it brings a picture as evidence."""


def _given(who: str, days_ago: int, due_in: int) -> list[Step]:
    return [
        Step(days_ago, "dispatcher", "assign", {"lead": who}, due_in=due_in),
        Step(days_ago - 1, who, "accept"),
    ]


def _report(who: str, days_ago: int, percent: float) -> Step:
    reason = Bilingual("Site chosen, works have begun.", "已选址并开工。")
    return Step(days_ago, who, "report", {"reason": reason, "percent": percent})


COURSES: Final[Sequence[tuple[str, list[Step]]]] = (
    ("education", [*_given("education", 60, 45), _report("education", 20, 40)]),
    ("health", [*_given("health", 50, 2), _report("health", 30, 30)]),
    ("transport", [*_given("transport", 90, -12), _report("transport", 40, 60)]),
    ("housing", [*_given("housing", 70, 10), Step(3, "housing", "submit", shows=True)]),
    ("housing", [
        *_given("housing", 120, -30), Step(45, "housing", "submit", shows=True),
        Step(43, "inspector", "verify"), Step(42, "dispatcher", "close"),
    ]),
    ("education", [
        *_given("education", 110, -40), Step(35, "education", "submit", shows=True),
        Step(34, "inspector", "rework", {"reason": Bilingual("No picture of the site.",
                                                             "缺少现场照片。")}),
        Step(20, "education", "submit", shows=True), Step(18, "inspector", "verify"),
        Step(17, "leader", "close"),
    ]),
    ("health", [Step(5, "dispatcher", "assign", {"lead": "health"}, due_in=25)]),
    ("transport", [
        Step(9, "dispatcher", "assign", {"lead": "transport"}, due_in=30),
        Step(8, "transport", "dispute", {"reason": Bilingual("Belongs to housing.",
                                                             "属住建职责。")}),
    ]),
    ("housing", [
        *_given("housing", 40, 20),
        Step(12, "housing", "request_pause", {"reason": Bilingual("The ground is frozen.",
                                                                  "冻土期。")}),
        Step(10, "leader", "pause", {"reason": Bilingual("Until the thaw.", "解冻后恢复。"),
                                     "approval": "2026-17"}),
    ]),
    ("", []),
)  # fmt: skip
"""The body and what was done, one course a task; the last one is only registered."""
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "education": ("school", "kindergarten"),
    "health": ("clinic", "hospital", "pharmacy", "doctor"),
    "transport": ("street", "intersection", "stop", "transit", "crossing", "detour"),
    "housing": ("population", "building", "open_space", "park", "housing", "land"),
}
"""Whose problem it is: the first words of indicators that speak of a body's field."""
INSTRUCTIONS: Final[Sequence[tuple[str, Bilingual]]] = (
    ("education", Bilingual("Open the school yard to the neighbourhood at weekends",
                            "校园操场周末向社区开放")),
    ("education", Bilingual("Insulate the schools before they are heated",
                            "供暖前完成学校外墙保温")),
    ("health", Bilingual("Keep a clinic open until nine in the evening",
                         "社区诊所延时服务至21时")),
    ("health", Bilingual("Find beds for the night shelter", "增加救助站床位")),
    ("transport", Bilingual("Mend the crossings before the winter", "入冬前完成路口改造")),
    ("transport", Bilingual("Light the underpasses", "地下通道照明改造")),
    ("housing", Bilingual("Give old stairs a lift", "老旧住宅加装电梯")),
    ("housing", Bilingual("Clear the way to the shelters", "疏通应急避难场所通道")),
    ("housing", Bilingual("Teach in the neighbourhood how to sort waste", "社区垃圾分类宣传")),
    ("", Bilingual("Plant trees along the tram", "有轨电车沿线植树")),
)  # fmt: skip
"""What is asked of a body where an examination has too few problems of its field."""


def fill(lang: Literal["en", "zh"]) -> None:
    """Fill an empty office; one that has tasks stays as it is."""
    if Task.objects.exists():
        return
    from urbanwork.office.supervising.ticking import tick

    people = _people(lang)
    leads = [lead for lead, _ in COURSES]
    for (lead, course), fields in zip(COURSES, _subjects(leads, names(), lang), strict=True):
        _play(people, lead, course, fields, lang)
    tick()


def _people(lang: Literal["en", "zh"]) -> dict[str, Rights]:
    first_administrator("市政府", in_english="City government")
    top = Body.objects.get(code=CODE)
    for code, name in BODIES:
        parent = None if code == "congress" else top
        Body.objects.create(code=code, name=name.zh, name_en=name.en, parent=parent)
    found = {}
    for username, role, code, name in PEOPLE:
        person = Person(username=username, name=getattr(name, lang))
        person.set_unusable_password()
        person.save()
        post = Post.objects.create(person=person, body=Body.objects.get(code=code), role=role)
        found[username] = Rights(person, post)
    return found


def _subjects(
    leads: Sequence[str], known: Names, lang: Literal["en", "zh"]
) -> Iterator[dict[str, Any]]:
    """What the task of each body is about: the gravest problem of its field, else an instruction.

    No indicator comes twice.
    """
    gravest = sorted(known.problems.values(), key=lambda each: -(each.people or 0))
    instructions = list(INSTRUCTIONS)
    seen: set[str] = set()
    for lead in leads:
        own = (each for each in gravest
               if each.indicator not in seen and _field_of(each.indicator) == lead)  # fmt: skip
        if (problem := next(own, None)) is not None:
            seen.add(problem.indicator)
            yield from_problem(problem, known, lang)
            continue
        asked = next(each for each in instructions if each[0] == lead)
        instructions.remove(asked)
        yield {"title": getattr(asked[1], lang), "source": "instruction"}


def _field_of(indicator: str) -> str | None:
    return next(
        (body for body, words in FIELDS.items() if any(w in indicator for w in words)), None
    )


def _play(
    people: dict[str, Rights], lead: str, course: Sequence[Step], fields: dict[str, Any],
    lang: Literal["en", "zh"],
) -> None:  # fmt: skip
    begin = _ago(max((step.days_ago for step in course), default=2) + 1)
    with at_moment(begin):
        task = register(people["dispatcher"], Draft({**fields, "registered": begin}))
    for step in course:
        rights = people[step.who]
        with at_moment(_ago(step.days_ago)):
            shown = _picture(rights, task) if step.shows else ()
            act(rights, task.pk, Doing(step.action, evidence=shown, **_doing(step, lang)))


def _doing(step: Step, lang: Literal["en", "zh"]) -> dict[str, Any]:
    given = {
        name: getattr(value, lang) if isinstance(value, Bilingual) else value
        for name, value in step.given.items()
    }
    if "lead" in given:
        given["lead"] = Body.objects.get(code=given["lead"]).pk
    if step.due_in is not None:
        given["deadline"] = end_of(timezone.localdate() + timedelta(days=step.due_in))
    return given


def _ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def _picture(rights: Rights, task: Task) -> tuple[str, ...]:
    """A drawn picture that says that it is one."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (960, 640), (226, 230, 224))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((120, 300, 840, 560), fill=(178, 186, 176))
    draw.polygon(((120, 300), (480, 120), (840, 300)), fill=(96, 112, 120))
    draw.text((96, 40), f"DEMONSTRATION  {task.number}", fill=(20, 23, 28), font_size=32)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    file.seek(0)
    return (str(store(rights, task, file, "site.jpg").pk),)
