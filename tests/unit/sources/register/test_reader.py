from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import shapely

from urbanwork.errors import UserError
from urbanwork.quantities.datum import wgs84_to_gcj02
from urbanwork.sources.families import ALSO_COUNTS_AS
from urbanwork.sources.osm.categories import load_categories
from urbanwork.sources.register import ColumnNames, Description, Register, read_register
from urbanwork.sources.register.words import SYNONYMS

Write = Callable[..., Path]


def read(path: Path, **declared: Any) -> Register:
    return read_register(Description(path, **declared))


def fault(path: Path, **declared: Any) -> str:
    with pytest.raises(UserError) as caught:
        read(path, **declared)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    return str(caught.value)


CHINESE = (
    "学校名称,类别,学位数(个),经度,纬度,开办日期\n"
    "第一小学,公办小学,1200人,121.61,38.91,2001年9月\n"
    '阳光幼儿园,民办幼儿园,"1,200",121.62,38.92,2010/3/1\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_chinese_table_is_read_by_the_names_of_its_columns(
    write_csv: Write, encoding: str
) -> None:
    register = read(write_csv(CHINESE, encoding=encoding))
    places = register.places
    assert places.name.tolist() == ["第一小学", "阳光幼儿园"]
    assert places.name_zh.tolist() == ["第一小学", "阳光幼儿园"]
    assert places.category.tolist() == ["primary_school", "kindergarten"]
    assert places.capacity.tolist() == [1200, 1200]
    assert places.opened.tolist() == ["2001-09", "2010-03-01"]
    assert places.lon.tolist() == [121.61, 121.62]
    assert places.id.tolist() == ["register/register/2", "register/register/3"]
    assert register.report["columns"]["capacity"] == "学位数(个)"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "，"])
def test_separators_are_found(write_csv: Write, separator: str) -> None:
    text = "name,category,lon,lat\nA,kindergarten,10,50\n".replace(",", separator)
    assert read(write_csv(text)).places.name.tolist() == ["A"]


def test_decimal_commas_and_degrees_with_minutes_are_read(write_csv: Write) -> None:
    text = "name;type;longitude;latitude\nA;park;10,5;50,25\nB;park;10°30'0\"E;50°15'N\n"
    places = read(write_csv(text)).places
    assert places.lon.tolist() == [10.5, 10.5]
    assert places.lat.tolist() == [50.25, 50.25]


def test_coordinates_may_stand_in_one_cell(write_csv: Write) -> None:
    text = '名称,类型,经纬度\nA,公园,"121.61,38.91"\nB,公园,"38.92,121.62"\n'
    assert read(write_csv(text)).places.lon.tolist() == [121.61, 121.62]


def test_columns_and_words_may_be_declared(write_csv: Write) -> None:
    text = "what,kind,E,N,keys\nA,GS,10,50,k1\nB,KiTa,11,51,k2\n"
    register = read(
        write_csv(text),
        columns=ColumnNames(name="what", lon="E", lat="N", id="keys"),
        categories={"GS": "primary_school", "KiTa": "kindergarten"},
    )
    assert register.places.category.tolist() == ["primary_school", "kindergarten"]
    assert register.places.id.tolist() == ["register/register/k1", "register/register/k2"]


def test_a_register_of_one_category_needs_no_column_for_it(write_csv: Write) -> None:
    text = "name,lon,lat\nA,10,50\n"
    assert read(write_csv(text), category="fire_station").places.category[0] == "fire_station"


def test_a_declared_datum_and_system_are_converted(write_csv: Write) -> None:
    lon, lat = wgs84_to_gcj02(121.61, 38.91)
    text = f"name,category,lon,lat\nA,park,{float(lon)!r},{float(lat)!r}\n"
    places = read(write_csv(text), datum="gcj02").places
    assert places.lon[0] == pytest.approx(121.61, abs=1e-8)
    utm = "name,category,x,y\nA,park,500000,5000000\n"
    places = read(write_csv(utm), crs="EPSG:32633").places
    assert places.lon[0] == pytest.approx(15)
    assert places.lat[0] == pytest.approx(45.15, abs=0.01)


def test_bad_rows_are_rejected_with_number_and_reason_and_the_rest_goes_on(
    write_csv: Write,
) -> None:
    text = (
        "编号,名称,类别,经度,纬度\n"
        "1,好,小学,121.6,38.9\n"
        "2,无类别,,121.6,38.9\n"
        "3,怪,火星基地,121.6,38.9\n"
        "4,无坐标,小学,,38.9\n"
        "5,颠倒,小学,38.9,121.6\n"
        "6,零,小学,0,0\n"
        "\n"
        "8,尾,小学,121.7,38.9\n"
    )
    register = read(write_csv(text))
    assert register.places.name.tolist() == ["好", "尾"]
    assert register.line.tolist() == [2, 9]
    rejected = {row["row"]: row["reason"] for row in register.report["rejected_rows"]}
    assert list(rejected) == [3, 4, 5, 6, 7]
    assert rejected[3]["en"] == "no category is given"
    assert "火星基地" in rejected[4]["zh"]
    assert "no coordinates" in rejected[5]["en"]
    assert "swapped" in rejected[6]["en"]
    assert "0, 0" in rejected[7]["en"]
    assert register.report["warnings"][0]["en"].startswith("5 of 7 rows are rejected")


