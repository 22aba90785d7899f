"""Coordination scores as rows, chart and map, in both languages."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from urbanwork.measures.assessment import assess
from urbanwork.measures.coordination_detail import described
from urbanwork.measures.coupling import Item, Subsystem, System
from urbanwork.reporting.coordination import (
    cells,
    columns,
    heads,
    method,
    rows_of,
    short_cells,
)
from urbanwork.reporting.coordination_drawn import (
    chart,
    coordination_map,
    summary,
)
from urbanwork.reporting.explained_scores import score_lines

PARTS = tuple(
    Subsystem(name, (name, zh), (Item(f"{name}_item", (f"{name} item", f"{zh}项"), (name,)),))
    for name, zh in (("space", "空间"), ("industry", "产业"))
)
SYSTEM = System("pair", ("space and industry", "空间与产业"), PARTS, weights="equal", epsilon=0.01)
UNITS = ("North", "South", "<West>", "East")
VALUES = np.array([[0.0, 1.0], [5.0, 5.0], [9.0, 8.0], [5.0, np.nan]])


def detail(city: tuple[float, float] = (5.0, 4.0)) -> dict[str, Any]:
    found = described(assess(SYSTEM, VALUES, UNITS, np.array(city)))
    return {**found, "areas": ["n", "s", "w", "e"]}


def test_rows_begin_with_the_city_and_then_the_most_coordinated() -> None:
    rows = rows_of(detail())
    assert [row.name.en for row in rows] == ["city", "<West>", "South", "North", "East"]
    assert [row.rank for row in rows] == ["", "1", "2", "3", ""]


def test_chinese_texts_use_the_chinese_names_of_units() -> None:
    found = described(
        assess(SYSTEM, VALUES, UNITS, np.array([5.0, 4.0]), units_zh=("北", "南", "西", "东"))
    )
    assert [row.name.zh for row in rows_of(found)] == ["全市", "西", "南", "北", "东"]
    sample = next(each for each in found["warnings"] if each["code"] == "sample_bounds")
    assert "去掉最高的西" in sample["zh"]
    assert "without <West>, the best" in sample["en"]


def test_a_table_without_a_row_for_the_city_shows_none() -> None:
    assert not any(row.is_city for row in rows_of(detail((np.nan, np.nan))))


def test_units_with_the_same_degree_share_a_rank() -> None:
    values = np.vstack([VALUES[:3], VALUES[1]])
    found = described(assess(SYSTEM, values, UNITS, np.array([5.0, 4.0])))
    assert [row.rank for row in rows_of(found)] == ["", "1", "2=", "2=", "4"]


def test_a_unit_without_a_score_says_why() -> None:
    row = rows_of(detail())[-1]
    assert (row.name.en, row.degree) == ("East", None)
    assert row.reason.zh == "缺少以下指标：产业项。"


def test_every_row_has_a_text_for_every_column() -> None:
    told = detail()
    for row in rows_of(told):
        assert len(cells(row, "en")) == len(columns(told, "en"))
        if row.degree is not None:
            for is_wide in (True, False):
                shown = short_cells(row, "zh", is_wide=is_wide)
                assert len(shown) == len(heads(told, "zh", is_wide=is_wide))


def test_the_binding_item_stands_with_its_obstacle_degree() -> None:
    north = rows_of(detail())[3]
    assert (north.binds.en, north.binds.zh, north.share) == ("space item", "空间项", 0.5)


def test_the_chart_has_bars_for_the_degree_and_each_subsystem() -> None:
    drawn = str(chart(detail()))
    # four units with scores (the city too), each with D and two subsystems
    assert drawn.count("<rect") == 12
    widths = [float(each) for each in re.findall(r'width="([\d.]+)"', drawn)]
    assert max(widths) <= 306


def test_names_from_data_are_escaped() -> None:
    told = str(chart(detail()))
    assert "<West>" not in told
    assert "&lt;West&gt;" in told


def test_the_map_hatches_what_has_no_score() -> None:
    squares = [shapely.box(place, 0, place + 1, 1) for place in range(4)]
    areas = pa.table({"area": ["e", "n", "s", "w"], "geometry": shapely.to_wkb(squares)})
    drawn = str(coordination_map(detail(), areas))
    assert drawn.count("url(#hatch)") == 1
    assert drawn.index("url(#hatch)") < drawn.index("#440154")


def test_form_weights_and_epsilon_stand_beside_the_scores_in_both_languages() -> None:
    told = method(detail())
    assert told.en == (
        "modified form (Wang et al. 2021), equal weights, scaled values from 0.01 to 1"
    )
    assert told.zh == "修正公式（王淑佳等 2021），等权，标准化值介于 0.01 与 1 之间"


def test_the_summary_names_the_least_and_the_most_coordinated() -> None:
    assert summary(detail()).en.startswith("From 0.10 (North, extreme disorder; weakest: ")
    assert "最高 1.00（<West>，优质协调）" in summary(detail()).zh


def test_an_explanation_takes_the_degree_of_an_area_apart() -> None:
    lines = list(score_lines(detail(), {"kind": "area", "id": "s"}, "en"))
    told = dict(reversed(lines))
    assert told["scores"].startswith("D 0.")
    assert "; space 0.56, industry 0.58" in told["scores"]
    assert told["obstacles"] == "space item 51%: 5 (scale from 0 to 9)"
    assert told["method"].startswith("modified form (Wang et al. 2021)")
    assert "All subsystems score 0.3 or less" in told["cautions"]


def test_an_explanation_of_the_city_is_that_of_its_own_row_in_chinese() -> None:
    told = dict(score_lines(detail(), {"kind": "city", "id": "city"}, "zh"))
    assert "；空间 0.56，产业 0.43" in told["scores"]
    assert "（区间 " in told["obstacles"]


def test_nothing_is_taken_apart_where_there_is_no_score() -> None:
    assert list(score_lines(detail(), {"kind": "area", "id": "e"}, "en")) == []
    assert list(score_lines({"figures": {}}, {"kind": "city", "id": "city"}, "en")) == []
