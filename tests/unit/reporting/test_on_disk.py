"""An examination read back from its folder, long after the catalogue has moved on."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from arranged_town import arranged
from urbanwork.catalogue.loading import load_catalogue
from urbanwork.reporting.content import content
from urbanwork.reporting.on_disk import read_report_input

SCHOOL = "life.primary_school_500m"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city with an examination of an older catalogue: one of its indicators is no more."""
    report = arranged()
    exam = tmp_path / "examinations" / "2026"
    exam.mkdir(parents=True)
    for name in ("indicators", "problems", "areas", "cells"):
        pq.write_table(getattr(report, name), exam / f"{name}.parquet")
    kept = {
        key: {
            "title": {"en": f"{each.title.en} of then", "zh": each.title.zh},
            "dimension": each.dimension, "unit": each.unit, "version": each.version,
            "dimension_title": {"en": "Then", "zh": "当时"}, "better": each.better,
            "support": each.support, "standard": each.standard,
        }
        for key, each in report.catalogue.indicators.items()
    }  # fmt: skip
    manifest = {**report.manifest, "indicators": kept, "catalogue_version": "older"}
    (exam / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "a.geojson").write_text("{}", encoding="utf-8")
    text = "name: Testhaven\nas_of: 2026-03-01\nareas: {path: a.geojson}\n"
    (tmp_path / "city.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_titles_are_those_of_the_examination_and_methods_those_of_today(city: Path) -> None:
    report = read_report_input(city, city / "examinations" / "2026")
    assert report.catalogue.indicators[SCHOOL].title.en.endswith("of then")
    today = load_catalogue().indicators[SCHOOL]
    assert report.catalogue.indicators[SCHOOL].formula == today.formula


def test_an_indicator_that_is_no_more_keeps_its_numbers(city: Path) -> None:
    report = read_report_input(city, city / "examinations" / "2026")
    told = {each.indicator: each for s in content(report).sections for each in s.figures()}
    assert report.catalogue.indicators.keys() == told.keys()
    assert told["transit.sdg_11_2_1"].value is not None
    assert report.catalogue.indicators["transit.sdg_11_2_1"].formula.en == ""


def test_the_report_says_that_the_catalogue_has_changed_since(city: Path) -> None:
    report = read_report_input(city, city / "examinations" / "2026")
    assert any("has changed since" in each.en for each in content(report).answers)
    assert not any("has changed since" in each.en for each in content(arranged()).answers)
