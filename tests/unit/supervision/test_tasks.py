"""The lifecycle of a task: what the table allows, what it refuses, and with which sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from urbanwork.errors import ManyFaultsError
from urbanwork.supervision.lifecycle_table import FILE, mermaid, read_lifecycle
from urbanwork.supervision.refusing import RefusedError
from urbanwork.supervision.tasks import Actor, Event, Task, after, allowed, refusal, task_of

TABLE = read_lifecycle()
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
OFFICER = Actor("wang", "office", "dispatcher")
CHIEF = Actor("zhao", "office", "supervisor")
MAYOR = Actor("qian", "government", "leader")
HANDLER = Actor("li", "parks", "handler")
HELPER = Actor("sun", "roads", "handler")
CHECKER = Actor("zhou", "inspectorate", "inspector")
GIVEN = {
    "lead": "parks", "helpers": ("roads",), "deadline": NOON + timedelta(days=90),
    "later_deadline": NOON + timedelta(days=200), "reason": "because",
    "evidence": ("sha256:ab",), "approval": "minutes 7",
}  # fmt: skip
WAY = [("register", OFFICER), ("assign", OFFICER), ("accept", HANDLER), ("report", HELPER),
       ("submit", HANDLER), ("verify", CHECKER), ("close", CHIEF), ("archive", CHIEF)]  # fmt: skip


def history(*steps: tuple[str, Actor], start: Task | None = None) -> Task:
    task = start or Task()
    for action, actor in steps:
        task = after(task, event(task, action, actor), TABLE)
    return task


def event(task: Task, action: str, actor: Actor, **other: object) -> Event:
    needs = TABLE.actions[action].needs
    given = {key.removeprefix("later_"): GIVEN[key] for key in needs}
    if "lead" in needs:
        given["helpers"] = GIVEN["helpers"]
    return Event(action, NOON + timedelta(hours=len(task.events)), actor, **{**given, **other})


def refused(task: Task, action: str, actor: Actor, **other: object) -> str:
    sentence = refusal(task, event(task, action, actor, **other), TABLE)
    assert sentence is not None
    assert sentence.zh.endswith("。")
    with pytest.raises(RefusedError) as told:
        after(task, event(task, action, actor, **other), TABLE)
    assert told.value.sentence == sentence
    return sentence.en


def test_a_task_goes_from_its_registration_to_the_archive():
    task = history(*WAY)
    assert task.state == "archived"
    assert (task.lead, task.helpers, task.evidence) == ("parks", ("roads",), ("sha256:ab",))
    assert task_of(task.events, TABLE) == task


def test_nobody_verifies_what_they_or_their_body_submitted():
    task = history(*WAY[:5])
    same_person = Actor("li", "inspectorate", "inspector")
    assert refused(task, "verify", same_person) == (
        "Who did 'submit with evidence' cannot do 'verify': another person must."
    )
    for body in ("parks", "roads"):
        assert "neither leads nor co-operates" in refused(
            task, "verify", Actor("wu", body, "inspector")
        )


def test_who_submitted_first_cannot_verify_what_a_colleague_submits_again():
    task = history(*WAY[:5], ("rework", CHECKER), ("submit", Actor("he", "parks", "handler")))
    assert "another person" in refused(task, "verify", replace(CHECKER, person="li"))


def test_nobody_closes_what_was_not_verified():
    assert "cannot take the action 'close'" in refused(history(*WAY[:5]), "close", CHIEF)


def test_only_the_lead_body_accepts_and_submits():
    assert "lead body" in refused(history(*WAY[:2]), "accept", HELPER)
    assert "lead body" in refused(history(*WAY[:3]), "submit", HELPER)
    stranger = Actor("wu", "schools", "handler")
    assert "co-operate" in refused(history(*WAY[:3]), "report", stranger)


@pytest.mark.parametrize(
    ("steps", "action", "actor", "empty", "sentence"),
    [
        (1, "assign", OFFICER, {"lead": None}, "Name the lead body."),
        (1, "assign", OFFICER, {"lead": "roads"}, "One body cannot both lead and co-operate."),
        (
            1,
            "assign",
            OFFICER,
            {"deadline": NOON},
            "Give a deadline that lies ahead, with its zone.",
        ),
        (2, "dispute", HANDLER, {"reason": " "}, "Give a reason."),
        (3, "submit", HANDLER, {"evidence": ()}, "Add evidence."),
        (3, "pause", MAYOR, {"approval": ""}, "Name the approval."),
        (
            3,
            "report",
            HANDLER,
            {"by": Actor("", "parks", "handler")},
            "An event needs a person and a body.",
        ),
        (
            3,
            "report",
            HANDLER,
            {"at": NOON},
            "The event lies before the last one of this task; check the clock.",
        ),
        (3, "report", HANDLER, {"at": datetime(2027, 1, 1)}, "The time of the event has no zone."),
    ],
)
def test_what_is_missing_is_told_in_one_sentence(steps, action, actor, empty, sentence):
    task = history(*WAY[:steps])
    assert refusal(task, replace(event(task, action, actor), **empty), TABLE).en == sentence


def test_an_unknown_action_is_refused():
    assert refusal(Task(), Event("explode", NOON, CHIEF), TABLE).en == "'explode' is no action."


def test_who_asks_for_a_pause_does_not_approve_it():
    both = Actor("li", "parks", "leader")
    task = history(*WAY[:3], ("request_pause", HANDLER))
    assert "another person" in refused(task, "pause", both)


def test_a_pause_stands_until_the_task_goes_on_or_is_void():
    paused = history(*WAY[:3], ("pause", MAYOR))
    assert paused.pauses[-1].end is None
    for action, actor in (("resume", HANDLER), ("void", MAYOR)):
        ended = history((action, actor), start=paused)
        assert [pause.end for pause in ended.pauses] == [ended.events[-1].at]
        assert ended.pauses[-1].approval == "minutes 7"


def test_a_returned_task_goes_to_another_body_or_is_upheld():
    disputed = history(*WAY[:2], ("dispute", HANDLER))
    again = after(disputed, event(disputed, "assign", OFFICER, lead="water", helpers=()), TABLE)
    assert (again.state, again.lead, again.helpers) == ("assigned", "water", ())
    assert history(("uphold", MAYOR), start=disputed).lead == "parks"


def test_a_longer_deadline_keeps_the_first_one():
    task = history(*WAY[:3])
    later = NOON + timedelta(days=200)
    longer = after(task, event(task, "extend", MAYOR, deadline=later), TABLE)
    assert (longer.first_deadline, longer.deadline) == (GIVEN["deadline"], later)
    assert "later than the one" in refused(longer, "extend", MAYOR, deadline=later)


def test_a_closed_task_can_be_opened_again():
    task = history(*WAY, ("reopen", MAYOR))
    assert task.state == "in_progress"
    assert task.times("reopen") == 1


def test_what_somebody_may_do_now_is_what_is_not_refused_to_them():
    task = history(*WAY[:5])
    assert allowed(task, CHECKER, TABLE) == ("rework", "verify")
    assert allowed(task, HANDLER, TABLE) == ()
    assert allowed(task, Actor("x", "congress", "oversight"), TABLE) == ()
    assert allowed(Task(), Actor("x", "congress", "oversight"), TABLE) == ("register",)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "bodies: outside\n    apart: {submit: [person, body], report: [person]}",
            "bodies: outside",
            "verify: must be apart",
        ),
        (
            "from: [verified]\n    to: closed",
            "from: [submitted]\n    to: closed",
            "without being verified",
        ),
        ("to: archived", "to: shredded", "unknown state 'shredded'"),
        (
            "roles: [handler]\n    bodies: lead\n    needs: [evidence]",
            "roles: [robot]",
            "unknown role 'robot'",
        ),
        ("apart: {request_pause: [person]", "apart: {beg: [person]", "unknown action 'beg'"),
        ("to: disputed", "to: null", "no action leads to the state 'disputed'"),
        ("needs: [evidence]", "needs: [gift]", "got 'gift'"),
    ],
)
def test_a_table_that_would_not_hold_is_refused(tmp_path: Path, old: str, new: str, fault: str):
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "lifecycle.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ManyFaultsError, match=fault):
        read_lifecycle(path)


def test_the_diagram_has_every_way_of_the_table():
    drawn = mermaid(TABLE, "zh")
    ways = sum(len(action.origins) for action in TABLE.actions.values())
    assert drawn.count(" --> ") == ways + 2
    assert "    submitted --> verified: 核验" in drawn.splitlines()
    assert "    [*] --> registered: 登记" in drawn.splitlines()
