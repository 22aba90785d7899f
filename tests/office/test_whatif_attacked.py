"""What-ifs and scenarios under attack, and how their faults are said in both languages."""

from __future__ import annotations

import json
import re

import pytest

from examined_city import PHARMACY, examined, own_city  # noqa: F401
from urbanwork.office.maps.standing import standing

INSIDE = {"id": "c1", "kind": "add_place", "category": "pharmacy", "lon": 24.9440, "lat": 60.1650}
AT = {"lon": 24.9440, "lat": 60.1650}
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def open_city(examined):  # noqa: F811
    held = standing()
    assert held.opened.wait(60)
    return held


def sent(client, body, path="/map/what-if"):
    answer = client.post(path, body, content_type="application/json")
    return answer.status_code, json.loads(answer.content)


def tried(client, *changes):
    return sent(client, json.dumps({"changes": changes}))


FAULTY = {
    "outside the city": [{**INSIDE, "lon": 10.0}],
    "no such category": [{**INSIDE, "category": "castle"}],
    "no category": [{"kind": "add_place", **AT}],
    "no place": [{"kind": "add_place", "category": "pharmacy"}],
    "seats below nothing": [{**INSIDE, "category": "kindergarten", "capacity": -5}],
    "too many seats": [{**INSIDE, "category": "kindergarten", "capacity": 10**9}],
    "seats in words": [{**INSIDE, "capacity": "many"}],
    "no seats": [{"kind": "set_capacity", "target": "node/1"}],
    "a place that is not there": [{"kind": "remove_place", "target": "node/0"}],
    "no street there": [{"kind": "close_street", "target": "Nowhere Street"}],
    "a street that is open": [{"kind": "reopen_street", "target": "c9"}],
    "a kind that cannot be drawn": [{"kind": "add_zone", **AT}],
    "one id twice": [INSIDE, INSIDE],
    "too many": [{**INSIDE, "id": f"c{n}"} for n in range(41)],
    "no number": [{**INSIDE, "lon": "here"}],
    "a field of another": [{**INSIDE, "owner": 1}],
    "a long text": [{**INSIDE, "name": "n" * 201}],
    "nothing": [None],
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_on_the_map_is_said_in_the_language_of_the_page(open_city, client_of, name):
    client = client_of("handler")
    status, english = tried(client, *FAULTY[name])
    client.cookies["language"] = "zh-hans"
    _, chinese = tried(client, *FAULTY[name])
    assert status == 400
    assert len(english["faults"]) == len(chinese["faults"]) > 0
    for one, other in zip(english["faults"], chinese["faults"], strict=True):
        assert not HAN.search(one), one
        assert len(HAN.findall(other)) > 4, other
        assert not re.search(r"\b(wanted|needs|there is|change \d)\b", other), other


@pytest.mark.parametrize("name", [
    "outside the city", "no such category", "no category", "a place that is not there",
    "no street there", "too many seats",
])  # fmt: skip
def test_programs_are_told_a_fault_in_both_languages(open_city, client_of, name):
    body = json.dumps({"changes": FAULTY[name]})
    status, fault = sent(client_of("handler"), body, "/api/map/what-if")
    assert status == 422
    assert not HAN.search(fault["en"])
    assert len(HAN.findall(fault["zh"])) > 4


def test_the_page_follows_the_language_that_a_browser_asks_for(open_city, client_of):
    answer = client_of("handler").post(
        "/map/what-if", json.dumps({"changes": [{**INSIDE, "lon": 10.0}]}),
        content_type="application/json", headers={"Accept-Language": "zh-CN"},
    )  # fmt: skip
    assert "城市边界之外" in json.loads(answer.content)["faults"][0]


def test_faults_of_a_street_that_is_closed_twice_are_said_in_chinese(open_city, client_of):
    client = client_of("handler")
    client.cookies["language"] = "zh-hans"
    walk = open_city.prepared.walk
    name = next(each for each in walk.street_name if each)
    close = {"kind": "close_street", "target": str(name)}
    status, found = tried(client, {**close, "id": "a"}, {**close, "id": "b"})
    assert (status, found["faults"]) == (400, ["第2项变更：该道路已被此前的变更封闭，请删去一项"])


# Attacks

NUMBERS = ["NaN", "Infinity", "-Infinity", "1e308", "-1e308", "1e999", "1" + "0" * 400, "true",
           "[]", "{}", '"5"', "null", "1e-320"]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("field", ["lon", "lat", "x", "y", "capacity"])
@pytest.mark.parametrize("path", ["/map/what-if", "/map/scenarios/", "/api/map/what-if"])
def test_no_number_breaks_it(open_city, client_of, field, number, path):
    rest = {"x": 0.0, "y": 0.0} if field in "xy" else AT
    change = json.dumps({"kind": "add_place", "category": "pharmacy", **rest, field: 0.125})
    change = change.replace("0.125", number)
    status, found = sent(client_of("handler"), f'{{"changes": [{change}], "name": ""}}', path)
    assert status in (200, 400, 422), found
    json.dumps(found, allow_nan=False)


DEEP = "[" * 30_000 + "]" * 30_000
WHAT = [
    f'{{"changes": {DEEP}}}', f'{{"changes": [{DEEP}]}}', f'{{"changes": [{{"kind": {DEEP}}}]}}',
    '{"changes": [{"kind": ["add_place"]}]}', '{"changes": [{"kind": {"a": 1}}]}',
    '{"changes": "x", "indicator": {"a": [1]}}', '{"changes": [], "indicator": "\\u0000"}',
    '{"changes": [], "indicator": null}', '{"changes": {"length": 1e9}}', '{"changes": 5}',
    '{"changes": [{"kind": "add_place", "category": "pharmacy", "geometry": "POINT(0 0)"}]}',
    '{"changes": [{"kind": "close_street", "at": [24.944, 60.165]}]}',
    '{"changes": [{"kind": "close_street", "target": "\\u0000"}]}',
    '{"changes": [{"kind": "remove_place", "target": "\\ud800"}]}',
    '{"changes": [{"kind": "remove_place", "target": ["node/1"]}]}',
    '{"changes": [{"kind": "remove_place", "target": 1e308}]}',
    '{"changes": [{"\\ud800": 1}]}', '{"changes": [{"__class__": "x", "kind": "add_place"}]}',
    json.dumps({"changes": [{}] * 10_000}), json.dumps({"changes": [5] * 40}),
    '{"changes": [{"kind": "add_place", "类别": "pharmacy", "lon": 24.944, "lat": 60.165}]}',
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(WHAT)))
@pytest.mark.parametrize("path", ["/map/what-if", "/map/scenarios/", "/api/map/what-if",
                                  "/api/map/scenarios"])  # fmt: skip
