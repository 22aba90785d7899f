"""The ledger as a table, and what the next examination makes of it."""

import json
import shutil
from datetime import date, timedelta

import numpy as np
import pyarrow.parquet as pq
import pytest
from django.utils import timezone

import office_settings
from urbanwork.api import examine
from urbanwork.errors import UserError
from urbanwork.office.ledger.models import TaskEvent
from urbanwork.office.place import OfficePlace
from urbanwork.office.supervising.handlings import keep_many
from urbanwork.office.supervising.tasks_table import export, named_in_settings
from urbanwork.sources.layers import WHOLE_CITY, AreaNames, Statistics
from urbanwork.sources.tasks import KEY, read_tasks, tasks_schema, with_figures


@pytest.fixture
def place(tmp_path):
    city = tmp_path / "city"
    city.mkdir()
    for name in ("city.yaml", "areas.geojson"):
        shutil.copy(office_settings.CITY / name, city)
    return OfficePlace(city, city / "office")


def closed(office, area, *, days_late):
    """A task of an area that was due 30 days ago and was finished so many days late."""
    task = office.assigned(areas=[area])
    office.do("handler", task, "accept")
    proof = office.proof(task)
    office.do("handler", task, "submit", evidence=[str(proof.pk)])
    office.do("inspector", task, "verify")
    office.do("dispatcher", task, "close")
    due = timezone.now() - timedelta(days=30)
    ago = {"register": 90, "assign": 80, "accept": 70, "submit": 30 - days_late,
           "verify": 29 - days_late, "close": 28 - days_late}  # fmt: skip
    for event in task.events.all():
        moved = {"at": timezone.now() - timedelta(days=ago[event.action])}
        if event.action == "assign":
            moved["deadline"] = due
        TaskEvent.objects.filter(pk=event.pk).update(**moved)
    type(task).objects.filter(pk=task.pk).update(registered=timezone.now() - timedelta(days=90))
    keep_many([task.pk])
    return task


def areas():
    return AreaNames(*(np.array(each, np.object_) for each in (["1", "2"],) * 4), geometry=None)


def figures(statistics):
    return {
        (int(area), str(variable)): float(value)
        for area, variable, value in zip(
            statistics.area, statistics.variable, statistics.value, strict=True
        )
    }


def test_tasks_are_counted_by_area_and_for_the_city(office, place):
    closed(office, "1", days_late=-2)
    closed(office, "1", days_late=5)
    path, count = export(place, timezone.localdate())
    found = figures(read_tasks(path, areas())[0])
    assert count == 2
    assert found[WHOLE_CITY, "tasks_due"] == 2
    assert found[0, "tasks_done"] == 2
    assert found[0, "tasks_done_on_time"] == 1
    assert (1, "tasks_due") not in found  # nothing was due there: not known, not 0


def test_restricted_tasks_and_personal_data_are_not_in_it(office, place):
    closed(office, "1", days_late=0)
    office.task(title="保密事项", visibility="restricted")
    path, count = export(place, timezone.localdate())
    assert count == 1
    text = path.read_bytes() + json.dumps(pq.read_table(path).to_pylist(), default=str).encode()
    assert "补建幼儿园".encode() not in text
    assert "保密".encode() not in text


def test_the_same_ledger_gives_the_same_bytes(office, place):
    closed(office, "1", days_late=0)
    first = export(place, timezone.localdate())[0].read_bytes()
    assert export(place, timezone.localdate())[0].read_bytes() == first


def test_city_yaml_names_the_table_once_and_keeps_its_lines(place):
    before = (place.city / "city.yaml").read_text(encoding="utf-8")
    assert named_in_settings(place)
    assert not named_in_settings(place)
    assert (place.city / "city.yaml").read_text(
        encoding="utf-8"
    ) == f"{before}tasks: tasks.parquet\n"


def test_the_next_examination_measures_what_the_office_did(office, place):
    for late in (-3, -2, -1, 4):
        closed(office, "1", days_late=late)
    export(place, timezone.localdate())
    named_in_settings(place)
    folder = examine(place.city).folder
    rows = pq.read_table(folder / "indicators.parquet").to_pylist()
    city = {row["indicator"]: row for row in rows if row["area"] == "city"}
    assert city["governance.tasks_on_time"]["value"] == 75.0
    assert city["governance.tasks_done"]["value"] == 100.0


def test_a_table_of_statistics_counts_before_the_office():
    def given(value):
        return Statistics(
            np.array([0]), np.array([2026]), np.array(["tasks_due"], np.object_),
            np.array([value]), np.array(["s"], np.object_), np.array(["o"], np.object_),
        )  # fmt: skip

    assert figures(with_figures(given(7.0), given(9.0))) == {(0, "tasks_due"): 7.0}


@pytest.mark.parametrize("content", [b"", b"PAR1nothing", None])
def test_what_is_no_table_of_tasks_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "tasks.parquet"
    if content is None:
        import pyarrow as pa

        pq.write_table(pa.table({"a": [1]}), path)
    else:
        path.write_bytes(content)
    with pytest.raises(UserError, match="urbanwork office export"):
        read_tasks(path, areas())


def test_the_schema_that_is_printed_is_that_of_the_table(office, place):
    path, _ = export(place, timezone.localdate())
    printed = tasks_schema()
    assert list(printed["columns"]) == pq.read_schema(path).names
    assert json.loads(pq.read_schema(path).metadata[KEY])["version"] == printed["version"]


def test_work_of_today_counts_though_the_map_is_of_2019(office, place):
    for late in (-3, 4):
        closed(office, "1", days_late=late)
    text = (place.city / "city.yaml").read_text(encoding="utf-8")
    assert "as_of: 2026-06-30" in text
    (place.city / "city.yaml").write_text(
        text.replace("as_of: 2026-06-30", "as_of: 2019-04-21"), encoding="utf-8"
    )
    export(place, timezone.localdate())
    named_in_settings(place)
    told = examine(place.city).explain("governance.tasks_on_time")
    assert told.value == 50.0
    assert "urbanwork office" in told.note["en"]
    assert "as of 2019" in told.note["en"]


def test_the_date_of_the_table_is_its_last_day(office, place):
    closed(office, "1", days_late=0)
    path, _ = export(place, date(2026, 12, 31))
    assert read_tasks(path, areas())[1]["data_date"] == "2026-12-31"
