"""What was corrected after an examination was frozen is shown wherever the figure is."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from .conftest import Run

EXAMPLE = Path(__file__).parents[2] / "examples" / "dalian"
FIGURE = "people.urbanisation_rate"


@pytest.fixture(scope="module")
def corrected(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dalian, examined, frozen, with the urbanisation of one district corrected."""
    city = tmp_path_factory.mktemp("errata") / "dalian"
    shutil.copytree(EXAMPLE, city, ignore=shutil.ignore_patterns("examinations", ".urbanwork"))
    examined = run("examine", city, "--quiet")
    assert examined.code == 0, examined.err
    folder = Path(examined.out.strip()).parent
    was = json.loads(run("explain", city, FIGURE, "--area", "210213", "--json").out)["value"]
    for command in (
        ("freeze", folder, "--by", "Health examination office"),
        ("erratum", folder, "--indicator", FIGURE, "--area", "210213", "--value", "80.5",
         "--was", was, "--why", "A town was counted twice.", "--by", "Statistics bureau"),
    ):  # fmt: skip
        ended = run(*command)
        assert ended.code == 0, ended.err
    return city


def test_the_table_of_an_examination_tells_it(run: Run, corrected: Path) -> None:
    told = " ".join(run("examine", corrected).out.split())
    assert "corrected to 80.5%. A town was counted twice. (Statistics bureau," in told


def test_the_explanation_tells_it(run: Run, corrected: Path) -> None:
    told = json.loads(run("explain", corrected, FIGURE, "--area", "210213", "--json").out)
    assert [each["value"] for each in told["errata"]] == [80.5]
    in_words = " ".join(
        run("explain", corrected, FIGURE, "--area", "210213", "--lang", "zh").out.split()
    )
    assert "更正为80.5%" in in_words


def test_the_page_tells_it_and_the_frozen_page_stays(run: Run, corrected: Path) -> None:
    exam = next((corrected / "examinations").glob("*/frozen.json")).parent
    frozen = (exam / "report.html").read_bytes()
    page = (exam / "report-corrected.html").read_bytes()
    added = page[page.index(b'<section class="part" id="errata"') :]
    section = added[: added.index(b"</section>")].decode()
    for text in ("80.5%", "A town was counted twice.", "Statistics bureau", "勘误", "Jinzhou"):
        assert text in section
    assert b'href="#errata"' not in frozen
    assert run("examine", corrected, "--quiet").out.strip() == str(exam / "report-corrected.html")


def test_the_workbook_and_the_word_file_tell_it(run: Run, corrected: Path, tmp_path: Path) -> None:
    out = run("export", corrected, "--to", "xlsx,docx", "--out", tmp_path, "--lang", "zh")
    assert out.code == 0, out.err
    sheet = load_workbook(next(tmp_path.glob("*.xlsx")))["勘误"]
    [row] = sheet.iter_rows(min_row=5, values_only=True)
    assert row[1:] == (
        "常住人口城镇化率", "金州区", row[3], "80.5%", "A town was counted twice.",
        "Statistics bureau",
    )  # fmt: skip
    tables = Document(str(next(tmp_path.glob("*.docx")))).tables
    rows = [[cell.text for cell in row.cells] for table in tables for row in table.rows]
    assert list(row) in rows


def test_the_pdf_tells_it(run: Run, corrected: Path, tmp_path: Path) -> None:
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("needs pdftotext (Debian's poppler-utils)")
    assert run("export", corrected, "--to", "pdf", "--out", tmp_path, "--lang", "en").code == 0
    file = next(tmp_path.glob("*.pdf"))
    told = subprocess.run([reader, "-layout", file, "-"], capture_output=True, check=True)
    text = " ".join(told.stdout.decode().split())
    assert "Corrected after this examination was frozen." in text
    assert "80.5%" in text


def test_another_area_has_no_erratum(run: Run, corrected: Path) -> None:
    told = json.loads(run("explain", corrected, FIGURE, "--area", "210211", "--json").out)
    assert told["errata"] == []
