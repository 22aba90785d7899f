"""What-ifs of several people on one city: answered as the command line does, never mixed."""

from __future__ import annotations

import json
from threading import Barrier, Thread

import pytest

from examined_city import CORE, PHARMACY, examined, own_city  # noqa: F401
from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger.models import Task
from urbanwork.office.maps import pieces
from urbanwork.office.maps.last import last_examination
from urbanwork.office.maps.marks import metres
from urbanwork.office.maps.standing import Standing, bring_to, standing
from urbanwork.office.maps.trying import Asker, changes_of, tried
from urbanwork.office.maps.turns import MOST_OF_ONE, BusyError, Turns
from urbanwork.planning.changes import Scenario
from urbanwork.planning.reading import read_scenario
from urbanwork.planning.whatif.running import what_if

INSIDE = {"id": "c1", "kind": "add_place", "category": "pharmacy", "lon": 24.9440, "lat": 60.1650}
IN_CORE = {**INSIDE, "id": "c2", "lon": (CORE[0] + CORE[2]) / 2, "lat": (CORE[1] + CORE[3]) / 2}


@pytest.fixture
def open_city(examined):  # noqa: F811
    held = standing()
    assert held.opened.wait(60)
    assert held.state == "ready", held.fault
    return held


def asked(client, *changes, indicator=PHARMACY):
    body = json.dumps({"changes": changes, "indicator": indicator})
    answer = client.post("/map/what-if", body, content_type="application/json")
    return answer.status_code, json.loads(answer.content)


def test_a_dropped_place_says_which_cells_gain(open_city, client_of):
    status, found = asked(client_of("handler"), INSIDE)
    assert status == 200
    assert found["cells"]["indicator"] == PHARMACY
    assert len(found["cells"]["rows"]) == len(found["cells"]["after"]) > 0
    assert set(found["cells"]["gain"]) <= {-1, 0, 1}


def test_the_answer_is_that_of_the_planning_floor(open_city, client_of):
    _, found = asked(client_of("handler"), INSIDE)
    frame = pieces.frame_of(last_examination())
    scenario = Scenario("s", "s", tuple(changes_of([INSIDE], frame)))
    bring_to(open_city.session, [])
    lines = {line.indicator.id for line in what_if(open_city.session, [scenario]).lines}
    assert {each["indicator"] for each in found["lines"]} == lines


def test_metres_of_the_map_mean_the_same_as_degrees(open_city, client_of):
    frame = pieces.frame_of(last_examination())
    x, y = metres(INSIDE["lon"], INSIDE["lat"], frame)
    by_metres = {"id": "c1", "kind": "add_place", "category": "pharmacy", "x": x, "y": y}
    client = client_of("handler")
    one, two = asked(client, INSIDE)[1], asked(client, by_metres)[1]
    assert one["cells"] == two["cells"]


def test_taking_back_gives_today(open_city, client_of):
    client = client_of("handler")
    asked(client, INSIDE, IN_CORE)
    assert asked(client)[1]["lines"] == []
    assert asked(client, INSIDE)[1]["cells"]["rows"]


def test_a_bottom_line_that_breaks_is_told_with_its_clause_to_those_who_may_know(
    open_city, client_of
):
    told = {}
    for role in ("leader", "supervisor", "dispatcher", "handler", "oversight"):
        _, found = asked(client_of(role), IN_CORE)
        told[role] = [each for each in found["verdicts"] if each["status"] == "breach"]
    assert all("自然保护" in told[role][0]["clause"] or told[role][0]["clause"]
               for role in ("leader", "supervisor"))  # fmt: skip
    assert told["dispatcher"] == told["handler"] == told["oversight"] == []


def test_what_two_people_try_is_never_mixed(open_city, client_of):
    wanted = {"leader": (INSIDE,), "supervisor": (IN_CORE,), "handler": (INSIDE, IN_CORE)}
    alone = {role: asked(client_of(role), *changes)[1]["cells"] for role, changes in wanted.items()}
    found: dict[str, list] = {role: [] for role in wanted}
    together = Barrier(len(wanted))
    exam = last_examination()
    frame = pieces.frame_of(exam)

    def try_often(role):
        together.wait()
        for _ in range(6):
            changes = changes_of(list(wanted[role]), frame)
            asker = Asker(role, ("public", "internal"))
            cells = tried(open_city, changes, PHARMACY, asker, exam, "en")["cells"]
            found[role].append(json.loads(json.dumps(cells)))

    threads = [Thread(target=try_often, args=(role,)) for role in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for role in wanted:
        assert found[role] == [alone[role]] * 6


@pytest.mark.parametrize("changes", [
    [{"kind": "add_zone"}], [{"kind": "add_place"}], ["x"], [None], [{**INSIDE, "lon": "nan"}],
    [{**INSIDE, "lon": 1e400}], [{**INSIDE, "category": "' OR 1"}], [{**INSIDE, "lon": 0.0}],
    [{**INSIDE, "name": "n" * 201}], [{**INSIDE, "id": f"c{n}"} for n in range(41)], {"a": 1},
    [{"id": "c1", "kind": "remove_place", "target": "node/1"}], [INSIDE, INSIDE], None,
])  # fmt: skip
def test_a_change_that_cannot_be_is_refused_in_a_sentence(open_city, client_of, changes):
    body = json.dumps({"changes": changes})
    answer = client_of("handler").post("/map/what-if", body, content_type="application/json")
    assert answer.status_code == 400
    assert all(json.loads(answer.content)["faults"])
    assert asked(client_of("handler"), INSIDE)[0] == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 90_000, b'"x"'])
def test_what_is_no_question_is_refused(examined, client_of, body):  # noqa: F811
    answer = client_of("handler").post("/map/what-if", body, content_type="application/json")
    assert answer.status_code == 400