def test_a_declared_identifier_given_twice_rejects_the_second_row(write_csv: Write) -> None:
    text = "ref,name,category,lon,lat\nx,A,park,10,50\nx,B,park,11,50\n"
    register = read(write_csv(text), columns=ColumnNames(id="ref"))
    assert register.places.name.tolist() == ["A"]
    guessed = read(write_csv(text.replace("ref", "id")))
    assert guessed.places.id.tolist() == ["register/register/2", "register/register/3"]


def test_what_cannot_be_read_of_a_good_row_is_left_open_and_counted(write_csv: Write) -> None:
    text = "name,category,lon,lat,capacity,opened\nA,park,10,50,many,soon\n"
    register = read(write_csv(text))
    assert np.isnan(register.places.capacity[0])
    assert register.places.opened[0] is None
    assert register.report["unreadable_capacities"] == 1
    assert register.report["unreadable_dates"] == 1


def test_formulas_and_markup_stay_text(write_csv: Write) -> None:
    text = (
        "name,category,lon,lat\n"
        '"=HYPERLINK(""http://x"",""y"")",park,10,50\n</script><b>,park,10,50\n'
    )
    names = read(write_csv(text)).places.name.tolist()
    assert names == ['=HYPERLINK("http://x","y")', "</script><b>"]


def test_a_workbook_with_a_title_above_the_header_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["本表由教育局提供"])
    sheet = book.create_sheet("学校")
    sheet.append(["大连市学校一览表(2023)"])
    sheet.append([])
    sheet.append(["学校名称", "学校类别", "经度", "纬度", "开办时间", "学位数"])
    sheet.append(["第一中学", "初级中学", 121.6, 38.9, date(1999, 9, 1), 900])
    sheet.append(['=HYPERLINK("http://x","y")', "小学", 121.7, "38.9", "2005", "#N/A"])
    path = tmp_path / "学校.xlsx"
    book.save(path)
    register = read(path)
    assert register.places.category.tolist() == ["secondary_school", "primary_school"]
    assert register.places.opened.tolist() == ["1999-09-01", "2005"]
    assert register.places.capacity.tolist()[0] == 900
    assert register.line.tolist() == [4, 5]
    assert "there is no sheet 'x'; its sheets are 说明, 学校" in fault(path, layer="x")


def test_points_and_outlines_of_a_geopackage_are_read(tmp_path: Path) -> None:
    from pyogrio import raw

    path = tmp_path / "parks.gpkg"
    shapes = [shapely.box(500_000, 0, 500_100, 100), shapely.Point(500_500, 50), None]
    raw.write(
        path, shapely.to_wkb(np.array(shapes, object)),
        [np.array(["A", "B", "C"], object), np.array(["park", "park", "park"], object)],
        fields=["name", "category"], crs="EPSG:32633", geometry_type="Unknown", layer="parks",
    )  # fmt: skip
    register = read(path)
    places = register.places
    assert places.name.tolist() == ["A", "B"]
    assert places.geometry[0].geom_type == "Polygon"
    assert places.geometry[1] is None
    assert places.lon[0] == pytest.approx(15.00045, abs=1e-4)
    assert register.report["rejected_rows"][0]["row"] == 3


def test_faults_of_the_whole_register_are_told(write_csv: Write, tmp_path: Path) -> None:
    good = "name,category,lon,lat\nA,park,10,50\n"
    assert "no such file" in fault(tmp_path / "none.csv")
    assert "folder" in fault(tmp_path)
    assert "no row below" in fault(write_csv("name,category,lon,lat\n"))
    assert "no row below" in fault(write_csv(""))
    assert "no column looks like a category" in fault(write_csv("name,lon,lat\nA,1,2\n"))
    assert "no columns look like coordinates" in fault(write_csv("name,category\nA,park\n"))
    assert "there is no column 'title'" in fault(write_csv(good), columns=ColumnNames(name="title"))
    assert "there is no category 'pork'" in fault(write_csv(good), categories={"x": "pork"})
    assert "there is no category 'pork'" in fault(write_csv(good), complete=("pork",))
    assert "none of the 1 rows can be used (1 x no coordinates" in fault(
        write_csv("name,category,lon,lat\nA,park,,\n")
    )
    assert ".xls must be saved" in fault(write_csv("x", name="old.xls"))


def test_damaged_and_huge_workbooks_are_told(
    write_csv: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "not a workbook" in fault(write_csv("no zip", name="a.xlsx"))
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as made:
        made.writestr("x.txt", "x" * 1000)
    assert "not a workbook" in fault(tmp_path / "b.xlsx")
    monkeypatch.setattr("urbanwork.sources.register.tables.MAX_UNPACKED_BYTES", 100)
    assert "unfolds to 1,000 bytes" in fault(tmp_path / "b.xlsx")


def test_every_word_and_family_names_categories_of_the_map() -> None:
    known = set(load_categories().places)
    assert set(SYNONYMS) <= known
    assert set(ALSO_COUNTS_AS) <= known
    assert {other for also in ALSO_COUNTS_AS.values() for other in also} <= known
    words = [word for names in SYNONYMS.values() for word in names]
    assert len(words) == len(set(words))
