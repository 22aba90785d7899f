"""The rule that tells a change of the city from a change of the data, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compared_values import value
from urbanwork.catalogue.loading import load_catalogue
from urbanwork.examination.differences import (
    Differences,
    MappedChange,
    SeriesBreak,
    SourceChange,
    excess_of,
)
from urbanwork.examination.parts import Parts
from urbanwork.examination.verdicts import (
    Verdict,
    verdict_of_cities,
    verdict_of_derived,
    verdict_of_years,
)

KINDERGARTEN = load_catalogue().indicators["life.kindergarten_300m"]
NAMES = load_catalogue().indicators["data.street_names_known"]
BEFORE, AFTER = value(40.0), value(60.0)


def sources(**states: str) -> dict[str, SourceChange]:
    return {kind: SourceChange(kind, state, "old", "new") for kind, state in states.items()}


def mapped(before: float, after: float, years: float = 1.0) -> dict[str, MappedChange]:
    key = "place:kindergarten"
    excess = excess_of(key, before, after, years)
    return {key: MappedChange(key, before, after, None, None, False, excess)}


NEWER = sources(osm="newer", population="same")
NOTHING = Differences(
    {}, {}, True, NEWER, mapped(20, 21), (), (), ("raster", "raster"), ("0.1", "0.1"), "", 1.0,
    (1.0, 1.0), (), (), {}, 1.0,
)  # fmt: skip


def verdict(found: Differences = NOTHING, before=BEFORE, after=AFTER, **given) -> Verdict:
    return verdict_of_years(
        before, after, indicator=KINDERGARTEN.id, area="a1",
        declared=given.pop("declared", KINDERGARTEN), inputs=KINDERGARTEN.inputs, found=found,
        parts=given.pop("parts", None),
    )  # fmt: skip


def test_newer_files_that_show_as_much_make_it_the_city():
    assert verdict().code == "city"


def test_the_same_files_make_it_the_data():
    found = replace(NOTHING, sources=sources(osm="same", population="same"), mapped=mapped(9, 9))
    assert verdict(found).code == "data"
    assert {each.kind for each in verdict(found).reasons} >= {"handling"}


def test_files_that_were_replaced_but_are_not_newer_make_it_the_data():
    assert verdict(replace(NOTHING, sources=sources(osm="replaced"))).code == "data"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [(12, 30, "data"), (100, 105, "city"), (2, 3, "city"), (20, 24, "cannot_tell"),
     (30, 12, "data")],
)  # fmt: skip
def test_what_a_city_cannot_gain_or_lose_in_the_time_is_the_data(before, after, code):
    assert verdict(replace(NOTHING, mapped=mapped(before, after))).code == code


def test_time_lets_a_city_grow():
    assert verdict(replace(NOTHING, mapped=mapped(100, 140, years=10.0))).code == "city"


def test_a_change_within_the_uncertainty_is_never_the_city():
    found = verdict(before=value(40.0, 30, 55), after=value(60.0, 50, 70))
    assert (found.code, found.is_within_uncertainty) == ("cannot_tell", True)


def test_another_definition_ends_every_comparison():
    found = replace(NOTHING, definitions={KINDERGARTEN.id: "radius_m: 300 → 500"})
    assert verdict(found).code == "definition"


def test_another_standard_alone_does_not():
    found = replace(NOTHING, standards={KINDERGARTEN.id: "value: 50 → 90"})
    assert verdict(found).code == "city"


def test_equal_values_are_unchanged_whatever_the_data_did():
    found = replace(NOTHING, sources=sources(osm="replaced"), mapped=mapped(1, 90))
    assert verdict(found, after=BEFORE).code == "unchanged"


@pytest.mark.parametrize(
    ("reason", "code"), [("none_mapped", "data"), ("no_people", "not_comparable")]
)
def test_a_value_that_was_missing_is_the_data_only_where_the_data_was_missing(reason, code):
    assert verdict(before=replace(value(None), reason=reason)).code == code


def test_an_area_with_another_outline_is_not_compared_unless_its_cells_can_be():
    found = replace(NOTHING, areas_moved={"a1": 0.8})
    assert verdict(found).code == "not_comparable"
    assert verdict(found, parts=Parts(1.0, 0.0, 19.0)).code == "city"
    assert verdict(found, parts=Parts(19.0, 0.0, 1.0)).code == "data"


def test_people_of_another_origin_are_the_data_as_far_as_they_weigh():
    found = replace(NOTHING, people_origin=("raster", "estimate"))
    assert verdict(found, parts=Parts(0.0, 19.0, 1.0)).code == "data"
    assert verdict(found, parts=Parts(0.0, 1.0, 19.0)).code == "city"


def test_corrections_with_a_newer_map_cannot_be_told_apart():
    row = {"what": "place", "category": "kindergarten", "status": "applied"}
    assert verdict(replace(NOTHING, corrections_added=(row,))).code == "cannot_tell"
    other = {**row, "category": "pharmacy"}
    assert verdict(replace(NOTHING, corrections_added=(other,))).code == "city"


def test_an_indicator_that_measures_the_data_is_always_the_data():
    assert verdict(declared=NAMES).code == "data"


def test_a_figure_of_the_same_year_that_changed_was_revised():
    before, after = (replace(each, period="2020") for each in (BEFORE, AFTER))
    assert verdict(before=before, after=after).code == "data"
    assert verdict(before=before, after=replace(after, period="2021")).code == "city"


def test_another_program_is_said_but_decides_nothing():
    found = verdict(replace(NOTHING, program=("0.1 aa", "0.2 bb")))
    assert found.code == "city"
    assert "program" in {each.kind for each in found.reasons}


def test_without_knowledge_of_what_an_indicator_needs_all_data_counts():
    found = replace(NOTHING, mapped=mapped(12, 30))
    unknown = verdict_of_years(
        BEFORE, AFTER, indicator="x", area="city", declared=None, inputs=None, found=found,
        parts=None,
    )  # fmt: skip
    assert unknown.code == "data"


def test_cities_differ_where_their_ranges_do_not_overlap():
    def of(one, other):
        return verdict_of_cities(one, other, indicator="x", found=NOTHING).code

    assert of(value(40.0, 35, 45), value(60.0, 55, 65)) == "city"
    assert of(value(40.0, 35, 57), value(60.0, 55, 65)) == "cannot_tell"
    assert of(value(40.0), value(None)) == "data"
    assert of(value(40.0), None) == "not_comparable"


def test_values_that_read_alike_are_unchanged():
    assert verdict(after=value(40.04)).code == "unchanged"
    assert verdict(after=value(40.2)).code == "city"
    one, other = (replace(value(each), unit="m") for each in (1000.0, 1004.0))
    assert verdict(before=one, after=other).code == "unchanged"


def test_what_cannot_be_taken_apart_is_open_where_other_ground_was_seen():
    def judged(parts, **given):
        return verdict_of_years(
            BEFORE, replace(AFTER, **given.pop("after", {})), indicator="x", area="a1",
            declared=KINDERGARTEN, inputs=KINDERGARTEN.inputs, found=NOTHING, parts=parts, **given,
        ).code  # fmt: skip

    assert judged(None) == "city"
    assert judged(None, has_other_ground=True) == "cannot_tell"
    assert judged(None, after={"coverage": 0.8}) == "cannot_tell"
    assert judged(Parts(0.0, 0.0, 20.0), has_other_ground=True) == "city"


def test_a_map_in_which_everything_grew_leaves_nothing_sure():
    many = {f"place:{n}": MappedChange(f"place:{n}", 10, 30, None, None, False, 0.9)
            for n in range(10)}  # fmt: skip
    assert verdict(replace(NOTHING, mapped={**mapped(20, 20), **many})).code == "data"


def test_what_is_made_from_others_is_what_these_are():
    def of(*codes):
        parents = {str(n): Verdict(code, ()) for n, code in enumerate(codes)}
        return verdict_of_derived(BEFORE, AFTER, parents, indicator="x", found=NOTHING).code

    assert of("city", "unchanged") == "city"
    assert of("data", "data", "not_comparable") == "data"
    assert of("city", "data") == "cannot_tell"
    assert of("unchanged") == "cannot_tell"
    assert of("city", "definition") == "definition"


def test_figures_of_tables_of_other_years_are_the_city_in_what_is_made_from_them():
    before, after = (replace(each, period=p) for each, p in ((BEFORE, "2010"), (AFTER, "2020")))

    def of(*codes, has_tables=True):
        parents = {str(n): Verdict(code, ()) for n, code in enumerate(codes)}
        return verdict_of_derived(
            before, after, parents, indicator="x", found=NOTHING, has_tables=has_tables
        ).code

    assert of() == "city"
    assert of("data") == "cannot_tell"
    assert of(has_tables=False) == "cannot_tell"


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (SeriesBreak(2015, "merged", frozenset(), frozenset()), "not_comparable"),
        (SeriesBreak(2015, "merged", frozenset({"gdp"}), frozenset({"a1"})), "not_comparable"),
        (SeriesBreak(2015, "merged", frozenset({"jobs"}), frozenset()), "city"),
        (SeriesBreak(2015, "merged", frozenset(), frozenset({"a2"})), "city"),
        (SeriesBreak(2010, "merged", frozenset(), frozenset()), "city"),
        (SeriesBreak(2021, "merged", frozenset(), frozenset()), "city"),
    ],
)
def test_figures_on_both_sides_of_a_break_are_not_comparable(broken, code):
    found = replace(NOTHING, breaks=(broken,))
    before, after = (replace(each, period=p) for each, p in ((BEFORE, "2010"), (AFTER, "2020")))
    judged = verdict_of_years(
        before, after, indicator="x", area="a1", declared=None, inputs=["variable:gdp"],
        found=found, parts=None,
    )  # fmt: skip
    assert judged.code == code


def test_other_settings_leave_open_what_a_newer_map_did():
    found = replace(NOTHING, settings="people.floor_area_per_person: 40 → 30")
    assert verdict(found).code == "cannot_tell"
    assert "settings" in {each.kind for each in verdict(found).reasons}
