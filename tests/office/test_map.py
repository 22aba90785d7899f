"""The map shows what was examined, to each post what it may see, and explains its numbers."""

from __future__ import annotations

import json

import pytest

from examined_city import PHARMACY, examined  # noqa: F401
from urbanwork.errors import UserError
from urbanwork.office.access import ROLES
from urbanwork.office.maps import pieces
from urbanwork.office.maps.asking import plain_faults
from urbanwork.office.maps.last import last_examination
from urbanwork.office.maps.standing import standing
from urbanwork.office.maps.tables import area_at, area_of_cell
from urbanwork.office.people.models import Post
from urbanwork.office.place import office_place
from urbanwork.reporting.html.pack import unpack


@pytest.fixture
def some_area(examined):  # noqa: F811
    return area_at(last_examination(), 24.945, 60.170)


def some_cell(exam):
    import geopandas

    cells = geopandas.read_parquet(exam / "cells.parquet")
    return f"{cells.loc[cells.people.idxmax(), 'cell']:x}"


def wait_until_open():
    held = standing()
    held.opened.wait(60)
    assert held.state == "ready", held.fault
    return held


def piece(client, name):
    folder = pieces.pieces_of(last_examination())
    answer = client.get(f"/map/pieces/{folder.name}/{name}")
    assert answer.status_code == 200
    return unpack(b"".join(answer.streaming_content))


def test_the_page_names_every_measured_indicator_in_both_languages(examined, client_of):  # noqa: F811
    client = client_of("handler")
    page = client.get("/map/").content.decode()
    assert "Pharmacy within a 500 m walk" in page
    client.cookies["language"] = "zh-hans"
    assert "药店步行500米人口覆盖率" in client.get("/map/").content.decode()


def test_pieces_hold_what_the_examination_holds(examined, client_of):  # noqa: F811
    import geopandas

    client = client_of("handler")
    city, _ = piece(client, "city.bin")
    header, arrays = piece(client, "examination.bin")
    row = [each["id"] for each in header["indicators"]].index(PHARMACY)
    _, values = piece(client, f"indicator-{row}.bin")
    exam = last_examination()
    cells = geopandas.read_parquet(exam / "cells.parquet")
    assert len(values[f"state_{row}"]) == len(cells)
    assert sorted(values[f"state_{row}"].tolist()) == sorted(cells[f"{PHARMACY}:state"].tolist())
    assert arrays["people"].sum() == pytest.approx(cells.people.sum(), rel=1e-4)
    assert len(city["areas"]) == len(geopandas.read_parquet(exam / "areas.parquet"))


def test_a_piece_may_be_kept_for_ever_but_by_nobody_between(examined, client_of):  # noqa: F811
    folder = pieces.pieces_of(last_examination())
    answer = client_of("handler").get(f"/map/pieces/{folder.name}/city.bin")
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"


@pytest.mark.parametrize("name", ["../manifest.json", "%2e%2e", "zones.bin", "indicator-.bin"])
def test_no_other_file_can_be_fetched_as_a_piece(examined, client_of, name):  # noqa: F811
    folder = pieces.pieces_of(last_examination())
    assert client_of("leader").get(f"/map/pieces/{folder.name}/{name}").status_code == 404
    assert client_of("leader").get("/map/pieces/other/city.bin").status_code == 404


def numbers(client):
    return {each[1] for each in json.loads(client.get("/map/tasks").content)["tasks"]}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_on_the_map_the_tasks_of_its_lists(examined, office, client_of, role):  # noqa: F811
    from urbanwork.office.ledger.visibility import visible

    hidden = office.task(visibility="restricted")
    office.task(visibility="public")
    office.assigned(visibility="restricted")
    expected = set(visible(office.rights[role]).values_list("number", flat=True))
    assert numbers(client_of(role)) == expected
    assert (hidden.number in expected) == (role in ("leader", "supervisor"))


def test_a_closed_task_is_not_on_the_map(examined, office, client_of):  # noqa: F811
    task = office.task()
    office.do("leader", task, "void", reason="重复")
    assert numbers(client_of("leader")) == set()


def test_a_task_stands_where_its_point_is(examined, office, client_of, some_area):  # noqa: F811
    office.task(longitude=24.945, latitude=60.170, areas=[some_area])
    row = json.loads(client_of("leader").get("/map/tasks").content)["tasks"][0]
    frame = pieces.frame_of(last_examination())
    assert frame.areas[row[4]] == some_area
    header, _ = piece(client_of("leader"), "city.bin")
    assert 0 < row[5] < 3_000
    assert 0 < row[6] < 3_500
    assert header["crs"] == frame.crs


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_the_zones_of_its_level(examined, office, client_of, role):  # noqa: F811
    wait_until_open()
    found = json.loads(client_of(role).get("/map/zones").content)
    names = {each["name"] for each in found["zones"]}
    hidden = {"hidden core"} if role in ("leader", "supervisor") else set()
    assert names == {"open park", "old street"} | hidden


