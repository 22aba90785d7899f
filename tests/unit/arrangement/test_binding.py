from __future__ import annotations

from pathlib import Path

import pytest

from small_arrangement import TEXT, catalogue, written
from urbanwork.arrangement.binding import bind, matches
from urbanwork.arrangement.checking import check_arrangement
from urbanwork.arrangement.loading import read_arrangement
from urbanwork.errors import ManyFaultsError


def faults(folder: Path, old: str, new: str) -> tuple[str, ...]:
    assert old in TEXT
    with pytest.raises(ManyFaultsError) as caught:
        check_arrangement(written(folder, TEXT.replace(old, new)), catalogue())
    return caught.value.faults


def test_an_entry_is_an_id_a_glob_or_a_code() -> None:
    known = catalogue()
    assert matches("life.kindergarten_300m", known) == ["life.kindergarten_300m"]
    assert all(key.startswith("safety.fire") for key in matches("safety.fire*", known))
    assert set(matches("serves:FOOD", known)) == {
        key for key, each in known.indicators.items() if "FOOD" in each.serves
    }
    assert matches("life.unheard_of", known) == []


def test_an_indicator_counts_once_in_the_order_of_the_catalogue(tmp_path: Path) -> None:
    text = TEXT.replace(
        "[life.primary_school_500m, life.kindergarten_300m]",
        "[life.primary_school_500m, life.*school_500m, life.kindergarten_300m]",
    )
    bound = bind(read_arrangement(written(tmp_path, text)).arrangement, catalogue())
    assert bound["schools_near"].indicators == (
        "life.kindergarten_300m", "life.primary_school_500m"
    )  # fmt: skip


def test_an_unknown_indicator_is_told_with_file_line_and_the_nearest(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, "life.primary_school_500m", "life.primary_school_600m")
    number = next(n for n, each in enumerate(TEXT.splitlines(), 1) if "life.primary" in each)
    assert found.startswith(f"{tmp_path / 'town.yaml'}:{number}: schools_near: ")
    assert "did you mean 'life.primary_school_500m'?" in found


def test_a_glob_or_a_code_that_finds_nothing_is_a_fault(tmp_path: Path) -> None:
    assert "no indicator has an id like" in faults(tmp_path, "green.park_*", "green.sea_*")[0]
    assert "there is no code 'B-Z'" in faults(tmp_path, "[green.park_*]", '["serves:B-Z"]')[0]


def test_a_bottom_line_is_a_mandatory_standard(tmp_path: Path) -> None:
    mandatory = "cn.gb55014_2021.park_area_per_person"
    advisory = "cn.gb50180_2018.kindergarten_300m"
    assert "is advisory; a bottom line" in faults(tmp_path, mandatory, advisory)[0]
    assert f"did you mean '{mandatory}'?" in faults(tmp_path, mandatory, mandatory + "s")[0]


def test_asks_to_be_bound_and_asks_that_nobody_leads_are_warnings(tmp_path: Path) -> None:
    text = TEXT.replace("indicators: [green.park_*]", "state: to_be_bound")
    text = text.replace("            lead: schools\n", "")
    checked = check_arrangement(written(tmp_path, text), catalogue())
    assert len(checked.warnings) == 2
    assert "schools_near: no body leads" in checked.warnings[0]
    assert "parks_near: not yet bound" in checked.warnings[1]


def test_what_another_catalogue_has_not_is_kept_apart(tmp_path: Path) -> None:
    from urbanwork.catalogue.loading import load_catalogue

    bound = bind(read_arrangement(written(tmp_path)).arrangement, load_catalogue(name="ghsci"))
    assert bound["schools_near"].indicators == ()
    assert bound["schools_near"].unmatched == ("life.primary_school_500m", "life.kindergarten_300m")
    assert bound["parks_near"].unknown_standards == ("cn.gb55014_2021.park_area_per_person",)