def test_while_the_city_is_opened_one_is_told_to_wait(examined, client_of, monkeypatch):  # noqa: F811
    closed = Standing(examined)
    monkeypatch.setattr("urbanwork.office.maps.standing.standing", lambda: closed)
    assert json.loads(client_of("handler").get("/map/what-if").content)["state"] == "opening"
    status, found = asked(client_of("handler"), INSIDE)
    assert (status, "being opened" in found["faults"][0]) == (400, True)


# Turns


def test_turns_come_in_the_order_in_which_they_were_asked_for():
    turns, order = Turns(), []
    threads = []

    def take(name):
        with turns.turn(name, seconds=5):
            order.append(name)

    with turns.turn("first", seconds=1):
        for number, name in enumerate("abcd", start=2):
            threads.append(Thread(target=take, args=(name,)))
            threads[-1].start()
            while turns.waiting < number:
                pass
    for thread in threads:
        thread.join()
    assert order == list("abcd")


def test_one_person_cannot_fill_the_queue_and_nobody_waits_for_ever():
    turns = Turns()
    with turns.turn("li", seconds=1):
        for _ in range(MOST_OF_ONE - 1):
            with pytest.raises(BusyError), turns.turn("li", seconds=0.01):
                raise AssertionError
        with pytest.raises(BusyError), turns.turn("wang", seconds=0.01):
            raise AssertionError
    with turns.turn("wang", seconds=0.01):
        assert turns.waiting == 1


# Scenarios


def saved(client, name="两所药店", *changes):
    body = json.dumps({"name": name, "changes": changes or (INSIDE,)})
    return client.post("/map/scenarios/", body, content_type="application/json")


def test_a_saved_scenario_is_a_file_that_the_command_line_reads(own_city, client_of):  # noqa: F811
    answer = saved(client_of("handler"))
    assert answer.status_code == 201
    file = json.loads(answer.content)["file"]
    scenario = read_scenario(own_city / "scenarios" / file)
    assert (scenario.name, scenario.author) == ("两所药店", "handler")
    assert scenario.changes[0].category == "pharmacy"
    assert Entry.objects.filter(action="scenario.save").count() == 1


def test_a_saved_scenario_is_listed_and_opened_again(own_city, client_of):  # noqa: F811
    file = json.loads(saved(client_of("handler")).content)["file"]
    assert "两所药店" in client_of("oversight").get("/map/scenarios/").content.decode()
    found = json.loads(client_of("leader").get(f"/map/scenarios/{file}").content)
    assert found["changes"] == [INSIDE]


def test_a_second_scenario_of_the_same_name_is_another_file(own_city, client_of):  # noqa: F811
    files = {json.loads(saved(client_of("leader")).content)["file"] for _ in range(3)}
    assert len(files) == 3


@pytest.mark.parametrize("name", ["../../x", "<script>alert(1)</script>", "=1+1", "/etc/passwd"])
def test_no_name_leads_out_of_the_folder_or_into_the_page(own_city, client_of, name):  # noqa: F811
    file = json.loads(saved(client_of("leader"), name).content)["file"]
    assert (own_city / "scenarios" / file).is_file()
    assert "<script>alert" not in client_of("leader").get("/map/scenarios/").content.decode()


@pytest.mark.parametrize("name", ["", "   ", "n" * 121])
def test_a_scenario_needs_a_name(own_city, client_of, name):  # noqa: F811
    assert saved(client_of("leader"), name).status_code == 400


@pytest.mark.parametrize("file", ["none.yaml", "..%2fcity.yaml", "city.yaml", ".hidden.yaml"])
def test_no_other_file_is_opened_as_a_scenario(own_city, client_of, file):  # noqa: F811
    assert client_of("leader").get(f"/map/scenarios/{file}").status_code == 404


def test_a_scenario_with_a_restricted_zone_is_there_for_few(own_city, client_of):  # noqa: F811
    (own_city / "scenarios").mkdir(exist_ok=True)
    (own_city / "scenarios" / "secret.yaml").write_text(
        "scenario: secret\nname: Secret\ncrs: EPSG:4326\nchanges:\n"
        "  - {id: z, kind: add_zone, category: heritage, visibility: restricted, "
        "geometry: 'POLYGON ((24.94 60.165, 24.945 60.165, 24.945 60.167, 24.94 60.165))'}\n",
        encoding="utf-8",
    )
    for role, status in (("leader", 200), ("supervisor", 200), ("handler", 404)):
        assert client_of(role).get("/map/scenarios/secret.yaml").status_code == status
    assert "Secret" not in client_of("oversight").get("/map/scenarios/").content.decode()


def test_a_scenario_becomes_a_task_with_its_place(own_city, client_of):  # noqa: F811
    file = json.loads(saved(client_of("handler")).content)["file"]
    client = client_of("dispatcher")
    for _ in range(2):
        client.post(f"/map/scenarios/{file}/task", {"indicator": PHARMACY, "key": "once"})
    task = Task.objects.get()
    assert (task.source, task.title) == ("instruction", "两所药店")
    assert task.origin["scenario"] == file
    assert (task.indicator, task.longitude) == (PHARMACY, 24.944)
    assert task.areas
    assert file in client.get(f"/ledger/{task.number}/").content.decode() or task.area


def test_only_those_who_may_enter_tasks_turn_a_scenario_into_one(own_city, client_of):  # noqa: F811
    file = json.loads(saved(client_of("handler")).content)["file"]
    for role in ("handler", "inspector", "oversight", "administrator"):
        assert client_of(role).post(f"/map/scenarios/{file}/task").status_code == 403
    assert not Task.objects.exists()