def test_no_piece_and_no_page_holds_a_restricted_zone(examined, client_of):  # noqa: F811
    folder = pieces.pieces_of(last_examination())
    for file in folder.iterdir():
        header, _ = unpack(file.read_bytes())
        assert "hidden core" not in json.dumps(header)
    assert "hidden core" not in client_of("oversight").get("/map/").content.decode()


def test_the_explanation_is_that_of_the_command_line(examined, client_of):  # noqa: F811
    from urbanwork.examination.explain import explain
    from urbanwork.reporting.explained import explained

    exam = last_examination()
    cell = some_cell(exam)
    page = client_of("handler").get("/map/explain", {"indicator": PHARMACY, "cell": cell})
    text = page.content.decode()
    for label, lines in explained(explain(examined, exam, PHARMACY, cell=cell), "en"):
        assert label in text
        assert all(line.split("'")[0].split("&")[0].split('"')[0] in text for line in lines)
    assert len(page.context["walks"][0]["points"]) > 1


def test_an_explanation_names_the_chief_of_the_area_and_who_leads_there(
    examined, office, client_of, some_area  # noqa: F811
):  # fmt: skip
    leader = office.rights["leader"]
    Post.objects.filter(pk=leader.post.pk).update(areas=[some_area], title="片长")
    office.assigned(indicator=PHARMACY, areas=[some_area])
    text = client_of("supervisor").get("/map/explain", {"indicator": PHARMACY, "area": some_area})
    assert "片长" in text.content.decode()
    assert "教育局" in text.content.decode()


def test_an_area_without_a_chief_and_one_with_two_are_told(
    examined, office, client_of, some_area  # noqa: F811
):  # fmt: skip
    asked = {"indicator": PHARMACY, "area": some_area}
    assert "Nobody is named" in client_of("handler").get("/map/explain", asked).content.decode()
    for role in ("leader", "inspector"):
        post = office.rights[role].post
        Post.objects.filter(pk=post.pk).update(areas=[some_area], role="leader")
    assert "More than one" in client_of("handler").get("/map/explain", asked).content.decode()


def test_an_explanation_does_not_name_tasks_that_one_may_not_see(
    examined, office, client_of, some_area  # noqa: F811
):  # fmt: skip
    office.assigned(indicator=PHARMACY, areas=[some_area], visibility="restricted", title="秘密")
    asked = {"indicator": PHARMACY, "area": some_area}
    assert "秘密" in client_of("leader").get("/map/explain", asked).content.decode()
    assert "秘密" not in client_of("oversight").get("/map/explain", asked).content.decode()


@pytest.mark.parametrize("asked", [
    {"indicator": "no.such"}, {"indicator": PHARMACY, "area": "' OR 1=1"}, {},
    {"indicator": PHARMACY, "cell": "<script>"}, {"indicator": PHARMACY, "cell": "8a" * 40},
])  # fmt: skip
def test_what_the_examination_has_not_is_said_in_a_sentence(examined, client_of, asked):  # noqa: F811
    answer = client_of("leader").get("/map/explain", asked)
    assert answer.status_code == 404
    assert "<script>" not in answer.content.decode()
    assert str(examined) not in answer.content.decode()


def test_the_table_has_every_area_and_counts_the_tasks_that_one_sees(
    examined, office, client_of, some_area  # noqa: F811
):  # fmt: skip
    office.task(indicator=PHARMACY, areas=[some_area])
    office.task(indicator=PHARMACY, areas=[some_area], visibility="restricted")
    for role, count in (("leader", 2), ("oversight", 1), ("handler", 0)):
        rows = client_of(role).get("/map/table", {"indicator": PHARMACY}).context["rows"]
        assert len(rows) == 25
        assert next(row for row in rows if row["area"] == some_area)["tasks"] == count


def test_a_cell_lies_in_one_area_and_an_unknown_one_in_none(examined):  # noqa: F811
    from urbanwork.office.maps.last import key_of

    exam = last_examination()
    cell = some_cell(exam)
    assert area_of_cell(exam, key_of(exam), cell)
    assert area_of_cell(exam, key_of(exam), "8a0000000000000") is None


def test_before_the_first_examination_the_map_says_so(client_of):
    assert "not been examined" in client_of("leader").get("/map/").content.decode()
    assert client_of("leader").get("/map/tasks").status_code == 404


def test_tasks_of_the_map_take_few_queries(
    examined, office, client_of, django_assert_max_num_queries  # noqa: F811
):  # fmt: skip
    for _ in range(5):
        office.task(longitude=24.945, latitude=60.170)
    client = client_of("leader")
    with django_assert_max_num_queries(8):
        client.get("/map/tasks")


def test_a_fault_names_the_city_by_its_folder_and_says_not_where_it_lies(office):
    city = office_place().city
    fault = UserError(f"{city}: it changed; run 'urbanwork examine {city}'; see {city}/city.yaml")
    said = plain_faults(fault)[0].en
    assert said == f"{city.name}: it changed; run 'urbanwork examine {city.name}'; see city.yaml"
