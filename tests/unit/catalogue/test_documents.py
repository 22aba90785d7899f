"""CONTRIBUTING and GLOSSARY say what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from urbanwork.catalogue import vocabulary
from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.models import Grade
from urbanwork.catalogue.selection import check_measures, select_standards
from urbanwork.measures.names import measure_named

ROOT = Path(__file__).resolve().parents[3]
WORDS = [*vocabulary.SUPPORTS, *vocabulary.MISSING_POLICIES, *vocabulary.STRENGTHS]


def test_the_worked_example_of_contributing_is_a_catalogue(tmp_path: Path) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    for number, example in enumerate(examples):
        (tmp_path / f"{number}.yaml").write_text(example, encoding="utf-8")
    catalogue = load_catalogue(extra=[tmp_path])
    check_measures(catalogue, measure_named)
    standards = select_standards(catalogue, sets=["mycity"], jurisdiction="FI", as_of="2024-06-01")
    assert standards[catalogue.indicators["life.cafe_300m"].standard or ""].value == 50


@pytest.mark.parametrize("word", [*WORDS, *get_args(Grade)])
def test_the_glossary_has_every_word_of_the_catalogue(word: str) -> None:
    assert f"| `{word}` |" in (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")


def test_the_glossary_says_each_word_in_chinese_too() -> None:
    rows = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").split("\n")
    terms = [row for row in rows if row.startswith("|") and not row.startswith(("|---", "| short"))]
    assert len(terms) > 80
    assert all(re.search(r"[\u4e00-\u9fff]", row) for row in terms)


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "GLOSSARY.md"])
def test_files_that_a_document_names_are_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for path in re.findall(r"`((?:src|tests|docs)/[\w/.]+)`", text):
        assert (ROOT / path).exists(), path
