"""The map for programs: the same figures, the same visibility, the same refusals as the pages."""

from __future__ import annotations

import csv
import io
import json

import geopandas
import numpy as np
import openpyxl
import pytest

from examined_city import PHARMACY, examined, own_city  # noqa: F401
from urbanwork.office.access import ROLES
from urbanwork.office.api.describing import description
from urbanwork.office.maps.last import last_examination
from urbanwork.office.maps.standing import standing
from urbanwork.office.maps.tables import area_names

ADD = {"id": "c1", "kind": "add_place", "category": "pharmacy", "lon": 24.944, "lat": 60.165}


def got(client, path, **query):
    answer = client.get(f"/api/map{path}", query)
    return answer.status_code, json.loads(answer.content)


def test_every_operation_is_described():
    paths = {path for path in description()["paths"] if path.startswith("/api/map")}
    assert {"/api/map", "/api/map/cells", "/api/map/explanation", "/api/map/what-if"} <= paths


def test_cells_come_in_pages_that_hold_each_cell_once(examined, client_of):  # noqa: F811
    client, seen, after = client_of("handler"), [], ""
    while True:
        status, page = got(client, "/cells", indicator=PHARMACY, limit=60, after=after)
        assert status == 200
        seen += [each["cell"] for each in page["cells"]]
        after = page["after"]
        if not after:
            break
    cells = geopandas.read_parquet(last_examination() / "cells.parquet")
    assert seen == sorted(f"{cell:x}" for cell in cells.cell)


def test_areas_hold_the_figures_of_the_examination(examined, client_of):  # noqa: F811
    rows = got(client_of("handler"), "/areas", indicator=PHARMACY)[1]
    areas = geopandas.read_parquet(last_examination() / "areas.parquet").set_index("area")
    assert rows[0]["area"] == "city"
    for row in rows[1:]:
        value = areas.loc[row["area"], PHARMACY]
        assert row["value"] == (None if np.isnan(value) else pytest.approx(value))


