"""The measured effect of a closed task beside the expected one, told apart from changes of data."""

import os
import shutil
import time
from datetime import timedelta

import pytest
from django.utils import timezone

import office_settings
from urbanwork.api import examine
from urbanwork.office.ledger.models import Task
from urbanwork.office.pages import effects
from urbanwork.office.place import OfficePlace

INDICATOR = "governance.tasks_on_time"


@pytest.fixture
def city(tmp_path, monkeypatch):
    folder = tmp_path / "city"
    folder.mkdir()
    shutil.copy(office_settings.CITY / "areas.geojson", folder)
    place = OfficePlace(folder, folder / "office")
    monkeypatch.setattr(effects, "office_place", lambda: place)
    return folder


def examined(city, year, on_time, made):
    """An examination of a year, as if it had been made at a moment."""
    (city / "table.csv").write_text(
        "area,year,variable,value,unit,source\n"
        f"全市,{year},tasks_due,40,件,台账\n全市,{year},tasks_done_on_time,{on_time},件,台账\n",
        encoding="utf-8",
    )
    (city / "city.yaml").write_text(
        f"name: Town\njurisdiction: CN\nas_of: {year}-12-31\nareas: areas.geojson\n"
        "statistics: table.csv\n",
        encoding="utf-8",
    )
    folder = examine(city).folder
    os.utime(folder / "manifest.json", (made.timestamp(), made.timestamp()))
    return folder


def task_closed(office, closed, **origin):
    task = office.task(indicator=INDICATOR, expected={"from": 50, "to": 80}, origin=origin)
    registered = timezone.now() - timedelta(days=200)
    Task.objects.filter(pk=task.pk).update(closed=closed, registered=registered)
    task.refresh_from_db()
    return task


def compared(task):
    until = time.monotonic() + 60
    while (effect := effects.effect_of(task)).state == "being_compared":
        assert time.monotonic() < until
        time.sleep(0.05)
    return effect


def test_the_figure_before_and_after_is_told_with_what_changed_it(office, city):
    now = timezone.now()
    examined(city, 2024, 20, now - timedelta(days=300))
    examined(city, 2025, 30, now - timedelta(days=1))
    effect = compared(task_closed(office, now - timedelta(days=60)))
    assert effect.state == "measured"
    assert (effect.told["before"], effect.told["after"]) == (50.0, 75.0)
    assert effect.told["verdict"] in ("city", "cannot_tell")
    assert effect.told["sentence_zh"]


def test_a_task_that_is_open_or_closed_after_the_last_examination_has_no_effect_yet(office, city):
    now = timezone.now()
    examined(city, 2024, 20, now - timedelta(days=300))
    examined(city, 2025, 30, now - timedelta(days=90))
    assert effects.effect_of(task_closed(office, None)).state == "open"
    assert effects.effect_of(task_closed(office, now - timedelta(days=60))).state == "not_yet"


def test_an_indicator_that_was_not_measured_twice_is_said_so(office, city):
    now = timezone.now()
    examined(city, 2024, 20, now - timedelta(days=300))
    examined(city, 2025, 30, now - timedelta(days=1))
    task = task_closed(office, now - timedelta(days=60))
    task.indicator = "access.primary_school_500m"
    assert compared(task).state == "not_measured"


@pytest.mark.parametrize("name", ["../../etc", "..", "/etc", "", "a/b", None])
def test_an_origin_that_somebody_made_up_names_no_folder(office, city, name):
    now = timezone.now()
    first = examined(city, 2024, 20, now - timedelta(days=300))
    examined(city, 2025, 30, now - timedelta(days=1))
    effect = compared(task_closed(office, now - timedelta(days=60), examination=name))
    assert effect.before == first.name


def test_the_page_of_the_task_shows_it(office, city, client_of):
    now = timezone.now()
    examined(city, 2024, 20, now - timedelta(days=300))
    examined(city, 2025, 30, now - timedelta(days=1))
    task = task_closed(office, now - timedelta(days=60))
    compared(task)
    page = client_of("leader").get(f"/ledger/{task.number}/").content.decode()
    assert "Measured effect" in page
    assert "75" in page
