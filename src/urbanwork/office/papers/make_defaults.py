"""Make the templates of the product: `python -m urbanwork.office.papers.make_defaults`.

Page and type follow GB/T 9704-2012 (layout of official documents of Party and government organs):
A4, margins 37, 26, 35 and 28 mm, the title centred in size 2, text in FangSong of size 3 at 28 pt.
Fonts that a reader may lack name another that Word and LibreOffice have.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from urbanwork.office.papers.make_texts import PAPERS, Facts, Line, Mark, Part, Rows, Sign
from urbanwork.reporting.document import with_fixed_dates

FOLDER: Final = Path(__file__).parent / "defaults"
WIDTH_MM: Final = 156.0
TITLE: Final = {"zh": "方正小标宋简体", "en": "Times New Roman"}
TEXT: Final = {"zh": "仿宋_GB2312", "en": "Times New Roman"}
HEAD: Final = {"zh": "黑体", "en": "Arial"}
SIZES: Final = {"zh": (22.0, 16.0, 12.0, 28.0), "en": (18.0, 11.0, 10.0, 16.0)}
"""In points: title, text, tables, line."""
INSTEAD: Final = {"方正小标宋简体": "宋体", "仿宋_GB2312": "仿宋", "黑体": "SimHei"}
"""Fonts of the law, and what stands in where they are not installed."""


class Writer:
    """One template being written."""

    def __init__(self, lang: str) -> None:
        self.lang, self.file = lang, Document()
        self.title_pt, self.text_pt, self.table_pt, self.line_pt = SIZES[lang]
        self._page()
        self._styles()
        _name_stand_ins(self.file)

    def write(self, name: str) -> bytes:
        """The template of a kind."""
        core = self.file.core_properties
        core.title, core.author, core.comments = name, "urbanwork", ""
        core.created = core.modified = datetime(2026, 1, 1)
        core.language = "zh-CN" if self.lang == "zh" else "en-GB"
        self.head()
        for part in PAPERS[name]:
            self._part(part)
        out = io.BytesIO()
        self.file.save(out)
        return with_fixed_dates(out.getvalue())

    def _part(self, part: Part) -> None:
        if isinstance(part, Line):
            self.line(part)
        elif isinstance(part, Mark):
            self.file.add_paragraph(f"{{%p {part.text} %}}")
        elif isinstance(part, Facts):
            self.facts(part)
        elif isinstance(part, Rows):
            self.rows(part)
        else:
            self.sign(part)

    def _page(self) -> None:
        page = self.file.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.top_margin, page.bottom_margin = Mm(37), Mm(35)
        page.left_margin, page.right_margin = Mm(28), Mm(26)
        number = page.footer.paragraphs[0]
        number.alignment = WD_ALIGN_PARAGRAPH.CENTER
        number.add_run("— ")
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        number._p.append(field)
        number.add_run(" —")

    def _styles(self) -> None:
        normal = self.file.styles["Normal"]
        normal.font.size = Pt(self.text_pt)
        _name_fonts(normal.element.get_or_add_rPr(), TEXT[self.lang])
        layout = normal.paragraph_format
        layout.line_spacing, layout.space_after = Pt(self.line_pt), Pt(0)

    def head(self) -> None:
        """City, title and number."""
        city = self.file.add_paragraph()
        city.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(city, "{{ city }}", self.text_pt, HEAD[self.lang])
        title = self.file.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.line_spacing = Pt(self.title_pt * 1.6)
        self._run(title, "{{ title }}", self.title_pt, TITLE[self.lang], bold=self.lang == "en")
        code = self.file.add_paragraph()
        code.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(code, "{{ code }}", self.text_pt, TEXT[self.lang])
        _rule_below(code)

    def line(self, line: Line) -> None:
        """A paragraph; a heading in its own font; a condition around it."""
        if line.only_if:
            self.file.add_paragraph(f"{{%p if {line.only_if} %}}")
        if line.each:
            self.file.add_paragraph(f"{{%p for {line.each} %}}")
        made = self.file.add_paragraph()
        made.paragraph_format.space_before = Pt(6 if line.is_head else 0)
        if line.is_indented:
            made.paragraph_format.first_line_indent = Pt(self.text_pt * 2)
        made.paragraph_format.keep_with_next = line.is_head
        font = HEAD[self.lang] if line.is_head else TEXT[self.lang]
        self._run(made, getattr(line.text, self.lang), self.text_pt, font)
        if line.each:
            self.file.add_paragraph("{%p endfor %}")
        if line.only_if:
            self.file.add_paragraph("{%p endif %}")

    def facts(self, facts: Facts) -> None:
        """A table of facts; a row that may be empty goes where it is."""
        self._gap()
        table = self._table((34, WIDTH_MM - 34))
        for fact in facts.rows:
            if fact.only_if:
                table.add_row().cells[0].text = f"{{%tr if {fact.only_if} %}}"
            cells = table.add_row().cells
            self._cell(cells[0], getattr(fact.label, self.lang), 34, font=HEAD[self.lang])
            self._cell(cells[1], fact.value, WIDTH_MM - 34)
            if fact.only_if:
                table.add_row().cells[0].text = "{%tr endif %}"
        self._gap()

    def rows(self, rows: Rows) -> None:
        """A table with a row for each entry of a list, under a heading that repeats."""
        if rows.only_if:
            self.file.add_paragraph(f"{{%p if {rows.only_if} %}}")
        self._gap()
        self._rows(rows)
        self._gap()
        if rows.only_if:
            self.file.add_paragraph("{%p endif %}")

    def _rows(self, rows: Rows) -> None:
        more = [each.width for each in rows.spread for _ in range(3)]
        table = self._table([*(each.width for each in rows.columns), *more])
        head, begin, body, end = (table.add_row().cells for _ in range(4))
        _repeat(table.rows[0])
        begin[0].text, end[0].text = f"{{%tr for {rows.each} %}}", "{%tr endfor %}"
        for at, column in enumerate(rows.columns):
            title = getattr(column.label, self.lang)
            self._cell(head[at], title, column.width, font=HEAD[self.lang])
            self._cell(body[at], column.value, column.width)
        at = len(rows.columns)
        for spread in rows.spread:
            head[at].text, body[at].text = (
                f"{{%tc for {spread.head} %}}", f"{{%tc for {spread.body} %}}",
            )  # fmt: skip
            self._cell(head[at + 1], spread.title, spread.width, font=HEAD[self.lang])
            self._cell(body[at + 1], spread.value, spread.width)
            head[at + 2].text = body[at + 2].text = "{%tc endfor %}"
            at += 3

    def sign(self, sign: Sign) -> None:
        """Who signed it, and the date, to the right."""
        self._gap()
        for text in (getattr(sign.text, self.lang), "{{ date }}"):
            made = self.file.add_paragraph()
            made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            made.paragraph_format.keep_together = True
            self._run(made, text, self.text_pt, TEXT[self.lang])

    def _table(self, widths: Sequence[float]) -> Any:
        table = self.file.add_table(rows=0, cols=len(widths))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        return table

    def _cell(self, cell: Any, text: str, width: float, *, font: str = "") -> None:
        cell.width = Mm(width)
        layout = cell.paragraphs[0].paragraph_format
        layout.line_spacing = 1.15
        layout.space_before = layout.space_after = Pt(3)
        self._run(cell.paragraphs[0], text, self.table_pt, font or TEXT[self.lang])

    def _gap(self) -> None:
        self.file.add_paragraph().paragraph_format.line_spacing = Pt(12)

    def _run(
        self, paragraph: Any, text: str, size: float, font: str, *, bold: bool = False
    ) -> None:
        run = paragraph.add_run(text)
        run.font.size, run.font.bold = Pt(size), bold or None
        run.font.color.rgb = RGBColor(0, 0, 0)
        _name_fonts(run._r.get_or_add_rPr(), font)


def _name_fonts(properties: Any, family: str) -> None:
    fonts = properties.get_or_add_rFonts()
    latin = family if family.isascii() else "Times New Roman"
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for key, name in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", family)):
        fonts.set(qn(f"w:{key}"), name)


def _name_stand_ins(file: Any) -> None:
    """Say in the table of fonts what to use where one is not installed."""
    part = next(
        each for each in file.part.package.iter_parts() if each.partname.endswith("fontTable.xml")
    )
    table = parse_xml(part.blob)
    for name, instead in INSTEAD.items():
        table.append(parse_xml(
            f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{instead}"/></w:font>'
        ))  # fmt: skip
    part._blob = serialize_part_xml(table)


def _rule_below(paragraph: Any) -> None:
    paragraph._p.get_or_add_pPr().append(parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="12" w:space="6" '
        'w:color="000000"/></w:pBdr>'
    ))  # fmt: skip
    paragraph.paragraph_format.space_after = Pt(12)


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def make(names: Sequence[str] = tuple(PAPERS)) -> dict[str, bytes]:
    """All templates by name of file."""
    return {
        f"{name}.{lang}.docx": Writer(lang).write(name) for name in names for lang in ("zh", "en")
    }


if __name__ == "__main__":
    for file_name, data in make().items():
        (FOLDER / file_name).write_bytes(data)
