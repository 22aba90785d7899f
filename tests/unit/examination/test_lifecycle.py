"""An examination from draft through comments to frozen, and corrected by errata only."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from urbanwork.city.store import tidy
from urbanwork.errors import UserError
from urbanwork.examination import comments, errata, frozen, lifecycle
from urbanwork.examination.journal import Journal

SCHOOL = "life.primary_school_500m"


@pytest.fixture
def exam(tmp_path: Path) -> Path:
    folder = tmp_path / "town" / "examinations" / "2026-01-01-abc"
    folder.mkdir(parents=True)
    manifest = {"as_of": "2026-01-01", "indicators": {SCHOOL: {}}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    rows = [
        {"indicator": SCHOOL, "area": area, "value": value, "unit": "%"}
        for area, value in (("city", 61.234), ("a1", 40.0), ("a2", None))
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "indicators.parquet")
    areas = [
        {"area": key, "name": name, "name_zh": "老城" if key == "a1" else None, "name_en": None}
        for key, name in (("a1", "Old Town"), ("a2", "Harbour"))
    ]
    pq.write_table(pa.Table.from_pylist(areas), folder / "areas.parquet")
    (folder / "report.html").write_text("<html></html>")
    return folder


def state(folder: Path) -> lifecycle.State:
    return lifecycle.status_of(folder).state


def freeze(folder: Path) -> None:
    frozen.freeze(folder)


def erratum(folder: Path, value: float | None = 63.0, was: float | None = 61.2) -> errata.Erratum:
    return errata.add_erratum(
        folder, indicator=SCHOOL, area="city", value=value, was=was, why="a school was counted "
        "twice", by="Bureau of statistics",
    )  # fmt: skip


def test_an_examination_goes_from_draft_through_comments_to_frozen_and_corrected(
    exam: Path,
) -> None:
    assert state(exam) == "draft"
    comments.add_comment(exam, area="a1", by="Old Town", text="The school in Mill Lane is open.")
    assert state(exam) == "comments"
    assert lifecycle.status_of(exam).unanswered == (1,)
    comments.add_answer(exam, 1, text="Added to the register.")
    assert lifecycle.status_of(exam).unanswered == ()
    freeze(exam)
    assert state(exam) == "frozen"
    erratum(exam)
    assert state(exam) == "corrected"


def test_freezing_is_refused_while_a_comment_is_unanswered(exam: Path) -> None:
    comments.add_comment(exam, area="a1", by="Old Town", text="Wrong.")
    with pytest.raises(UserError, match="not answered yet: comment 1;"):
        freeze(exam)
    assert not frozen.is_frozen(exam)


def test_forcing_needs_a_reason_and_records_it(exam: Path) -> None:
    comments.add_comment(exam, area="a1", by="Old Town", text="Wrong.")
    with pytest.raises(UserError, match="not answered"):
        frozen.freeze(exam, force=" ")
    frozen.freeze(exam, force="the deadline of the ministry")
    assert lifecycle.status_of(exam).forced == "the deadline of the ministry"


def test_a_frozen_examination_takes_no_comment_and_is_not_frozen_twice(exam: Path) -> None:
    freeze(exam)
    with pytest.raises(UserError, match="frozen already"):
        freeze(exam)
    with pytest.raises(UserError, match=r"frozen.*erratum"):
        comments.add_comment(exam, area="a1", by="Old Town", text="Late.")


@pytest.mark.parametrize("name", ["manifest.json", "indicators.parquet", "report.html"])
def test_one_changed_byte_of_a_frozen_file_is_noticed(exam: Path, name: str) -> None:
    freeze(exam)
    frozen.check_frozen(exam)
    data = bytearray((exam / name).read_bytes())
    data[len(data) // 2] ^= 1
    (exam / name).chmod(0o644)
    (exam / name).write_bytes(data)
    with pytest.raises(UserError, match=f"{name}: .*frozen and the file was changed"):
        frozen.check_frozen(exam)


def test_a_missing_file_of_a_frozen_examination_is_noticed(exam: Path) -> None:
    freeze(exam)
    (exam / "report.html").unlink()
    with pytest.raises(UserError, match=r"report\.html: .*is missing"):
        frozen.check_frozen(exam)


def test_a_changed_record_of_freezing_is_noticed(exam: Path) -> None:
    freeze(exam)
    record = json.loads((exam / frozen.FILE).read_text())
    del record["files"]["manifest.json"]
    (exam / frozen.FILE).write_text(json.dumps(record))
    with pytest.raises(UserError, match="record of freezing was changed"):
        frozen.check_frozen(exam)


def test_exports_may_be_written_into_a_frozen_examination(exam: Path) -> None:
    (exam / "table.xlsx").write_text("before")
    freeze(exam)
    (exam / "table.xlsx").write_text("again")
    frozen.check_frozen(exam)


def test_tidying_leaves_a_frozen_examination_alone(exam: Path) -> None:
    freeze(exam)
    tidy(exam.parent)
    frozen.check_frozen(exam)


def test_an_erratum_is_for_a_frozen_examination_only(exam: Path) -> None:
    with pytest.raises(UserError, match="draft"):
        erratum(exam)


def test_an_erratum_names_what_was_published(exam: Path) -> None:
    freeze(exam)
    with pytest.raises(UserError, match=r"--was: got 58, but .* published as 61\.234"):
        erratum(exam, was=58.0)
    assert erratum(exam).was == 61.234


def test_the_last_erratum_of_a_figure_is_in_force_and_all_are_kept(exam: Path) -> None:
    freeze(exam)
    erratum(exam)
    erratum(exam, value=None, was=63.0)
    assert errata.in_force(exam)[SCHOOL, "city"].value is None
    assert [each.value for each in errata.errata_of(exam)] == [63.0, None]
    frozen.check_frozen(exam)


@pytest.mark.parametrize("what", ["value", "order", "end", "all"])
def test_errata_that_were_tampered_with_are_refused(exam: Path, what: str) -> None:
    freeze(exam)
    erratum(exam)
    erratum(exam, value=64.0, was=63.0)
    file = exam / errata.FILE
    lines = file.read_text(encoding="utf-8").splitlines()
    if what == "value":
        lines[0] = lines[0].replace("63.0", "93.0")
    elif what == "order":
        lines.reverse()
    else:
        lines = lines[:1] if what == "end" else []
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    with pytest.raises(UserError, match=r"errata\.jsonl"):
        errata.errata_of(exam)


def test_the_errata_of_one_examination_are_not_those_of_another(exam: Path, tmp_path: Path) -> None:
    freeze(exam)
    erratum(exam)
    record = json.loads((exam / frozen.FILE).read_text())
    (exam / frozen.FILE).write_text(json.dumps(record))  # other bytes
    with pytest.raises(UserError, match="line 1 does not follow"):
        errata.errata_of(exam)


def test_an_area_may_be_named_in_either_language(exam: Path) -> None:
    assert lifecycle.area_id(exam, "老城") == lifecycle.area_id(exam, "Old Town") == "a1"
    assert lifecycle.area_id(exam, "city") == "city"
    with pytest.raises(UserError, match="there is no 'Mars'"):
        lifecycle.area_id(exam, "Mars")


def test_an_unknown_indicator_is_named_with_the_nearest(exam: Path) -> None:
    with pytest.raises(UserError, match=f"did you mean '{SCHOOL}'"):
        lifecycle.known_indicator(exam, "life.primary_school_50m")


def test_the_last_examination_of_a_city_is_found_and_one_within_it_by_id(exam: Path) -> None:
    city = exam.parent.parent
    assert lifecycle.examination_folder(city) == exam
    assert lifecycle.examination_folder(Path(exam.name), within=city) == exam
    with pytest.raises(UserError, match="no examination and no city"):
        lifecycle.examination_folder(city / "nothing")


WRITER = """
import sys
from pathlib import Path
from urbanwork.examination.comments import add_comment
for number in range(100000):
    made = add_comment(Path(sys.argv[1]), area="a1", by="Old Town", text="x" * 300)
    print(made["number"], flush=True)
"""


def test_a_kill_loses_no_confirmed_comment_and_leaves_a_whole_journal(exam: Path) -> None:
    confirmed = 0
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(exam)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(random.Random(confirmed).uniform(0.0, 0.02))
        os.kill(process.pid, signal.SIGKILL)
        rest = process.communicate()[0].split()
        confirmed = int([first, *rest][-1])
        kept = Journal(exam / comments.FILE).records()
        assert confirmed <= len(kept) <= confirmed + 1
    assert confirmed >= 6


def test_two_writers_at_once_lose_nothing(exam: Path) -> None:
    script = WRITER.replace("100000", "10")
    writers = [
        subprocess.Popen([sys.executable, "-c", script, str(exam)], stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert len(comments.comments_of(exam)) == 20


def test_the_status_of_a_city_names_an_examination_that_was_tampered_with(exam: Path) -> None:
    freeze(exam)
    (exam / "report.html").write_text("better figures")
    city = exam.parent.parent
    assert [(each.state, each.id) for each in lifecycle.statuses(city)] == [("damaged", exam.name)]
    assert "report.html" in str(lifecycle.statuses(city)[0].fault)