def test_nothing_that_is_sent_breaks_it(open_city, client_of, number, path):
    client = client_of("dispatcher")
    status, found = sent(client, WHAT[number], path)
    assert status in (200, 400, 413, 422), found
    assert tried(client, INSIDE)[0] == 200


def test_a_polygon_of_a_million_corners_is_no_drawing_of_the_map(open_city, client_of):
    ring = [[24.9 + n * 1e-8, 60.1] for n in range(100_000)]
    change = {"kind": "close_street", "geometry": {"type": "Polygon", "coordinates": [ring]}}
    body = json.dumps({"changes": [change], "name": "x"})
    for path in ("/map/what-if", "/map/scenarios/", "/api/map/what-if", "/api/map/scenarios"):
        status, fault = sent(client_of("dispatcher"), body, path)
        assert status in (400, 413, 422)
        assert len(json.dumps(fault)) < 5_000


def test_a_saved_scenario_hides_nothing_and_carries_nothing_beside(own_city, client_of):  # noqa: F811
    client = client_of("handler")
    for more in ({"visibility": "restricted"}, {"geometry": "POINT (0 0)"}, {"crs": "EPSG:3857"},
                 {"codes": ["x"]}, {"note": "n"}, {"origin": "/etc/passwd"}):  # fmt: skip
        body = json.dumps({"name": "x", "changes": [{**INSIDE, **more}]})
        assert sent(client, body, "/map/scenarios/")[0] == 400
    assert not (own_city / "scenarios").exists() or not list((own_city / "scenarios").iterdir())


@pytest.mark.parametrize(
    "name", [None, 5, ["x"], {"a": 1}, True, "\x00", "\ud800", "a\nb", "\u202ex"]
)
def test_no_name_breaks_saving(own_city, client_of, name):  # noqa: F811
    body = json.dumps({"name": name, "changes": [INSIDE]})
    for path in ("/map/scenarios/", "/api/map/scenarios"):
        client = client_of("handler")
        status, found = sent(client, body, path)
        assert status in (201, 400, 422), found
        if status == 201:
            root = path if path.endswith("/") else f"{path}/"
            assert client.get(f"{root}{found['file']}").status_code == 200


FORGED = ["..%2f..%2fcity.yaml", "%2e%2e/city.yaml", "x%00.yaml", "a" * 300 + ".yaml", "%ff.yaml",
          "con.yaml", "-.yaml", ".yaml", "x.yaml%2f", "x.yml%0a", "x.yaml\n"]  # fmt: skip


