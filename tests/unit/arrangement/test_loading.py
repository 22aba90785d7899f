from __future__ import annotations

from pathlib import Path

import pytest

from small_arrangement import TEXT, written
from urbanwork.arrangement.loading import load_arrangement, read_arrangement
from urbanwork.errors import ManyFaultsError, UserError


def faults(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ManyFaultsError) as caught:
        read_arrangement(written(folder, text))
    return caught.value.faults


def line(part: str) -> int:
    """Number of the line of TEXT that holds `part`."""
    return next(n for n, each in enumerate(TEXT.splitlines(), start=1) if part in each)


def test_an_arrangement_is_read_in_the_order_of_the_document(tmp_path: Path) -> None:
    arrangement = read_arrangement(written(tmp_path)).arrangement
    assert [ask.id for ask in arrangement.asks()] == ["schools_near", "parks_near", "feeling"]
    assert arrangement.level == "city"
    assert arrangement.bodies["schools"].named_in == ("p1",)
    assert arrangement.origins["feeling"] == f"town.yaml:{line('id: feeling')}"


def test_a_text_in_one_language_stands_for_both(tmp_path: Path) -> None:
    arrangement = read_arrangement(written(tmp_path)).arrangement
    assert arrangement.title.zh == "本镇工作部署"
    assert arrangement.bodies["schools"].title.zh == "School board"


def test_comments_do_not_change_the_version_and_words_do(tmp_path: Path) -> None:
    def version(text: str) -> str:
        return read_arrangement(written(tmp_path, text)).arrangement.version

    assert version(TEXT + "# a comment\n") == version(TEXT)
    assert version(TEXT.replace("Parks are near", "Parks are nearer")) != version(TEXT)


@pytest.mark.parametrize(
    ("old", "new", "where", "sentence"),
    [
        ("codes: [B-L]", "codes: [B-X]", "codes: [B-L]", "'codes' is 'B-X'; did you mean"),
        ("lead: schools", "lead: scools", "lead: schools", "no body 'scools'; did you mean 'schoo"),
        ("cooperating: [government]", "cooperating: [goverment]", "cooperating", "no body 'gover"),
        ("cooperating: [government]", "cooperating: [schools]", "cooperating", "cannot co-operate"),
        ("anchor: p1\n        asks", "anchor: p9\n        asks", "        anchor: p1", "paragraph"),
        ("named_in: [p1]", "named_in: [p7]", "named_in", "there is no paragraph 'p7'"),
        ("rule:red_line", "rule:red_lime", "rule:red_line", "did you mean 'rule:red_line'?"),
        ("id: parks_near", "id: schools_near", "id: parks_near", "is given twice"),
        ("body: government", "body: nobody", "body: government", "there is no body 'nobody'"),
        ("land-2015:people_first", "town-2026:people_first", "answers", "is of this document"),
        ("date: 2026-01-02", "date: 2026-13-02", "date:", "wanted a date"),
        ("level: city", "level: town", "level:", "choose from state"),
        ("text: {en: Parks are near}", "text: {}", "text: {en: Parks", "has no text"),
        ("lead: schools", "leed: schools", "lead: schools", "unknown key 'leed'"),
    ],
)
def test_a_fault_names_file_line_and_what_to_do(
    tmp_path: Path, old: str, new: str, where: str, sentence: str
) -> None:
    assert old in TEXT
    found = faults(tmp_path, TEXT.replace(old, new, 1))
    assert any(
        each.startswith(f"{tmp_path / 'town.yaml'}:{line(where)}: ") and sentence in each
        for each in found
    ), found


def test_an_ask_with_neither_indicator_nor_gap_is_a_fault(tmp_path: Path) -> None:
    text = TEXT.replace("            indicators: [green.park_*]\n", "")
    (found,) = faults(tmp_path, text)
    assert f"town.yaml:{line('id: parks_near')}: parks_near: it has neither" in found


def test_an_ask_that_is_to_be_bound_needs_neither(tmp_path: Path) -> None:
    text = TEXT.replace("indicators: [green.park_*]", "state: to_be_bound")
    asks = list(read_arrangement(written(tmp_path, text)).arrangement.asks())
    assert [ask.is_bound for ask in asks] == [True, False, True]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = TEXT.replace("lead: schools", "lead: x").replace("anchor: p1", "anchor: p2")
    assert len(faults(tmp_path, text)) == 5


def test_a_name_that_we_do_not_carry_is_told_with_the_nearest() -> None:
    with pytest.raises(UserError, match="did you mean 'dalian-2016'"):
        load_arrangement("dalien-2016")


def test_a_city_names_a_file_beside_its_settings(tmp_path: Path) -> None:
    written(tmp_path)
    assert load_arrangement("./town.yaml", folder=tmp_path).id == "town-2026"
