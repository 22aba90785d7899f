"""One file that asks for nothing, runs only its own script, and believes no name."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import urbanwork.reporting
from fixtures_report import HOSTILE, examined, town
from urbanwork.examination.tables import PROBLEMS
from urbanwork.reporting.findings import city_name
from urbanwork.reporting.html import ReportInput, basemap, build_basemap, build_report
from urbanwork.reporting.html.charts import chart
from urbanwork.reporting.html.pack import unpack
from urbanwork.reporting.html.tables import grid
from urbanwork.reporting.html.texts import TEXTS


@pytest.fixture(scope="module")
def report() -> ReportInput:
    return examined(town())


@pytest.fixture(scope="module")
def page(report: ReportInput) -> str:
    return build_report(report).decode()


def test_the_same_examination_gives_the_same_bytes(report: ReportInput, page: str) -> None:
    assert build_report(report).decode() == page


def test_the_page_names_no_other_host(page: str) -> None:
    found = re.findall(r'(?:src|href|action|poster|srcset)\s*=\s*"([^"]*)"', page)
    assert [link for link in found if not link.startswith(("#", "data:"))] == []
    assert re.findall(r"url\((?!\"data:|#)[^)]*\)", page) == []
    assert "@import" not in page


def test_the_policy_allows_exactly_the_script_and_style_of_the_page(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    allowed = policy[1].replace("&#39;", "'")
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(inside) == 1
        digest = base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in allowed
    assert allowed.startswith("default-src 'none'")
    assert "unsafe" not in allowed


def test_no_element_carries_its_own_style_or_handler(page: str) -> None:
    body = page[page.index("<body>") : page.index('<script type="application')]
    assert re.findall(r"<[^>]*\s(?:style|on[a-z]+)\s*=", body) == []


def test_names_that_attack_the_page_are_only_text() -> None:
    hostile = build_report(examined(town(hostile=True))).decode()
    assert HOSTILE not in hostile
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in hostile
    assert hostile.count("<script") == 3
    assert hostile.count("</script>") == 3
    assert "<img" not in hostile


def test_a_city_named_like_css_cannot_leave_its_string(report: ReportInput) -> None:
    name = '"; } body { display: none } "</style>'
    attacked = build_report(replace(report, manifest={**report.manifest, "name": name})).decode()
    style = re.search(r"<style>(.*?)</style>", attacked, re.DOTALL)
    assert style is not None
    assert "display: none } \\" not in style[1]
    assert attacked.count("</style>") == 1


def test_the_page_opens_in_the_language_asked_for(report: ReportInput, page: str) -> None:
    assert '<html lang="en"' in page
    assert '<html lang="zh-Hans"' in build_report(report, lang="zh").decode()


def test_every_fixed_text_has_the_same_blanks_in_both_languages() -> None:
    blank = re.compile(r"\{\w+\}")
    for key, text in TEXTS.items():
        assert sorted(blank.findall(text.en)) == sorted(blank.findall(text.zh)), key


def test_the_script_finds_every_text_that_it_names() -> None:
    folder = Path(urbanwork.reporting.__file__).parent / "html" / "script"
    named = {
        key
        for script in folder.glob("*.js")
        for key in re.findall(r"\bt\('(\w+)'", script.read_text(encoding="utf-8"))
    }
    assert len(named) > 30
    assert named <= set(TEXTS)


def test_a_city_without_problems_says_so(report: ReportInput) -> None:
    quiet = build_report(replace(report, problems=PROBLEMS.empty_table())).decode()
    assert "falls short anywhere" in quiet


def test_cells_are_embedded_in_the_order_in_which_the_map_draws_them(
    report: ReportInput, page: str
) -> None:
    blob = re.search(r'id="data">([^<]*)<', page)
    assert blob is not None
    header, arrays = unpack(base64.b64decode(blob[1]))
    number = [each["id"] for each in header["indicators"]].index("life.primary_school_500m")
    shuffled = replace(report, cells=report.cells.take(list(range(report.cells.num_rows))[::-1]))
    other = re.search(r'id="data">([^<]*)<', build_report(shuffled).decode())
    assert other is not None
    _, again = unpack(base64.b64decode(other[1]))
    assert (arrays[f"distance_{number}"] == again[f"distance_{number}"]).all()


def test_grouped_cells_hold_the_same_people(
    report: ReportInput, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basemap, "MOST_CELLS", 100)
    grouped = build_report(replace(report, basemap=build_basemap(town().city))).decode()
    blob = re.search(r'id="data">([^<]*)<', grouped)
    assert blob is not None
    header, arrays = unpack(base64.b64decode(blob[1]))
    assert header["grouped"] > 1
    people = float(report.cells["people"].to_numpy().sum())
    assert arrays["people"].sum() == pytest.approx(people, rel=1e-4)


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ink", ["ink", "ink-2", "ink-3", "accent"])
@pytest.mark.parametrize("paper", ["paper", "ground"])
def test_text_stands_out_from_its_ground(ink: str, paper: str) -> None:
    css = Path(urbanwork.reporting.__file__).parent / "assets" / "tokens.css"
    tokens = dict(re.findall(r"--([\w-]+): (#\w{6});", css.read_text(encoding="utf-8")))
    dark, light = sorted(luminance(tokens[name]) for name in (ink, paper))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_a_figure_that_shrinks_is_drawn_to_the_left_of_nothing(report: ReportInput) -> None:
    table = grid(report, city_name(report.manifest))
    row = table.row("form.street_density")
    table.numbers["value"][row] = np.linspace(-6.0, 6.0, len(table.areas))
    table.numbers["lower"][row] = table.numbers["upper"][row] = np.nan
    bars = re.findall(
        r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', chart(report, table, row).svg
    )
    ends = [(float(x), float(x) + float(wide)) for x, wide in bars]
    zero = max(left for left, _ in ends)
    assert any(right == pytest.approx(zero, abs=0.2) and left < zero - 5 for left, right in ends)
    assert any(left == pytest.approx(zero, abs=0.2) and right > zero + 5 for left, right in ends)


def test_what_is_not_measured_has_no_chart_and_stands_apart_in_the_index(page: str) -> None:
    charts = page[page.index('id="charts"') : page.index('id="problems"')]
    assert "life.kindergarten_300m" not in charts
    assert "life.primary_school_500m" in charts
    index = page[page.index('id="index"') : page.index('id="answers"')]
    assert index.index("life.library_1000m") < index.index("<details") < index.index(
        "life.kindergarten_300m"
    )  # fmt: skip
