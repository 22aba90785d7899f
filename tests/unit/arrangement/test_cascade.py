from __future__ import annotations

from pathlib import Path

import pytest

from small_arrangement import TEXT, catalogue, written
from urbanwork.arrangement.cascade import cascade
from urbanwork.arrangement.checking import check_arrangement
from urbanwork.arrangement.loading import read_arrangement
from urbanwork.arrangement.models import Arrangement
from urbanwork.errors import ManyFaultsError, UserError

HIGHER = (
    TEXT.replace("town-2026", "land-2015").replace("level: city", "level: state")
    .replace("schools_near", "people_first").replace("[land-2015:people_first]", "[]")
)  # fmt: skip


def pair(folder: Path, lower: str = TEXT) -> tuple[Arrangement, Arrangement]:
    higher = read_arrangement(written(folder, HIGHER, "land-2015.yaml")).arrangement
    return higher, read_arrangement(written(folder, lower)).arrangement


def test_an_ask_of_the_higher_document_is_answered_or_it_is_not(tmp_path: Path) -> None:
    found = cascade(*pair(tmp_path))
    assert found.answered == {"people_first": ("schools_near",)}
    assert found.unanswered == ("parks_near", "feeling")
    assert found.nowhere == ()


def test_an_answer_to_an_ask_that_is_not_there_points_nowhere(tmp_path: Path) -> None:
    lower = TEXT.replace("land-2015:people_first", "land-2015:people_fast")
    assert cascade(*pair(tmp_path, lower)).nowhere == (("schools_near", "land-2015:people_fast"),)
    with pytest.raises(ManyFaultsError, match="did you mean 'people_first'"):
        check_arrangement(tmp_path / "town.yaml", catalogue())


def test_answers_to_a_document_that_is_not_at_hand_are_no_fault(tmp_path: Path) -> None:
    assert check_arrangement(written(tmp_path), catalogue()).warnings == ()


def test_the_higher_document_comes_first(tmp_path: Path) -> None:
    higher, lower = pair(tmp_path)
    with pytest.raises(UserError, match="name the higher document first"):
        cascade(lower, higher)
    with pytest.raises(UserError, match="both documents are 'town-2026'"):
        cascade(lower, lower)


def test_documents_that_answer_each_other_are_a_fault(tmp_path: Path) -> None:
    ring = HIGHER.replace("answers: []", "answers: [town-2026:feeling]")
    written(tmp_path, ring, "land-2015.yaml")
    with pytest.raises(ManyFaultsError) as caught:
        check_arrangement(written(tmp_path, name="town-2026.yaml"), catalogue())
    (found,) = caught.value.faults
    assert "in a ring (town-2026 -> land-2015 -> town-2026)" in found
    assert found.startswith(f"{tmp_path / 'town-2026.yaml'}:")
