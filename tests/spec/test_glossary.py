"""One word for one thing: every text of the product is held to the glossary."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from texts_of_the_product import ROOT, chinese_lines, pairs
from urbanwork.reporting.glossary import (
    as_markdown,
    groups,
    load_glossary,
    misused_en,
    misused_zh,
    wrong_label,
)

OFFICIAL = {
    "台账": "ledger", "交办": "assign", "督办": "supervise", "主办": "lead", "协办": "co-operate",
    "销号": "close", "约谈": "interview", "体检": "examination", "底线": "bottom line",
}  # fmt: skip


def test_the_words_that_officials_use_are_there():
    words = {term.word.zh: term.word.en for term in load_glossary()}
    assert OFFICIAL.items() <= words.items()
    assert len(load_glossary()) >= 60


def test_no_term_is_there_twice():
    counted = Counter(term.id for term in load_glossary())
    english = Counter(term.word.en for term in load_glossary())
    assert not [each for each, times in (counted + english).items() if times > 2]


def test_every_term_says_what_it_means_in_both_languages_and_belongs_to_a_group():
    for term in load_glossary():
        assert term.meaning.en.endswith("."), term.id
        assert term.meaning.zh.endswith("。"), term.id
        assert term.group in groups(), term.id


def test_no_term_is_a_word_that_another_term_does_not_allow():
    for term in load_glossary():
        for word in (term.word.zh, *term.also_zh, term.meaning.zh):
            assert not misused_zh(word), f"{term.id}: {word}"


def test_every_chinese_text_uses_the_words_of_the_glossary():
    faults = [
        f"{where}: '{each.found}'; the glossary says '{each.term.word.zh}'"
        for where, line in chinese_lines()
        for each in misused_zh(line)
    ]
    assert not faults, "\n".join(faults)


def test_every_english_text_uses_the_words_of_the_glossary():
    faults = [
        f"{pair.where}: '{each.found}'; the glossary says '{each.term.word.en}'"
        for pair in pairs()
        for each in misused_en(pair.english)
    ]
    assert not faults, "\n".join(faults)


def test_a_label_that_is_a_term_in_english_is_that_term_in_chinese():
    faults = [
        f"{pair.where}: {pair.english!r} is {pair.chinese!r}; the glossary says {term.word.zh!r}"
        for pair in pairs()
        if pair.is_whole and (term := wrong_label(pair.english, pair.chinese)) is not None
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", ["a.yaml", "words.py"])
def test_a_wrong_word_is_named_with_file_and_line(tmp_path: Path, name: str):
    folder = tmp_path / "src" / "urbanwork"
    folder.mkdir(parents=True)
    texts = {"a.yaml": "title:\n  en: Ledger\n  zh: 台帐\n",
             "words.py": "ONE = 1\n\nWORDS = ('Ledger', '台帐')\n"}  # fmt: skip
    (folder / name).write_text(texts[name], encoding="utf-8")
    [(where, line)] = list(chinese_lines(tmp_path))
    assert where == f"src/urbanwork/{name}:3"
    assert [each.term.word.zh for each in misused_zh(line)] == ["台账"]
    [pair] = list(pairs(tmp_path))
    assert wrong_label(pair.english, pair.chinese).word.zh == "台账"


def test_the_section_of_the_glossary_for_readers_is_the_file_of_terms():
    text = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    section = text.partition("<!-- terms -->\n")[2].partition("<!-- end of terms -->")[0]
    assert section.strip() == as_markdown().strip(), "run: python tests/write_glossary.py"


def test_words_that_stand_in_both_tables_have_one_translation():
    text = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").partition("<!-- terms -->")[0]
    known = {term.word.en: (term.word.zh, *term.also_zh) for term in load_glossary()}
    rows = re.findall(r"^\| ([a-z][a-z -]+) \| ([^|]+) \|", text, re.MULTILINE)
    wrong = [(en, zh) for en, zh in rows if en in known and zh.strip() not in known[en]]
    assert not wrong
