"""Random draws: reproducible, fair, held to their rules, and told when something was changed."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.supervision.draws import (
    DrawRules,
    Inspector,
    Lists,
    Rate,
    Subject,
    commit,
    draw,
    faults,
    note,
)

PATIENT = settings(deadline=None)  # machines of a build are slow at times

RULES = DrawRules({"A": Rate("0.1", 1), "B": Rate("0.25", 1), "D": Rate("1")}, least_share="0.2")
SECRETS = st.integers(0, 2**256 - 1).map(lambda n: f"{n:064x}")
NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=4)
SUBJECTS = st.lists(
    st.builds(Subject, NAMES, st.sampled_from("ABD"), st.sampled_from(["", "owner 1", "owner 2"])),
    max_size=30, unique_by=lambda one: one.id,
)  # fmt: skip
INSPECTORS = (Inspector("wang"), Inspector("li"), Inspector("zhao", frozenset({"owner 1"})))
LISTS = SUBJECTS.map(lambda subjects: Lists(tuple(subjects), INSPECTORS))


def recorded(lists: Lists, secret: str, public: str = "07 11 23") -> dict[str, Any]:
    source = "lottery of 2026-03-05" if public else ""
    promise = commit(lists, RULES, secret, occasion="spring", public_source=source)
    return draw(promise, lists, RULES, secret, public)


@PATIENT
@given(LISTS, SECRETS, st.randoms())
def test_the_order_of_the_lists_changes_nothing(lists: Lists, secret: str, shuffler: random.Random):
    subjects, inspectors = list(lists.subjects), list(lists.inspectors)
    shuffler.shuffle(subjects)
    shuffler.shuffle(inspectors)
    assert recorded(Lists(tuple(subjects), tuple(inspectors)), secret) == recorded(lists, secret)


@PATIENT
@given(LISTS, SECRETS)
def test_every_class_has_its_share_and_all_have_theirs(lists: Lists, secret: str):
    drawn = recorded(lists, secret)["drawn"]
    for risk, rate in RULES.rates.items():
        there = sum(one.risk == risk for one in lists.subjects)
        taken = sum(one["class"] == risk for one in drawn)
        assert there >= taken >= min(there, max(rate.minimum, math.ceil(float(rate.share) * there)))
    assert len(drawn) >= 0.2 * len(lists.subjects)
    assert len({one["object"] for one in drawn}) == len(drawn)


@PATIENT
@given(LISTS, SECRETS)
def test_two_inspectors_go_and_none_who_must_keep_away(lists: Lists, secret: str):
    owners = {one.id: one.owner for one in lists.subjects}
    avoided = {one.id: one.avoids for one in INSPECTORS}
    for one in recorded(lists, secret)["drawn"]:
        assert len(set(one["inspectors"])) == 2
        for name in one["inspectors"]:
            assert not avoided[name] & {one["object"], owners[one["object"]]}


@PATIENT
@given(LISTS, SECRETS)
def test_a_record_that_went_through_a_file_recomputes(lists: Lists, secret: str):
    record = json.loads(json.dumps(recorded(lists, secret)))
    assert faults(record) == []
    assert note(record) is None


@PATIENT
@given(LISTS, SECRETS)
def test_anyone_recomputes_the_draw_with_a_few_lines_of_their_own(lists: Lists, secret: str):
    record = recorded(lists, secret)
    promise = record["commitment"]
    seed = hashlib.sha256(
        f"{promise['commitment']}\n{record['secret']}\n{record['public']}".encode()
    ).digest()

    def lot(*names: str) -> str:
        return hmac.new(seed, "\0".join(names).encode(), "sha256").hexdigest()

    order = sorted(
        record["lists"]["objects"], key=lambda one: (lot("object", one["id"]), one["id"])
    )
    chosen = []
    for risk, rate in record["rules"]["rates"].items():
        these = [one["id"] for one in order if one["class"] == risk]
        n = max(rate["minimum"], math.ceil(round(float(rate["share"]) * len(these), 9)))
        chosen += these[:n]
    rest = [one["id"] for one in order if one["id"] not in chosen]
    least = math.ceil(round(float(record["rules"]["least_share"]) * len(order), 9))
    chosen += rest[: max(0, least - len(chosen))]
    assert sorted(chosen) == [one["object"] for one in record["drawn"]]


@PATIENT
@given(LISTS.filter(lambda lists: lists.subjects), SECRETS, st.data())
def test_whatever_is_changed_in_a_record_is_told(lists: Lists, secret: str, data: st.DataObject):
    record = recorded(lists, secret)
    changed = copy.deepcopy(record)
    which = data.draw(st.sampled_from(
        ["secret", "class", "object", "drawn", "inspectors", "rate", "occasion"]
    ))  # fmt: skip
    first = changed["lists"]["objects"][0]
    if which == "secret":
        changed["secret"] = f"{int(secret, 16) ^ 1:064x}"
    elif which == "class":
        first["class"] = "B" if first["class"] == "A" else "A"
    elif which == "object":
        first["id"] += "x"
    elif which == "drawn":
        del changed["drawn"][0]
    elif which == "inspectors":
        changed["drawn"][0]["inspectors"].reverse()
    elif which == "rate":
        changed["rules"]["rates"]["A"]["share"] = "0.2"
    else:
        changed["commitment"]["occasion"] = "autumn"
    [fault] = faults(changed)
    assert fault.zh.endswith("。")


def test_another_public_value_gives_another_draw():
    # The value itself is held against its source by the reader: a record cannot prove it.
    record = recorded(
        Lists(tuple(Subject(f"shop {n}", "B") for n in range(40)), INSPECTORS), "5" * 64
    )
    assert len(faults({**record, "public": "07 11 24"})) == 1


@pytest.mark.parametrize("broken", [{}, {"lists": []}, {"lists": {"objects": 3}}, {"rules": None}])
def test_a_record_that_is_none_is_told(broken: dict[str, Any]):
    assert len(faults(broken)) == 1


def test_every_object_has_the_same_chance():
    lists = Lists(tuple(Subject(f"shop {n}", "B") for n in range(20)), INSPECTORS)
    draws = 2_000
    counts = dict.fromkeys((one.id for one in lists.subjects), 0)
    for n in range(draws):
        for one in recorded(lists, f"{n:064x}")["drawn"]:
            counts[one["object"]] += 1
    # Five of twenty each time: 500 expected, standard deviation 19.4.
    assert sum(counts.values()) == 5 * draws
    assert max(abs(each - 500) for each in counts.values()) < 4.5 * 19.4


def test_the_commitment_shows_neither_secret_nor_lists():
    lists = Lists((Subject("shop", "A", "owner"),), INSPECTORS)
    promise = json.dumps(commit(lists, RULES, "5" * 64, occasion="spring"))
    assert "5" * 64 not in promise
    assert "shop" not in promise


def test_lists_that_changed_after_the_commitment_are_refused():
    lists = Lists((Subject("shop", "A"), Subject("hall", "A")), INSPECTORS)
    promise = commit(lists, RULES, "5" * 64, occasion="spring", public_source="lottery")
    without = Lists(lists.subjects[:1], INSPECTORS)
    with pytest.raises(UserError, match="lists_sha256 differ"):
        draw(promise, without, RULES, "5" * 64, "1 2 3")
    with pytest.raises(UserError, match="secret_sha256 differ"):
        draw(promise, lists, RULES, "6" * 64, "1 2 3")
    with pytest.raises(UserError, match="public value"):
        draw(promise, lists, RULES, "5" * 64)


def test_a_draw_without_a_public_value_says_what_it_leaves_open():
    record = recorded(Lists((Subject("shop", "A"),), INSPECTORS), "5" * 64, public="")
    assert faults(record) == []
    assert "could have chosen" in note(record).en


def test_all_that_makes_a_draw_impossible_is_told_at_once():
    lists = Lists(
        (Subject("a", "A"), Subject("a", "A"), Subject("b", "Z"), Subject("\0", "A"),
         Subject("c", "A", "owner 1")),
        (Inspector("wang"), Inspector("zhao", frozenset({"owner 1"}))),
    )  # fmt: skip
    rules = DrawRules({"A": Rate("1.5", -1)}, least_share="many")
    with pytest.raises(ManyFaultsError) as told:
        commit(lists, rules, "short", occasion="x")
    text = str(told.value)
    for part in ("'a' is given twice", "no id", "class 'Z'", "share of 'A'", "share of 'all'",
                 "below 0", "'c' has fewer than 2", "secret: give at least 64"):  # fmt: skip
        assert part in text
    assert "the law wants 2" in str(_refused(DrawRules({"A": Rate("1")}, inspectors=1)))


def _refused(rules: DrawRules) -> UserError:
    lists = Lists((Subject("a", "A"),), INSPECTORS)
    with pytest.raises(UserError) as told:
        commit(lists, rules, "5" * 64, occasion="x")
    return told.value
