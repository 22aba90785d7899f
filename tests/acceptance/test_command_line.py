"""The command line as people and scripts use it: help, JSON, quiet, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pbftown import PbfTown, square

URBANWORK = Path(sys.executable).with_name("urbanwork")
SCHOOL = "life.primary_school_500m"


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Path:
    """A cross of two streets with houses and a school."""
    town = PbfTown()
    town.street((-400, 0), (0, 0), (400, 0))
    town.street((0, -400), (0, 0), (0, 400))
    for x in range(-390, 400, 60):
        town.house((x, 25))
    town.place((200, -12), amenity="school", name="Hill", **{"isced:level": "1"})
    return town.city(tmp_path_factory.mktemp("cli") / "town", boundary=square(0, 0, 850),
                     jurisdiction="CN")  # fmt: skip


@pytest.fixture(scope="module")
def examined(city, run) -> Path:
    assert run("examine", city, "--quiet").code == 0
    return city


def parsed(ended):
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


# Help


def modules_of(*arguments) -> set[str]:
    """Modules that a command imports."""
    code = (
        "import sys, urbanwork.cli.main as m\n"
        f"sys.argv = ['urbanwork', *{list(arguments)!r}]\n"
        "try:\n    m.run()\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ended.stdout.split())


def test_help_imports_nothing_heavy():
    heavy = {"numba", "pandas", "geopandas", "shapely", "numpy", "pyarrow", "rasterio", "scipy",
             "duckdb", "pyproj", "pydantic", "jinja2"}  # fmt: skip
    assert not heavy & modules_of("--help")


def test_help_is_there_at_once(run):
    run("--help")
    began = time.perf_counter()
    assert run("--help").code == 0
    assert time.perf_counter() - began < 2.0  # 0.3 s on an idle machine; make bench measures that


def test_no_command_uses_pandas_or_scipy(examined):
    assert not {"pandas", "scipy", "geopandas"} & modules_of("examine", str(examined), "--quiet")


@pytest.mark.parametrize(
    "command", ["init", "examine", "explain", "indicators", "standards", "export", "schema",
                "compile"],
)  # fmt: skip
def test_every_command_has_help_and_takes_json(run, command):
    ended = run(command, "--help")
    assert ended.code == 0
    assert "--json" in ended.out


def test_the_version_is_told(run):
    assert run("--version").out.split()[0] == "urbanwork"


# JSON


def test_examine_gives_json_with_the_city_the_problems_and_where_the_report_is(run, city):
    found = parsed(run("examine", city, "--json"))
    assert {"examination", "folder", "report", "indicators", "problems"} <= found.keys()
    assert {row["area"] for row in found["indicators"]} == {"city"}
    assert Path(found["report"]).is_file()


def test_json_is_all_that_examine_prints(run, city):
    ended = run("examine", city, "--json")
    assert ended.err == ""


@pytest.mark.parametrize("where", [[], ["--area", "Area 1"]])
def test_explain_gives_json(run, examined, where):
    found = parsed(run("explain", examined, SCHOOL, *where, "--json"))
    assert found["indicator"] == SCHOOL
    assert found["where"]["kind"] == ("area" if where else "city")


@pytest.mark.parametrize("command", [["indicators"], ["standards"], ["schema"],
                                     ["schema", "results"], ["schema", "indicator"],
                                     ["schema", "standard"], ["schema", "adapter"],
                                     ["variables"], ["variables", "人口"],
                                     ["indicators", "--catalogue", "ghsci"],
                                     ["compile"]])  # fmt: skip
def test_lists_and_schemas_are_json(run, command):
    assert parsed(run(*command, "--json"))


def test_export_gives_json_with_the_files_written(run, examined, tmp_path):
    found = parsed(run("export", examined, "--to", "xlsx,gpkg,csv", "--out", tmp_path, "--json"))
    written = {Path(path) for path in found["written"]}
    assert written == set(tmp_path.iterdir())
    assert {path.suffix for path in written} == {".xlsx", ".gpkg", ".csv"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_reports_are_named_after_examination_and_language(run, examined, tmp_path, lang):
    found = parsed(run("export", examined, "--format", "xlsx,docx,pdf", "--lang", lang, "--out",
                       tmp_path, "--json"))  # fmt: skip
    names = {Path(path).name.partition("-")[2].rpartition("-")[2] for path in found["written"]}
    assert names == {f"{lang}.xlsx", f"{lang}.docx", f"{lang}.pdf"}
    [pdf] = tmp_path.glob("*.pdf")
    assert pdf.read_bytes().startswith(b"%PDF")


def test_examining_loads_nothing_that_only_prints(examined):
    printing = {"typst", "docx", "lxml", "xlsxwriter"}
    assert not printing & modules_of("examine", str(examined), "--quiet")


def test_init_gives_json(run, examined, tmp_path):
    extract = examined / "town.osm.pbf"
    found = parsed(run("init", tmp_path / "new", "--osm", extract, "--json"))
    assert Path(found["settings"]).is_file()


# Quiet, progress, languages


def test_quiet_prints_the_path_of_the_report_and_nothing_else(run, city):
    ended = run("examine", city, "--quiet")
    assert ended.err == ""
    assert Path(ended.out.strip()).name == "report.html"


def test_progress_goes_to_standard_error_so_that_output_can_be_piped(run, city):
    (city / "city.yaml").touch()
    ended = run("examine", city)
    assert "…" in ended.err
    assert "…" not in ended.out
    assert "report.html" in ended.out


def test_chinese_is_printed_where_it_is_asked_for(run, examined):
    assert "代入数值" in run("explain", examined, SCHOOL, "--lang", "zh").out
    assert "已测指标" in run("examine", examined, "--lang", "zh").out


def test_the_path_is_written_where_it_is_asked_for(run, examined, tmp_path):
    import pyarrow.parquet as pq

    exam = Path(parsed(run("examine", examined, "--json"))["folder"])
    table = pq.read_table(exam / "cells.parquet", columns=["cell", "people"]).to_pylist()
    cell = max(table, key=lambda row: row["people"])["cell"]
    target = tmp_path / "way.geojson"
    ended = run("explain", examined, SCHOOL, "--cell", f"{cell:x}", "--path", target)
    assert ended.code == 0
    (feature,) = json.loads(target.read_text(encoding="utf-8"))["features"]
    assert feature["properties"]["name"] == "Hill"
    assert "primary school: Hill, " in ended.out


# Faults


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["explain", "CITY", "life.primary_scool"], "did you mean life.primary_school_500m"),
        (["explain", "CITY", SCHOOL, "--area", "Arae 1"], "there is no area 'Arae 1'; areas are"),
        (["explain", "CITY", SCHOOL, "--cell", "zzz"], "'zzz' is no H3 cell"),
        (["explain", "NOWHERE", SCHOOL], "there is no such folder"),
        (["export", "CITY", "--to", "odt"], "got odt; wanted one or more of xlsx, docx, pdf"),
        (["export", "CITY", "--to", ""], "got nothing; wanted one or more of xlsx, docx, pdf"),
        (["indicators", "--catalogue", "urbnwork"], "urbanwork"),
        (["init"], "init: name the folder to make"),
        (["examine", "NOWHERE"], "there is no such folder"),
    ],
)
def test_what_is_wrong_gets_one_clear_sentence_and_exit_code_2(run, examined, arguments, sentence):
    ended = run(*[{"CITY": examined, "NOWHERE": "nowhere"}.get(each, each) for each in arguments])
    assert ended.code == 2
    assert sentence in ended.err
    assert "Traceback" not in ended.err
    assert len(ended.err.strip().splitlines()) == 1


def test_a_city_that_was_never_examined_says_how(run, examined, tmp_path):
    folder = tmp_path / "new"
    assert run("init", folder, "--osm", examined / "town.osm.pbf").code == 0
    for command in (["explain", folder, SCHOOL], ["export", folder]):
        ended = run(*command)
        assert (ended.code, "run 'urbanwork examine" in ended.err) == (2, True)


def test_a_reader_that_goes_away_is_no_fault():
    command = f"{URBANWORK} indicators --json | head -c 10"
    ended = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in ended.stderr
    assert ended.returncode != 1
    assert ended.stderr == ""


def test_stopping_it_says_so_and_leaves_nothing_half_written(city, tmp_path):
    import signal

    from pbftown import PbfTown

    big = PbfTown()
    for x in range(-2_000, 2_000, 50):
        big.street(*[(x, y) for y in range(-2_000, 2_001, 50)])
        big.street(*[(y, x) for y in range(-2_000, 2_001, 50)])
    folder = big.city(tmp_path / "big")
    process = subprocess.Popen([URBANWORK, "examine", folder], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped; nothing half-written is left" in err
    assert not list(folder.glob("examinations/*"))
