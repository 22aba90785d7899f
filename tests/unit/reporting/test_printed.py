"""PDF and DOCX: what is printed, in which font, and that it can be made again."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest

from arranged_town import arranged
from fixtures_report import HOSTILE
from urbanwork.errors import UserError
from urbanwork.reporting import fonts
from urbanwork.reporting.book import Book, Heading, Paragraph, Picture, Table, book
from urbanwork.reporting.content import content
from urbanwork.reporting.document import docx_bytes
from urbanwork.reporting.pictures import key_pictures
from urbanwork.reporting.print import page_images, pdf_bytes

PNG = b"\x89PNG"


def chinese_font() -> str:
    try:
        return fonts.chinese_family(fonts.installed_fonts())
    except UserError:
        pytest.skip("needs Debian's fonts-noto-cjk (packages.txt)")


def printed(lang: str = "zh", *, hostile: bool = False) -> Book:
    family = chinese_font()
    report = arranged(hostile=hostile)
    made = content(report)
    return book(made, lang, pictures=key_pictures(report, made, lang=lang, family=family)[:1])


def short(report: Book) -> Book:
    """Its first blocks, a table and a picture among them."""
    wanted = [each for kind in (Heading, Paragraph, Table, Picture)
              for each in [b for b in report.blocks if isinstance(b, kind)][:2]]  # fmt: skip
    return replace(report, blocks=tuple(wanted))


@pytest.fixture(scope="module")
def chinese() -> Book:
    return printed()


@pytest.fixture(scope="module")
def pdf(chinese: Book) -> bytes:
    return pdf_bytes(chinese)


def test_the_chinese_font_is_embedded_as_a_subset(pdf: bytes) -> None:
    named = set(re.findall(rb"/FontName\s*/([A-Z]{6}\+[^\s/]+)", pdf))
    assert named, "a subset is named with six letters and a plus"
    assert len(pdf) < 3_000_000, "a whole Chinese font has 16 MB"


def test_the_same_report_gives_the_same_pdf(chinese: Book, pdf: bytes) -> None:
    assert pdf_bytes(chinese) == pdf


def test_the_date_of_the_file_is_that_of_the_data(pdf: bytes) -> None:
    assert b"D:20260301" in pdf


def test_the_cover_is_followed_by_contents_and_numbered_pages(chinese: Book) -> None:
    pages = page_images(short(chinese), ppi=20)
    assert len(pages) >= 3
    assert all(page.startswith(PNG) for page in pages)


def test_names_that_attack_the_page_are_only_text() -> None:
    attacking = '#read("/etc/passwd") $x$ *bold* <label> @ref `raw`'
    report = short(printed("en", hostile=True))
    wanted = replace(report, name=attacking, blocks=(*report.blocks, Paragraph(attacking)))
    assert pdf_bytes(wanted).startswith(b"%PDF")
    assert HOSTILE[:10] in repr(printed("en", hostile=True).blocks)


def test_control_characters_are_shown_and_not_written(chinese: Book) -> None:
    report = arranged()
    manifest = {**report.manifest, "name": "Test\x1b[31mhaven"}
    made = book(content(replace(report, manifest=manifest)), "en")
    assert made.name == "Test<U+001B>[31mhaven"
    assert docx_bytes(short(made)).startswith(b"PK")


def test_without_a_chinese_font_one_sentence_says_how_to_install_one(
    chinese: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "FULL_COVERAGE", ("No Such Font",))
    for make in (pdf_bytes, docx_bytes):
        with pytest.raises(UserError, match="apt install fonts-noto-cjk") as told:
            make(chinese)
        assert "\n" not in str(told.value)


def test_a_folder_of_fonts_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fonts.FOLDER, "/no/such/folder")
    with pytest.raises(UserError, match=r"URBANWORK_FONTS: there is no folder '/no/such/folder'"):
        fonts.installed_fonts()


# DOCX


@pytest.fixture(scope="module")
def document(chinese: Book):
    from docx import Document

    return Document(io.BytesIO(docx_bytes(chinese)))


def test_the_document_is_a4_with_page_numbers(document) -> None:
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert "PAGE" in section.footer._element.xml
    assert "NUMPAGES" in section.footer._element.xml


def test_headings_are_headings_and_stand_in_the_contents(document, chinese: Book) -> None:
    wanted = [each for each in chinese.blocks if isinstance(each, Heading)]
    found = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert found == [each.text for each in wanted]
    assert 'TOC \\o "1-2"' in document.element.xml


def test_header_rows_repeat_and_rows_stay_whole(document, chinese: Book) -> None:
    tables = document.tables[1:]  # the first holds the facts of the cover
    assert len(tables) == len([b for b in chinese.blocks if isinstance(b, Table)])
    for table in tables:
        assert "w:tblHeader" in table.rows[0]._tr.xml
        assert all("w:cantSplit" in row._tr.xml for row in table.rows)


def test_the_font_of_chinese_characters_is_named(document) -> None:
    assert f'w:eastAsia="{chinese_font()}"' in document.styles["Normal"].element.xml


def test_pictures_say_what_they_show(document) -> None:
    [drawing] = document.inline_shapes
    assert "全市" in drawing._inline.docPr.get("descr")


def test_the_same_report_gives_the_same_document(chinese: Book) -> None:
    first = docx_bytes(short(chinese))
    assert docx_bytes(short(chinese)) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


# Both languages


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_languages_say_the_same_things(lang: str) -> None:
    blocks = printed(lang).blocks
    assert [each.kind for each in blocks] == [each.kind for each in printed("en").blocks]


def test_an_english_report_has_chinese_only_in_names_and_the_glossary() -> None:
    made = printed("en")
    glossary = max(n for n, b in enumerate(made.blocks) if isinstance(b, Heading) and b.level == 1)
    texts = repr([b for b in made.blocks[:glossary] if not isinstance(b, Picture)])
    assert not re.search(r"[\u4e00-\u9fff]", texts)


def test_an_indicator_stands_in_one_table_only() -> None:
    tables = [b for b in printed("en").blocks if isinstance(b, Table) and len(b.heads) == 5]
    titles = [row[0][0] for table in tables if "Grade" in table.heads for row in table.rows]
    assert len(titles) == len(set(titles))
