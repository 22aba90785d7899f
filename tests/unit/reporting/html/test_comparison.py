"""The page of a comparison: whole, harmless, in both languages, the same every time."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from compared_towns import HOSTILE, KINDERGARTEN, two_years
from urbanwork.examination.compare import Comparison, compare
from urbanwork.reporting.compared import comparison_csv, plain_comparison
from urbanwork.reporting.html.comparison import build_comparison
from urbanwork.reporting.html.comparison_texts import TEXTS
from urbanwork.reporting.plain import json_text


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return compare(two_years(tmp_path_factory.mktemp("town")))


@pytest.fixture(scope="module")
def page(comparison: Comparison) -> str:
    return build_comparison(comparison).decode()


def test_the_same_comparison_gives_the_same_bytes(comparison: Comparison, page: str) -> None:
    assert build_comparison(compare([each.folder for each in comparison.examinations])) == (
        page.encode()
    )


def test_names_from_the_data_are_never_markup(page: str) -> None:
    assert HOSTILE not in page
    assert "<img" not in page
    assert len(re.findall(r"<script\b", page)) == 1
    assert "&lt;/script&gt;" in page


def test_the_page_asks_for_nothing_outside(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page).group(1)
    assert "default-src &#39;none&#39;" in policy or "default-src 'none'" in policy
    outside = re.findall(r'(?:src|href)="(?!#|data:)([^"]+)"', page)
    assert outside == []


def test_every_verdict_evidence_and_erratum_is_said_in_both_languages(page: str) -> None:
    assert '<span lang="en">the city changed</span><span lang="zh-Hans">城市变化</span>' in page
    assert "Newer map extract (2024-01-01 → 2025-01-01)" in page
    assert "地图数据已更新" in page
    assert "(erratum; was" in page
    assert "（勘误，原为" in page


def test_every_text_of_the_page_has_both_languages() -> None:
    for key, text in TEXTS.items():
        assert text.en.strip(), key
        assert re.search(r"[\u4e00-\u9fff]", text.zh), key


def test_every_indicator_with_a_value_has_a_picture_with_its_range(
    comparison: Comparison, page: str
) -> None:
    assert f'id="{KINDERGARTEN}"' in page
    last = comparison.examinations[-1]
    known = {key for (key, area), value in last.values.items()
             if area == "city" and value.value is not None}  # fmt: skip
    assert {key for key in known if f'<figure class="pair" id="{key}">' not in page} == set()


def test_json_says_what_the_page_says(comparison: Comparison) -> None:
    plain = json.loads(json_text(plain_comparison(comparison)))
    assert [each["state"] for each in plain["examinations"]] == ["corrected", "draft"]
    rows = {(row["indicator"], row["area"]): row for row in plain["steps"][0]["changes"]}
    row = rows[KINDERGARTEN, "city"]
    assert row["verdict"] == "city"
    assert row["sentence_en"].startswith("The city changed: newer map extract")
    assert row["sentence_zh"].startswith("城市变化：")
    assert row["both_saw"]["after"] == pytest.approx(row["before"])
    corrected = rows["form.pedestrian_detour", "city"]
    assert (corrected["before"], corrected["before_erratum"]["number"]) == (9.0, 1)
    assert {each["of"] for each in plain["ranks"][KINDERGARTEN]} == set(
        comparison.examinations[-1].areas
    )


def test_csv_has_a_row_for_every_figure_and_runs_no_formula(comparison: Comparison) -> None:
    rows = list(csv.DictReader(io.StringIO(comparison_csv(comparison))))
    assert len(rows) == len(comparison.steps[0].changes)
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "@")]


def test_a_folder_that_is_no_examination_is_named(tmp_path: Path) -> None:
    from urbanwork.errors import UserError

    with pytest.raises(UserError, match="no examination and no city"):
        compare([tmp_path, tmp_path])