@pytest.mark.parametrize("file", FORGED)
def test_no_forged_name_of_a_scenario_opens_anything(own_city, client_of, file):  # noqa: F811
    client = client_of("leader")
    for root in ("/map/scenarios/", "/api/map/scenarios/"):
        assert client.get(root + file).status_code in (404, 422)
        answer = client.post(f"{root}{file}/task", {}, content_type="application/json")
        assert answer.status_code in (400, 404, 422)


def test_a_scenario_that_is_a_bomb_or_a_link_is_not_listed(own_city, client_of):  # noqa: F811
    folder = own_city / "scenarios"
    folder.mkdir(exist_ok=True)
    (folder / "bomb.yaml").write_text(
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
        "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
        "scenario: x\ncrs: EPSG:4326\nchanges: [*d, *d, *d]\n"
    )
    (folder / "deep.geojson").write_text("[" * 100_000)
    (folder / "deep.yaml").write_text("[" * 5_000)
    (folder / "number.yaml").write_text(
        "scenario: x\ncrs: EPSG:4326\nchanges: [{id: a, kind: add_place, category: pharmacy, "
        "at: [1e308, .nan]}]\n"
    )
    (folder / "folder.yaml").mkdir()
    (folder / "link.yaml").symlink_to("/etc/passwd")
    (folder / "loop.yaml").symlink_to(folder / "loop.yaml")
    client = client_of("leader")
    assert client.get("/map/scenarios/").status_code == 200
    assert client.get("/api/map/scenarios").status_code == 200
    for path in folder.iterdir():
        assert client.get(f"/map/scenarios/{path.name}").status_code == 404


def test_the_list_of_scenarios_and_the_folder_have_an_end(own_city, client_of, monkeypatch):  # noqa: F811
    from urbanwork.office.maps import scenarios

    monkeypatch.setattr(scenarios, "MOST_LISTED", 2)
    monkeypatch.setattr(scenarios, "MOST_KEPT", 3)
    body = json.dumps({"name": "x", "changes": [INSIDE]})
    client = client_of("handler")
    answers = [sent(client, body, "/map/scenarios/") for _ in range(4)]
    assert [status for status, _ in answers] == [201, 201, 201, 400]
    assert "scenarios" in answers[3][1]["faults"][0]
    assert len(client.get("/api/map/scenarios").json()) == 2


# Cells, pieces, explanations

CELLS = ["zz", "-1", "8a1126d33147fff", "ffffffffffffffff", "0" * 400, "8" + "f" * 30, "\x00",
         "8a2a1072b59ffff", "١٢٣", "1e5", "0x8a", " ", "8a1126d33147fff\n", "+5",
         "1_0"]  # fmt: skip


@pytest.mark.parametrize("cell", CELLS)
def test_no_forged_cell_breaks_an_explanation(open_city, client_of, cell):
    client = client_of("dispatcher")
    for path in ("/map/explain", "/api/map/explanation", "/map/correction"):
        answer = client.get(path, {"indicator": PHARMACY, "cell": cell, "part": "1"})
        assert answer.status_code in (200, 404, 422)
        assert str(open_city.city) not in answer.content.decode()
    answer = client.get("/api/map/cells", {"indicator": PHARMACY, "after": cell})
    assert answer.status_code in (200, 422)


@pytest.mark.parametrize("given", [
    {"indicator": "x" * 5_000}, {"indicator": "\x00"}, {"indicator": PHARMACY, "area": "\x00"},
    {"indicator": PHARMACY, "area": "a" * 5_000}, {"indicator": PHARMACY, "area": "../x"},
    {"indicator": "../../city"}, {"indicator": PHARMACY, "area": "1", "cell": "8a"}, {},
])  # fmt: skip
def test_no_forged_indicator_or_area_breaks_an_explanation(open_city, client_of, given):
    client = client_of("handler")
    for path in ("/map/explain", "/api/map/explanation", "/map/table"):
        answer = client.get(path, given)
        assert answer.status_code in (200, 404, 422)
        assert len(answer.content) < 400_000


@pytest.mark.parametrize(
    "piece", ["../manifest", "a/b", "%2e%2e%2fmanifest.json", "x\x00", "x" * 300]
)
def test_no_forged_piece_opens_a_file(open_city, client_of, piece):
    from urbanwork.office.maps.last import key_of, last_examination

    client = client_of("leader")
    for key in (key_of(last_examination()), "..", "0" * 64):
        assert client.get(f"/map/pieces/{key}/{piece}").status_code == 404
