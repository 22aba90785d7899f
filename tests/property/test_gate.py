"""What must hold for every plan: how it is cut and ordered changes no verdict."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.catalogue.bottomlines import BottomLine
from urbanwork.catalogue.models import Bilingual
from urbanwork.planning.changes import Change
from urbanwork.planning.gate import Gate
from urbanwork.planning.verdicts import Verdict, outcome
from urbanwork.quantities.crs import metric_crs, unproject
from urbanwork.sources.layers import Zones

TEXT = Bilingual("text", "文")
CRS = metric_crs(0.0, 0.0)
VISIBILITY = ("public", "internal", "restricted")

numbers = st.integers(0, 40).map(lambda each: each * 10.0)
boxes = st.builds(
    lambda x, y, w, h: shapely.box(x, y, x + w, y + h),
    numbers, numbers, st.integers(1, 20).map(lambda n: n * 10.0),
    st.integers(1, 20).map(lambda n: n * 10.0),
)  # fmt: skip
points = st.builds(lambda x, y: shapely.Point(x + 0.5, y + 0.5), numbers, numbers)
lines = st.builds(
    lambda a, b, c, d: shapely.LineString([(a, b), (c + 1, d + 3)]), numbers, numbers, numbers,
    numbers,
)  # fmt: skip
kinds = st.sampled_from(["green_line", "development_boundary"])
drawn = st.tuples(kinds, boxes, st.sampled_from(VISIBILITY), st.sampled_from([0.0, 3.0]))
layers = st.lists(drawn, max_size=8)
shapes = st.lists(st.one_of(boxes, points, lines), min_size=1, max_size=6)


def rule(test: str, zones: tuple[str, ...], **changed: Any) -> BottomLine:
    return BottomLine(
        f"ecology.{test}", "ecology", test, "hard", TEXT, "1", "s", "A", TEXT, TEXT,
        changes=("add_housing",), zones=zones, **changed,
    )  # fmt: skip


RULES = (
    rule("overlap", ("green_line",)),
    rule("inside", ("development_boundary",)),
    rule("distance", ("green_line",), distance_m=25.0),
)
KINDS = ("green_line", "development_boundary")


def zones(rows: list[Any]) -> Zones:
    def column(values: list[Any]) -> Any:
        made = np.empty(len(values), object)
        made[:] = values
        return made

    ids = column([f"z/{n}" for n in range(len(rows))])
    blank = column([None] * len(rows))
    return Zones(
        ids, column([row[0] for row in rows]), blank, blank, blank, blank,
        column([row[2] for row in rows]), column([unproject(row[1], CRS) for row in rows]), ids,
        np.array([row[3] for row in rows], np.float64),
    )  # fmt: skip


def plan(several: list[Any]) -> list[Change]:
    return [Change(f"c{n}", "add_housing", unproject(s, CRS)) for n, s in enumerate(several)]


def key(each: Verdict) -> tuple[Any, ...]:
    shape = b"" if each.geometry is None else shapely.to_wkb(shapely.normalize(each.geometry))
    return (each.rule, each.change or "", each.visibility, each.status, each.zones, shape,
            each.why.en, each.why.zh)  # fmt: skip


@given(layers, shapes, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_changes_and_zones_changes_no_verdict(
    rows: list[Any], several: list[Any], random: Any
) -> None:
    changes = plan(several)
    gate = Gate(zones(rows), KINDS, RULES)
    mixed = list(changes)
    random.shuffle(mixed)
    expected = sorted(map(key, gate.check(changes)))
    assert sorted(map(key, gate.check(mixed))) == expected


@given(layers, shapes, st.integers(0, 6))
@settings(max_examples=40, deadline=None)
def test_a_plan_in_two_files_has_the_verdicts_of_the_whole(
    rows: list[Any], several: list[Any], cut: int
) -> None:
    changes = plan(several)
    gate = Gate(zones(rows), KINDS, RULES)
    parts = gate.check(changes[:cut]) + gate.check(changes[cut:])
    assert sorted(map(key, parts)) == sorted(map(key, gate.check(changes)))


@given(layers, boxes, st.floats(0.1, 0.9), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_plot_cut_in_two_breaks_the_same_lines_by_the_same_area(
    rows: list[Any], plot: Any, share: float, upright: bool
) -> None:
    west, south, east, north = plot.bounds
    at = west + share * (east - west) if upright else south + share * (north - south)
    halves = (
        [shapely.box(west, south, at, north), shapely.box(at, south, east, north)]
        if upright
        else [shapely.box(west, south, east, at), shapely.box(west, at, east, north)]
    )
    gate = Gate(zones(rows), KINDS, RULES[:2])
    whole, cut = gate.check(plan([plot])), gate.check(plan(halves))
    assert outcome(cut) == outcome(whole)
    for one in RULES[:2]:
        for seen in VISIBILITY:
            assert np.isclose(
                lost(cut, one.id, seen), lost(whole, one.id, seen), rtol=1e-6, atol=1e-2
            )


def lost(verdicts: list[Verdict], rule: str, seen: str) -> float:
    return sum(
        each.amount or 0.0
        for each in verdicts
        if (each.rule, each.visibility, each.status) == (rule, seen, "breach")
    )


@given(layers, shapes)
@settings(max_examples=40, deadline=None)
def test_what_may_not_be_seen_changes_nothing_that_may(rows: list[Any], several: list[Any]) -> None:
    """A public breach is the same whether or not there are lines that the public may not see."""
    changes = plan(several)
    open_rows = [row for row in rows if row[2] == "public"]
    ids = {f"z/{n}": f"z/{m}" for m, n in enumerate(
        n for n, row in enumerate(rows) if row[2] == "public")}  # fmt: skip

    def public(given: Zones, renamed: dict[str, str]) -> list[tuple[Any, ...]]:
        found = Gate(given, KINDS, RULES[:1]).check(changes)
        return sorted(
            (each.change, tuple(renamed.get(name, name) for name in each.zones), each.amount)
            for each in found
            if each.visibility == "public" and each.status == "breach"
        )

    assert public(zones(rows), ids) == public(zones(open_rows), {})


@given(layers, st.lists(boxes, min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_a_mask_forbids_what_the_check_breaks(rows: list[Any], several: list[Any]) -> None:
    gate = Gate(zones(rows), KINDS, RULES)
    changes = plan(several)
    broken = {each.change for each in gate.check(changes) if each.status == "breach"}
    degrees = np.empty(len(changes), object)
    degrees[:] = [each.geometry for each in changes]
    allowed = gate.mask(degrees, "add_housing", is_lonlat=True)
    assert [each.id not in broken for each in changes] == allowed.tolist()
