"""`urbanwork check` as users run it: exit codes, files, what the public may see, bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from pbftown import PbfTown, square

from .conftest import Run

RULES = """
set: mine
jurisdiction: "*"
title: {en: Mine, zh: 本市}
bottom_lines:
  - id: ecology.birds
    test: overlap
    strength: hard
    changes: [add_housing]
    zones: [bird_reserve]
    title: {en: Bird reserve, zh: 鸟类保护区}
    clause: Council 3/2024
    source: the text
    confidence: A
    why: {en: Birds breed here., zh: 鸟类繁殖地。}
    cure: {en: Build elsewhere., zh: 另行选址。}
    allow:
      - code: birds.path
        title: {en: Boardwalk, zh: 栈道}
        needs: {en: permit of the reserve, zh: 保护区许可}
"""
SECRET = "Eagle cliff"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[PbfTown, Path]:
    """A town with a public bird reserve in the north and a restricted one in the south."""
    town = PbfTown()
    for at in range(-400, 500, 100):
        town.street((-400, at), (400, at))
        town.house((-250, at + 30))
    folder: Path = tmp_path_factory.mktemp("check") / "town"
    town.city(
        folder, "bottom_lines: rules.yaml", "zones:",
        "  - {path: north.geojson, kind: bird_reserve, visibility: public}",
        "  - {path: south.geojson, kind: bird_reserve, visibility: restricted}",
        boundary=square(0, 0, 900),
    )  # fmt: skip
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    for name, middle, called in (("north", 300, "Reed lake"), ("south", -300, SECRET)):
        town._geojson(folder / f"{name}.geojson", {called: square(0, middle, 100)})
    return town, folder


def plan(made: tuple[PbfTown, Path], to: Path, *middles: float, **more: Any) -> Path:
    town, _ = made
    features = [
        {
            "type": "Feature", "id": f"h{n}",
            "properties": {"kind": "add_housing", "people": 10, **more},
            "geometry": shapely.geometry.mapping(town.polygon(square(0, middle, 40))),
        }
        for n, middle in enumerate(middles)
    ]  # fmt: skip
    path = to / "plan.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def test_a_breach_has_clause_figures_and_cure(
    run: Run, made: tuple[PbfTown, Path], tmp_path: Path
) -> None:
    ended = run("check", made[1], plan(made, tmp_path, 300, 0), "--quick", "--lang", "en")
    assert ended.code == 4, ended.err
    assert "h0: It covers 1,600 m2 of the bird reserve (Reed lake)" in ended.out
    assert "Council 3/2024 [A]" in ended.out
    assert "Build elsewhere." in ended.out


def test_a_plan_that_breaks_nothing_passes(
    run: Run, made: tuple[PbfTown, Path], tmp_path: Path
) -> None:
    ended = run("check", made[1], plan(made, tmp_path, 0), "--lang", "zh")
    assert ended.code == 0, ended.err
    assert "方案未突破底线" in ended.out


def test_the_public_sees_nothing_of_a_restricted_line(
    run: Run, made: tuple[PbfTown, Path], tmp_path: Path
) -> None:
    given = plan(made, tmp_path, -300)
    files = [tmp_path / f"out.{ending}" for ending in ("geojson", "gpkg", "html")]
    options = [each for file in files for each in (f"--{file.suffix[1:]}", file)]
    inside = run("check", made[1], given, "--quick", *options)
    assert inside.code == 4
    assert SECRET in inside.out
    assert all(SECRET.encode() in file.read_bytes() for file in files)
    outside = run("check", made[1], given, "--quick", "--public", "--lang", "en", *options)
    assert outside.code == 3  # what is not shown is not known
    assert "1 rule that rests on layers which are not public" in outside.out
    told = run("check", made[1], given, "--quick", "--public", "--json")
    everything = [
        outside.out,
        outside.err,
        told.out,
        *(f.read_bytes().decode("latin-1") for f in files),
    ]
    for word in (SECRET, "south", "restricted", "h0: It"):
        assert [text for text in everything if word in text] == [], word
    assert json.loads(told.out)["rules_not_shown"] == 1


def test_the_public_result_of_a_hidden_breach_is_that_of_a_hidden_pass(
    run: Run, made: tuple[PbfTown, Path], tmp_path: Path
) -> None:
    def told(middle: float) -> Any:
        found = json.loads(
            run("check", made[1], plan(made, tmp_path, middle), "--public", "--quick", "--json").out
        )
        found["proof"].pop("input_sha256")
        return found

    assert told(-300) == told(0)


def test_files_hold_every_verdict(run: Run, made: tuple[PbfTown, Path], tmp_path: Path) -> None:
    import pyogrio

    path, packed = tmp_path / "o.geojson", tmp_path / "o.gpkg"
    run(
        "check",
        made[1],
        plan(made, tmp_path, 300, 0),
        "--quick",
        "--geojson",
        path,
        "--gpkg",
        packed,
    )
    rows = json.loads(path.read_text("utf-8"))["features"]
    assert [row["properties"]["status"] for row in rows] == ["breach", "pass"]
    assert rows[0]["geometry"]["type"] == "Polygon"
    assert dict(pyogrio.list_layers(packed)) == {"areas": "MultiPolygon", "verdicts": None}


def test_an_exception_without_its_document_is_bad_input(
    run: Run, made: tuple[PbfTown, Path], tmp_path: Path
) -> None:
    given = plan(made, tmp_path, 300, codes=["birds.path"])
    ended = run("check", made[1], given, "--quick")
    assert ended.code == 2
    assert "'birds.path' is claimed without its approval document" in ended.err
    given = plan(made, tmp_path, 300, codes=["birds.path"], approvals=["No. 7"])
    assert run("check", made[1], given, "--quick").code == 0


def test_zones_of_unknown_kind_are_bad_input(
    run: Run, made: tuple[PbfTown, Path], tmp_path: Path
) -> None:
    town, _ = made
    folder = town.city(
        tmp_path / "odd", "zones: {path: z.geojson, columns: {kind: name}}",
        boundary=square(0, 0, 900),
    )  # fmt: skip
    town._geojson(folder / "z.geojson", {"mauve line": square(0, 0, 100)})
    ended = run("check", folder, plan(made, tmp_path, 0))
    assert ended.code == 2
    assert "zones of unknown kind 'mauve line'" in ended.err
    assert len(ended.err.strip().splitlines()) <= 8


def test_a_city_without_a_bottom_line_is_told(
    run: Run, made: tuple[PbfTown, Path], tmp_path: Path
) -> None:
    folder = made[0].city(tmp_path / "bare", boundary=square(0, 0, 900))
    ended = run("check", folder, plan(made, tmp_path, 0), "--quick", "-q")
    assert ended.code == 2
    assert "no bottom line holds for this city" in ended.err
