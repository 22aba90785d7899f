"""The report as DOCX: A4, headings, contents, page numbers, tables whose header rows repeat.

The file is to be edited, so it names its fonts instead of carrying a subset of one, in which the
next word typed would be missing (docs/decisions/0072-print-with-typst.md).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from urbanwork.reporting.book import Block, Book, Bullets, Heading, Paragraph, Picture, Table
from urbanwork.reporting.fonts import chinese_family, installed_fonts

LATIN = "Arial"
INK, QUIET, ACCENT, LINE = "14171C", "454C56", "14507F", "D8DBDF"
TEXT_WIDTH_MM = 166.0
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a ZIP entry can carry: every file gets it, for equal bytes."""


def docx_bytes(report: Book) -> bytes:
    """The report as DOCX, the same bytes for the same report.

    Raises UserError where no Chinese font is installed: the maps could not be labelled.
    """
    from docx import Document

    family = chinese_family(installed_fonts())
    made = Document()
    _styles(made, family)
    _properties(made, report)
    _cover(made, report)
    _contents(made, report)
    for block in report.blocks:
        _WRITERS[type(block)](made, block)
    _page(made, report)
    out = io.BytesIO()
    made.save(out)
    return with_fixed_dates(out.getvalue())


def with_fixed_dates(data: bytes) -> bytes:
    """A file of zipped parts without the time at which it was zipped: same content, same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _FIRST_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()


def _styles(made: Any, family: str) -> None:
    from docx.shared import Pt, RGBColor

    sizes = {"Normal": (10.0, INK), "Title": (34.0, INK), "Subtitle": (18.0, ACCENT),
             "Heading 1": (16.0, ACCENT), "Heading 2": (13.0, ACCENT), "Heading 3": (11.0, ACCENT),
             "List Bullet": (9.5, INK), "Caption": (8.0, QUIET)}  # fmt: skip
    for name, (size, colour) in sizes.items():
        style = made.styles[name]
        style.font.size, style.font.name = Pt(size), LATIN
        style.font.color.rgb = RGBColor.from_string(colour)
        style.font.italic = False
        _name_fonts(style.element.get_or_add_rPr(), family)
    made.styles["Normal"].paragraph_format.space_after = Pt(6)


def _name_fonts(properties: Any, family: str) -> None:
    """The font of Chinese characters and the language, which the library has no setting for."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for key in list(fonts.attrib):
        if key.endswith("Theme"):
            del fonts.attrib[key]
    for key, name in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", family)):
        fonts.set(qn(f"w:{key}"), name)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), "en-GB")
    spoken.set(qn("w:eastAsia"), "zh-CN")
    properties.append(spoken)


def _properties(made: Any, report: Book) -> None:
    day = datetime.fromisoformat(report.date)
    core = made.core_properties
    core.title = f"{report.name} {report.title}"
    core.author, core.last_modified_by = "urbanwork", ""
    core.created = core.modified = day
    core.language = "zh-CN" if report.lang == "zh" else "en-GB"
    core.comments, core.revision = "", 1


def _cover(made: Any, report: Book) -> None:
    from docx.shared import Mm, Pt

    first = made.add_paragraph()
    first.paragraph_format.space_before = Mm(50)
    first.add_run(report.subtitle).font.size = Pt(13)
    made.add_paragraph(report.name, style="Title")
    last = made.add_paragraph(report.title, style="Subtitle")
    last.paragraph_format.space_after = Mm(70)
    table = made.add_table(rows=0, cols=2)
    for label, value in report.facts:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value
        cells[0].width, cells[1].width = Mm(40), Mm(TEXT_WIDTH_MM - 40)
    made.add_page_break()


def _contents(made: Any, report: Book) -> None:
    """A field of contents with its entries put in; the reader's program adds the page numbers."""
    made.add_paragraph(report.contents, style="Subtitle")
    listed = [each for each in report.blocks if isinstance(each, Heading) and each.level < 3]
    paragraph = made.add_paragraph()
    _field(paragraph, "begin")
    _field(paragraph, None, 'TOC \\o "1-2" \\h \\z \\u')
    _field(paragraph, "separate")
    for each in listed:
        paragraph.add_run(each.text)
        paragraph = made.add_paragraph()
    _field(paragraph, "end")
    made.add_page_break()