def sent(client, layer, kind):
    answer = client.get(f"/api/map/{layer}/file.{kind}", {"indicator": PHARMACY})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def table_of(client, layer):
    text = sent(client, layer, "csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def sheet_of(client, layer):
    book = openpyxl.load_workbook(io.BytesIO(sent(client, layer, "xlsx")))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


@pytest.mark.parametrize("layer", ["areas", "cells"])
def test_files_hold_every_row(examined, client_of, layer):  # noqa: F811
    client = client_of("handler")
    count = len(geopandas.read_parquet(last_examination() / f"{layer}.parquet"))
    rows = table_of(client, layer)
    assert len(rows) == count + (layer == "areas")
    sheet = sheet_of(client, layer)
    assert (sheet[0], len(sheet)) == ([*rows[0]], len(rows) + 1)
    told = [[str("" if each is None else each) for each in row] for row in sheet[1:]]
    assert [row[0] for row in told] == [next(iter(row.values())) for row in rows]
    drawn = client.get(f"/api/map/{layer}/file.geojson", {"indicator": PHARMACY}).content
    assert len(json.loads(drawn)["features"]) == count


def test_a_name_that_a_spreadsheet_would_run_is_told_apart(examined, client_of, monkeypatch):  # noqa: F811
    hostile = '=HYPERLINK("http://evil.example","x")'
    names = {area: {"en": hostile, "zh": hostile} for area in area_names(last_examination())}
    monkeypatch.setattr("urbanwork.office.maps.figures.area_names", lambda exam: names)
    client = client_of("handler")
    assert table_of(client, "areas")[1]["name"] == f"'{hostile}"
    assert sheet_of(client, "areas")[2][1] == f"'{hostile}"


def test_tables_of_areas_count_the_tasks_that_the_post_may_see(examined, client_of, office):  # noqa: F811
    area = next(iter(area_names(last_examination())))
    office.task(indicator=PHARMACY, areas=[area], visibility="restricted")
    office.task(indicator=PHARMACY, areas=[area])
    for role, count in (("leader", "2"), ("oversight", "1")):
        table = table_of(client_of(role), "areas")
        rows = {row["number of the area"]: row["open tasks"] for row in table}
        assert (rows[area], rows["city"]) == (count, count)


def test_heads_are_in_the_language_of_the_page(examined, client_of):  # noqa: F811
    client = client_of("leader")
    client.cookies["language"] = "zh-hans"
    assert sheet_of(client, "cells")[0][:2] == ["片区编号", "网格单元"]
    page = client.get("/map/table", {"indicator": PHARMACY}).content.decode()
    assert f"/api/map/cells/file.xlsx?indicator={PHARMACY}" in page


@pytest.mark.parametrize(("path", "query"), [
    ("/areas", {"indicator": "no.such"}), ("/cells", {"indicator": "../x"}), ("/cells", {}),
    ("/areas/file.csv", {"indicator": "no.such"}), ("/scenarios/city.yaml", {}),
])  # fmt: skip
def test_what_is_not_there_is_not_found(examined, client_of, path, query):  # noqa: F811
    assert got(client_of("leader"), path, **query)[0] == 404


@pytest.mark.parametrize("query", [
    {"indicator": PHARMACY, "after": "zz"}, {"indicator": PHARMACY, "limit": 0},
    {"indicator": PHARMACY, "after": "f" * 40}, {"indicator": "x" * 121},
])  # fmt: skip
def test_what_does_not_fit_is_said(examined, client_of, query):  # noqa: F811
    status, fault = got(client_of("leader"), "/cells", **query)
    assert (status, set(fault)) == (422, {"en", "zh"})


def test_an_explanation_names_no_file_of_the_server(examined, client_of):  # noqa: F811
    client = client_of("leader")
    status, found = got(client, "/explanation", indicator=PHARMACY)
    assert (status, found["explanation"]["indicator"]) == (200, PHARMACY)
    status, fault = got(client, "/explanation", indicator=PHARMACY, cell="8a0000000000000")
    assert status == 422
    assert str(examined) not in json.dumps(fault)


@pytest.mark.parametrize("role", ROLES)
def test_zones_are_those_of_the_level_of_the_post(examined, client_of, role):  # noqa: F811
    assert standing().opened.wait(60)
    names = {each["properties"]["name"] for each in got(client_of(role), "/zones")[1]["features"]}
    assert ("hidden core" in names) == (role in ("leader", "supervisor"))


def test_zones_of_a_city_that_is_being_opened_are_refused_in_each_language(
    client_of, monkeypatch
):  # fmt: skip
    monkeypatch.setattr("urbanwork.office.maps.apart.zones_geojson", lambda levels: None)
    status, told = got(client_of("leader"), "/zones")
    assert status == 409
    assert told["en"].isascii()
    assert told["zh"] == "正在打开城市数据，请稍后重试。"


def post(client, path, body):
    answer = client.post(f"/api/map{path}", json.dumps(body), content_type="application/json")
    return answer.status_code, json.loads(answer.content)


def test_a_scenario_is_tried_saved_and_made_a_task(own_city, client_of):  # noqa: F811
    assert standing().opened.wait(60)
    client = client_of("dispatcher")
    status, found = post(client, "/what-if", {"changes": [ADD], "indicator": PHARMACY})
    assert (status, found["cells"]["indicator"]) == (200, PHARMACY)
    status, saved = post(client, "/scenarios", {"name": "药店", "changes": [ADD]})
    assert status == 201
    assert got(client, f"/scenarios/{saved['file']}")[1]["changes"] == [ADD]
    status, task = post(client, f"/scenarios/{saved['file']}/task", {"indicator": PHARMACY})
    assert (status, task["title"]) == (201, "药店")
    assert post(client_of("handler"), f"/scenarios/{saved['file']}/task", {})[0] == 403


@pytest.mark.parametrize("change", [
    {**ADD, "kind": "add_zone"}, {**ADD, "lon": 400}, {**ADD, "more": 1}, {**ADD, "category": "x"},
    {**ADD, "lat": None}, {**ADD, "capacity": -1}, {**ADD, "name": "\x00"},
])  # fmt: skip
def test_a_change_that_cannot_be_is_refused(examined, client_of, change):  # noqa: F811
    assert post(client_of("leader"), "/what-if", {"changes": [change]})[0] == 422
