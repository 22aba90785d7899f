"""`urbanwork audit` as users run it: told, in both languages, as JSON and as a page."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from audited_plan import whole_plan, write_plan

from .conftest import Run


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    whole_plan(tmp_path / "plan")
    return tmp_path / "plan"


def test_a_checklist_is_printed_by_quality_and_the_command_succeeds(run: Run, plan: Path) -> None:
    ended = run("audit", plan, "--lang", "en")
    assert ended.code == 0, ended.err
    for quality in ("Scientific", "Forward-looking", "Systematic", "Intensive", "Precise",
                    "Authoritative"):  # fmt: skip
        assert re.search(rf"^{quality}  \d+ met", ended.out, re.MULTILINE), quality
    assert "What would tell: Run the audit with --city" in " ".join(ended.out.split())
    assert "集约" in run("audit", plan, "--lang", "zh").out


def test_json_has_every_item_and_no_total(run: Run, plan: Path) -> None:
    told = json.loads(run("audit", plan, "--json").out)
    items = [item for quality in told["qualities"] for item in quality["items"]]
    assert len(told["qualities"]) == 6
    assert {item["state"] for item in items} == {"met", "unknown"}
    assert not {"score", "total", "grade"} & {key for item in [told, *items] for key in item}


def test_a_plan_that_fails_items_is_told_not_an_error(run: Run, plan: Path) -> None:
    data = yaml.safe_load((plan / "plan.yaml").read_text(encoding="utf-8"))
    data["publicity"]["to"] = "2024-04-10"
    write_plan(plan, data)
    ended = run("audit", plan, "--lang", "en")
    assert ended.code == 0
    assert "9 days; 30 are the least" in " ".join(ended.out.split())


def test_all_faults_of_plan_yaml_end_with_2(run: Run, plan: Path) -> None:
    data = yaml.safe_load((plan / "plan.yaml").read_text(encoding="utf-8"))
    write_plan(plan, {**data, "kind": "atlas", "colour": 1, "date": "tomorrow"})
    ended = run("audit", plan)
    assert ended.code == 2
    assert len(ended.err.splitlines()) == 3
    assert run("audit", plan.parent).code == 2


def test_the_schema_that_is_printed_takes_the_plan(run: Run, plan: Path) -> None:
    schema = json.loads(run("schema", "plan").out)
    data = yaml.safe_load((plan / "plan.yaml").read_text(encoding="utf-8"))
    jsonschema.validate(data, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**data, "kind": "atlas"}, schema)


def test_the_page_is_one_file_that_asks_for_nothing(run: Run, plan: Path, tmp_path: Path) -> None:
    data = yaml.safe_load((plan / "plan.yaml").read_text(encoding="utf-8"))
    data["title"] = {"en": "<script>alert(1)</script>"}
    write_plan(plan, data)
    page = tmp_path / "audit.html"
    assert run("audit", plan, "--html", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "default-src 'none'" in html.unescape(text)
    assert "<script>alert(1)" not in text
    assert not re.search(r"(src|href)=\"https?:", text)
    assert run("audit", plan, "--html", page).code == 0
    assert page.read_text(encoding="utf-8") == text