def _field(paragraph: Any, kind: str | None, instruction: str = "") -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = paragraph.add_run()._r
    if kind is not None:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    else:
        part = OxmlElement("w:instrText")
        part.set(qn("xml:space"), "preserve")
        part.text = instruction
    run.append(part)


def _page(made: Any, report: Book) -> None:
    """A4, running head, page number of pages; the cover has neither."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(24), Mm(22)
    section.different_first_page_header_footer = True
    head = section.header.paragraphs[0]
    head.style = made.styles["Caption"]
    head.text = f"{report.name} · {report.title} · {report.date}"
    foot = section.footer.paragraphs[0]
    foot.style, foot.alignment = made.styles["Caption"], WD_ALIGN_PARAGRAPH.RIGHT
    for instruction in ("PAGE", "NUMPAGES"):
        _field(foot, "begin")
        _field(foot, None, instruction)
        _field(foot, "separate")
        foot.add_run("1")
        _field(foot, "end")
        if instruction == "PAGE":
            foot.add_run(" / ")


def _heading(made: Any, block: Heading) -> None:
    made.add_heading(block.text, level=block.level)


def _paragraph(made: Any, block: Paragraph) -> None:
    from docx.shared import Pt, RGBColor

    paragraph = made.add_paragraph()
    if block.strong:
        paragraph.add_run(f"{block.strong} ").bold = True
    run = paragraph.add_run(block.text)
    paragraph.paragraph_format.keep_with_next = not block.text
    if block.is_quiet:
        run.font.size, run.font.color.rgb = Pt(9), RGBColor.from_string(QUIET)


def _bullets(made: Any, block: Bullets) -> None:
    for lead, text in block.entries:
        paragraph = made.add_paragraph(style="List Bullet")
        if lead:
            paragraph.add_run(f"{lead}  " if text else lead).bold = True
        paragraph.add_run(text)


def _table(made: Any, block: Table) -> None:
    from docx.shared import Mm

    table = made.add_table(rows=1, cols=len(block.heads))
    table.autofit = False
    part = TEXT_WIDTH_MM / sum(block.widths)
    widths = [Mm(each * part) for each in block.widths]
    _row(table.rows[0], [(head, "") for head in block.heads], block, widths, is_head=True)
    for row in block.rows:
        _row(table.add_row(), row, block, widths, is_head=False)
    _lines(table)
    made.add_paragraph()


def _row(
    row: Any, cells: Sequence[tuple[str, str]], block: Table, widths: Sequence[Any], *,
    is_head: bool,
) -> None:  # fmt: skip
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    _row_flags(row, is_head=is_head)
    for column, (cell, text, width) in enumerate(zip(row.cells, cells, widths, strict=True)):
        cell.width = width
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(2)
        if column in block.right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _cell(paragraph, text, is_head=is_head)


def _cell(paragraph: Any, text: tuple[str, str], *, is_head: bool) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text[0])
    run.font.size, run.bold = Pt(8.5), is_head
    if text[1]:
        if text[0]:
            run.add_break()
        small = paragraph.add_run(text[1])
        small.font.size, small.font.color.rgb = Pt(7), RGBColor.from_string(QUIET)


def _row_flags(row: Any, *, is_head: bool) -> None:
    """A row stays on one page; a header row repeats on each."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader") if is_head else ("w:cantSplit",):
        flag = OxmlElement(name)
        flag.set(qn("w:val"), "true")
        properties.append(flag)


def _lines(table: Any) -> None:
    """Thin lines under the rows, none between columns."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", LINE)):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    properties = table._tbl.tblPr
    later = [each for each in properties if each.tag in {qn("w:tblLayout"), qn("w:tblLook")}]
    properties.insert(properties.index(later[0]) if later else len(properties), borders)


def _picture(made: Any, block: Picture) -> None:
    from docx.shared import Mm

    from urbanwork.reporting.print import png_of

    image = io.BytesIO(png_of(block.svg))
    made.add_picture(image, width=Mm(TEXT_WIDTH_MM))
    made.paragraphs[-1].paragraph_format.keep_with_next = True
    drawing = made.inline_shapes[-1]._inline.docPr
    drawing.set("descr", block.caption)
    made.add_paragraph(block.caption, style="Caption")


_WRITERS: dict[type[Block], Callable[[Any, Any], None]] = {
    Heading: _heading, Paragraph: _paragraph, Bullets: _bullets, Table: _table, Picture: _picture,
}  # fmt: skip
