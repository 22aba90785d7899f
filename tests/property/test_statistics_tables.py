"""What holds of any table of statistics."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rastertown import raster_town
from statistics_tables import CITY, HEADER, figures, read
from urbanwork.measures.statistics import statistic, statistic_ratio

NAMES = ("中山区", "西岗区", "瓦房店市")
PEOPLE, URBAN = "resident_population", "urban_population"
UNITS = (("人", 1.0), ("万人", 1e4), ("千人", 1e3), ("people", 1.0))
COUNT = st.integers(1, 900_000)
COUNTS = st.tuples(COUNT, COUNT, COUNT)


def table(lines: list[str]) -> dict[tuple[str, int, int], float]:
    """The figures of a tidy table of these rows."""
    with tempfile.TemporaryDirectory() as folder:
        return figures(read(Path(folder), HEADER + "\n".join(lines) + "\n")[0])


@settings(max_examples=25, deadline=None)
@given(counts=COUNTS, unit=st.sampled_from(UNITS))
def test_a_unit_changes_what_is_written_and_not_what_is_read(
    counts: tuple[int, int, int], unit: tuple[str, float]
) -> None:
    name, factor = unit
    lines = [
        f"{area},2020,常住人口,{count / factor!r},{name},"
        for area, count in zip(NAMES, counts, strict=True)
    ]
    found = table(lines)
    for area, count in enumerate(counts):
        assert found[PEOPLE, area, 2020] == pytest.approx(count)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), first=COUNTS, growth=COUNTS)
def test_the_order_of_rows_does_not_matter(
    data: st.DataObject, first: tuple[int, int, int], growth: tuple[int, int, int]
) -> None:
    later = [one + one * more // 10**7 for one, more in zip(first, growth, strict=True)]
    lines = [
        f"{area},{year},常住人口,{count},人,"
        for year, counts in ((2010, first), (2020, later))
        for area, count in zip(NAMES, counts, strict=True)
    ]
    assert table(lines) == table(data.draw(st.permutations(lines)))


@settings(max_examples=25, deadline=None)
@given(counts=COUNTS)
def test_a_stated_city_that_is_the_sum_changes_no_figure(counts: tuple[int, int, int]) -> None:
    lines = [f"{area},2020,常住人口,{count},人," for area, count in zip(NAMES, counts, strict=True)]
    stated = table([*lines, f"合计,2020,常住人口,{sum(counts)},人,"])
    assert stated.pop((PEOPLE, CITY, 2020)) == sum(counts)
    assert stated == table(lines)


@settings(max_examples=25, deadline=None)
@given(people=st.tuples(COUNT, COUNT), shares=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_the_city_is_the_sum_of_its_areas_and_its_ratio_lies_between_theirs(
    people: tuple[int, int], shares: tuple[float, float]
) -> None:
    urban = [count * share for count, share in zip(people, shares, strict=True)]
    rows = [(area, 2020, PEOPLE, float(count)) for area, count in enumerate(people)]
    rows += [(area, 2020, URBAN, count) for area, count in enumerate(urban)]
    tables = raster_town("AB", statistics=rows)
    assert statistic(tables, variable=PEOPLE).value[-1] == sum(people)
    value = statistic_ratio(tables, numerator=URBAN, denominator=PEOPLE).value
    assert min(value[:2]) - 1e-9 <= value[-1] <= max(value[:2]) + 1e-9
