"""A workbook that would take the memory of the machine is refused before it is read."""

import zipfile

import pytest

from urbanwork.errors import UserError
from urbanwork.sources.statistics.files import read_grid

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    f'xmlns:r="{OFFICE}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>'
)
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
)
FIRST = '<row r="1"><c r="A1" t="inlineStr"><is><t>任务</t></is></c></row>'
FAR = '<row r="1"><c r={} t="inlineStr"><is><t>x</t></is></c></row>'


def workbook(path, sheet, before=""):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", TYPES)
        relation = f'<Relationship Id="r1" Type="{OFFICE}/{{}}" Target="{{}}"/>'
        first = relation.format("officeDocument", "xl/workbook.xml")
        file.writestr("_rels/.rels", RELATIONS.format(first))
        file.writestr("xl/workbook.xml", BOOK)
        second = relation.format("worksheet", "worksheets/sheet1.xml")
        file.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(second))
        rows = f"<sheetData>{sheet}</sheetData>"
        file.writestr("xl/worksheets/sheet1.xml", before + SHEET.format(rows))
    return path


@pytest.mark.parametrize("place", ['"XFD1048576"', "'XFD1048576'", '"xfd1048576"'])
def test_two_cells_in_far_corners_are_refused_and_not_made_room_for(tmp_path, place):
    path = workbook(tmp_path / "a.xlsx", FIRST + FAR.format(place))
    with pytest.raises(UserError, match="17,179,869,184 cells"):
        read_grid(path)


def test_a_cell_that_is_only_coloured_far_away_is_no_matter(tmp_path):
    path = workbook(tmp_path / "a.xlsx", FIRST + '<row r="9"><c r="XFD1048576" s="1"/></row>')
    assert read_grid(path).rows[0][0] == "任务"


def test_a_far_cell_is_found_across_the_pieces_that_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr("urbanwork.sources.statistics.extent._CHUNK", 30)
    path = workbook(tmp_path / "a.xlsx", FIRST + FAR.format('"XFD1048576"'))
    with pytest.raises(UserError, match="cells"):
        read_grid(path)


def test_entities_of_a_sheet_are_refused_in_one_sentence(tmp_path):
    entity = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    path = workbook(tmp_path / "a.xlsx", FIRST.replace("任务", "&x;"), entity)
    with pytest.raises(UserError, match="save it anew"):
        read_grid(path)


CONTENT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="s"><table:table-row table:number-rows-repeated="{}">'
    '<table:table-cell table:number-columns-repeated="{}" office:value-type="string"><text:p>'
    "任务</text:p></table:table-cell></table:table-row>"
    '<table:table-row table:number-rows-repeated="1048000">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    "</table:table></office:spreadsheet></office:body></office:document-content>"
)


@pytest.mark.parametrize(("rows", "columns", "is_read"), [(2, 3, True), (900_000, 900, False)])
def test_repeated_cells_of_an_ods_count_as_often_as_they_are_repeated(
    tmp_path, rows, columns, is_read
):
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", "<manifest/>")
        file.writestr("content.xml", CONTENT.format(rows, columns))
    if is_read:
        assert len(read_grid(path).rows) == rows
    else:
        with pytest.raises(UserError, match="810,000,000 cells"):
            read_grid(path)
