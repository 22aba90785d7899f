"""What holds of every history of a task that the table allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.supervision.lifecycle_table import read_lifecycle
from urbanwork.supervision.tasks import Actor, Event, Task, after, allowed, refusal, task_of

PATIENT = settings(deadline=None)  # machines of a build are slow at times

TABLE = read_lifecycle()
START = datetime(2026, 1, 5, tzinfo=UTC)
ACTORS = st.builds(
    Actor, st.sampled_from("abcd"), st.sampled_from(["one", "two", "three"]),
    st.sampled_from(sorted(TABLE.roles)),
)  # fmt: skip
LINKS = st.tuples(st.sampled_from(sorted(TABLE.actions)), ACTORS, st.sampled_from(["one", "two"]))


def event(action: str, actor: Actor, lead: str, n: int) -> Event:
    return Event(
        action, START + timedelta(hours=n), actor, lead=lead if action == "assign" else None,
        deadline=START + timedelta(days=99 + n), reason="r", evidence=("e",), approval="a",
    )  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Up to 25 events that are allowed, chosen among all that are."""
    task = Task()
    for n in range(draw(st.integers(0, 25))):
        choices = [
            event(name, Actor(person, body, role), lead, n)
            for name, action in TABLE.actions.items() if task.state in action.origins
            for role in action.roles for person in "abc" for body in ("one", "two", "three")
            for lead in ("one", "two")
        ]  # fmt: skip
        possible = [each for each in choices if refusal(task, each, TABLE) is None]
        if not possible:
            break
        task = after(task, draw(st.sampled_from(possible)), TABLE)
    return list(task.events)


@PATIENT
@given(histories())
def test_the_same_events_give_the_same_task(events: list[Event]):
    assert task_of(events, TABLE) == task_of(list(events), TABLE)
    half = task_of(events[: len(events) // 2], TABLE)
    for each in events[len(events) // 2 :]:
        half = after(half, each, TABLE)
    assert half == task_of(events, TABLE)


@PATIENT
@given(histories())
def test_a_task_is_closed_only_after_another_body_has_verified_the_last_submission(
    events: list[Event],
):
    for place, each in enumerate(events):
        if each.action == "close":
            turn = [e for e in events[:place] if e.action in ("submit", "verify")]
            assert [e.action for e in turn[-2:]] == ["submit", "verify"]
            submitters = [e.by for e in turn if e.action == "submit"]
            assert turn[-1].by.person not in {by.person for by in submitters}
            assert turn[-1].by.body not in {by.body for by in submitters}


@PATIENT
@given(histories())
def test_pauses_lie_apart_and_only_a_paused_task_has_an_open_one(events: list[Event]):
    task = task_of(events, TABLE)
    open_ones = [pause for pause in task.pauses if pause.end is None]
    assert len(open_ones) == (task.state == "paused")
    assert all(a.end <= b.begin for a, b in zip(task.pauses, task.pauses[1:], strict=False))


@PATIENT
@given(histories(), LINKS)
def test_an_event_is_refused_exactly_where_the_action_is_not_open_to_its_actor(
    events: list[Event], link: tuple[str, Actor, str]
):
    task = task_of(events, TABLE)
    action, actor, lead = link
    is_refused = refusal(task, event(action, actor, lead, 99), TABLE) is not None
    assert is_refused == (action not in allowed(task, actor, TABLE))


@PATIENT
@given(histories(), LINKS)
def test_a_refused_event_changes_nothing_and_says_why_in_both_languages(
    events: list[Event], link: tuple[str, Actor, str]
):
    task = task_of(events, TABLE)
    sentence = refusal(task, event(*link, 99), TABLE)
    if sentence is not None:
        assert sentence.en.endswith(".")
        assert sentence.zh.endswith("。")
    assert task_of(events, TABLE) == task
