from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_arrangement import catalogue
from urbanwork.arrangement.binding import matches
from urbanwork.arrangement.checking import Checked, check_arrangement
from urbanwork.arrangement.drafting import draft
from urbanwork.arrangement.suggesting import Suggester
from urbanwork.arrangement.texts import Document, TextParagraph, read_document
from urbanwork.catalogue.vocabulary import ASKS

CATALOGUE = catalogue()
SUGGESTER = Suggester(CATALOGUE)


def checked(folder: Path, document: Document) -> Checked:
    text = draft(document, CATALOGUE, name="plan-2026", date="2026-01-02", level="district")
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return check_arrangement(path, CATALOGUE)


def test_a_draft_has_no_fault_and_every_ask_is_yet_to_be_bound(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("新建小学和幼儿园。\n守住生态保护红线。\n", "utf-8")
    found = checked(tmp_path, read_document(tmp_path / "plan.txt"))
    arrangement = found.reading.arrangement
    assert [len(point.asks) for point in arrangement.points()] == [1, 1]
    assert all("not yet bound" in each for each in found.warnings)
    assert len(found.warnings) == 2
    first, second = arrangement.asks()
    assert "life.kindergarten_300m" in first.indicators
    assert "life.primary_school_500m" in first.indicators
    assert "B-E" in second.codes
    assert first.anchor == "p1"
    assert first.text.zh == "新建小学和幼儿园。"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=4))
def test_whatever_a_text_says_its_draft_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, sentences: list[str]
) -> None:
    sayable = tuple(each for each in sentences if any(map(str.isalnum, each)))
    if sayable:
        document = Document("", "en", "", "0" * 64, (TextParagraph("", sayable),))
        found = checked(tmp_path_factory.mktemp("draft"), document)
        assert len(found.warnings) == len(sayable)


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Land is used in an intensive way", "INT"),
        ("加强食品药品监管", "FOOD"),
        ("提高防灾减灾能力", "DIS"),
        ("Heritage and history are kept", "CUL"),
        ("推进农业转移人口市民化", "CIT"),
        ("Convergence of telecom and broadcasting", "3NET"),
        ("健全投融资机制，控制债务", "M-FIN"),
    ],
)
def test_words_of_both_languages_name_the_code(sentence: str, code: str) -> None:
    assert code in SUGGESTER.suggest(sentence).codes


def test_what_asks_nothing_gets_no_proposal() -> None:
    found = SUGGESTER.suggest("The chairman opened the meeting at nine.")
    assert found.codes == ()
    assert found.indicators == ()


def test_every_code_has_words_in_both_languages() -> None:
    assert list(SUGGESTER.keywords) == sorted(SUGGESTER.keywords, key=list(ASKS).index)
    assert set(SUGGESTER.keywords) == set(ASKS)
    assert all(entry["en"] and entry["zh"] for entry in SUGGESTER.keywords.values())


def test_every_proposal_can_be_bound() -> None:
    for code in ASKS:
        for word in SUGGESTER.keywords[code]["zh"]:
            for named in SUGGESTER.suggest(word).indicators:
                assert matches(named, CATALOGUE)
