"""Every phrase of a standard of ours has its Chinese."""

from __future__ import annotations

import re

from urbanwork.catalogue.loading import load_catalogue
from urbanwork.reporting.phrases import FILE, phrase

WORDS = re.compile(r"[a-z]{3}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def phrases() -> set[str]:
    found = set()
    for each in load_catalogue().standards:
        found |= {each.clause, each.edition, each.fair_why if each.fair is not None else ""}
    return {each for each in found if WORDS.search(each)}


def test_every_phrase_of_a_standard_has_its_chinese() -> None:
    missing = sorted(each for each in phrases() if not CHINESE.search(phrase(each, "zh")))
    assert not missing, f"{FILE.name} lacks: {'; '.join(missing)}"


def test_a_clause_with_a_number_stays_as_it_is() -> None:
    assert phrase("4.0.4", "zh") == "4.0.4"
