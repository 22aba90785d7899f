"""A checked plan for people: page, terminal and data say the same, and no more than may be."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely

from urbanwork.catalogue.bottomlines import load_bottom_lines
from urbanwork.planning.changes import Change
from urbanwork.planning.checking import Checked
from urbanwork.planning.gate import Gate
from urbanwork.planning.proof import proof_of
from urbanwork.reporting.html.verdicts import build_check
from urbanwork.reporting.verdict_terminal import print_check
from urbanwork.reporting.verdicts import geojson_check, groups, plain_check
from urbanwork.sources.layers import Zones

EVIL = "<script>alert(1)</script>\x1b[31m"


def checked(visibility: str = "public", name: str = "Park") -> Checked:
    """Two homes, one of them in a green line."""

    def column(value: Any) -> Any:
        return np.array([value], object)

    blank = column(None)
    zones = Zones(
        column("z/1"), column("green_line"), column(name), blank, blank, blank, column(visibility),
        column(shapely.box(0, 0, 0.001, 0.001)), column("z:1"), np.array([0.0]),
    )  # fmt: skip
    rules = [rule for rule in load_bottom_lines() if rule.id == "ecology.green_line"]
    changes = tuple(
        Change(called, "add_housing", shapely.box(x, 0, x + 0.0004, 0.0004))
        for called, x in ((EVIL, 0.0), ("far", 0.01))
    )
    gate = Gate(zones, ["green_line"], rules)
    verdicts = gate.check(changes)
    return Checked(
        "Town", "小城", "Plan", "2024-01-01", changes, {rule.id: rule for rule in rules},
        tuple(verdicts), proof_of(verdicts, changes, rules, gate.known), (), (), gate.hidden(),
    )  # fmt: skip


def test_breaches_come_first() -> None:
    assert [group.status for group in groups(checked())] == ["breach", "pass"]


def test_the_page_is_whole_and_runs_nothing() -> None:
    page = build_check(checked()).decode()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "城市绿线管理办法" in page
    assert build_check(checked()) == build_check(checked())


def test_the_page_is_in_chinese_too() -> None:
    page = build_check(checked(), lang="zh").decode()
    assert '<html lang="zh-Hans">' in page
    assert "方案突破底线" in page
    assert "小城" in page


@pytest.mark.parametrize(("lang", "said"), [("en", "It covers"), ("zh", "占用绿线")])
def test_the_terminal_says_what_was_found(
    lang: Any, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_check(checked(), lang=lang)
    out = capsys.readouterr().out
    assert said in out
    assert "\x1b[31m" not in out


def test_data_holds_figures_places_and_the_proof() -> None:
    told = plain_check(checked())
    assert told["status"] == "breach"
    first = told["verdicts"][0]
    assert (first["rule"], first["unit"], first["zones"]) == ("ecology.green_line", "m2", "z/1")
    assert first["geometry"]["type"] == "Polygon"
    assert told["proof"]["violations"] == 1
    assert json.loads(geojson_check(checked()))["features"][0]["properties"] == {
        name: value for name, value in first.items() if name != "geometry"
    }


@pytest.mark.parametrize("visibility", ["internal", "restricted"])
def test_what_is_not_public_is_in_no_output(visibility: str) -> None:
    public = checked(visibility, "Eagle cliff").for_public()
    assert public.verdicts == ()
    assert public.status == "unknown"
    outputs = [
        build_check(public).decode(), geojson_check(public).decode(),
        json.dumps(plain_check(public), ensure_ascii=False),
    ]  # fmt: skip
    for text in outputs:
        assert "Eagle" not in text
        assert "z/1" not in text
        assert visibility not in text
    assert plain_check(public)["rules_not_shown"] == 1


def test_a_public_pass_is_one_only_where_nothing_is_hidden() -> None:
    whole = checked()
    passing = replace(whole, verdicts=tuple(v for v in whole.verdicts if v.status == "pass"))
    assert passing.for_public().status == "pass"
    assert replace(passing, hidden=("ecology.green_line",)).for_public().status == "unknown"
