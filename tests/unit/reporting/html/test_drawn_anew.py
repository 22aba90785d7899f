"""What a report that is only drawn anew may cost."""

from __future__ import annotations

import subprocess
import sys

import pytest

from urbanwork.quantities.kept_yaml import cache_folder
from urbanwork.reporting.html import page

HEAVY = {"numba", "pyproj", "duckdb", "rasterio", "geopandas"}


def test_nothing_that_only_measuring_needs_is_loaded():
    # numba 0.4 s, pyproj 0.06 s: a changed standard has 1.5 s in all.
    code = (
        "import sys, urbanwork.api, urbanwork.cli.examining, urbanwork.reporting.html\n"
        f"print(*sorted({HEAVY} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """A new environment of templates on an empty cache each time it is called."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def compiled():
        page._environment.cache_clear()
        return page._environment().get_template("report.html.jinja")

    yield compiled
    page._environment.cache_clear()


def test_a_template_is_compiled_once(fresh, monkeypatch):
    fresh()
    monkeypatch.setattr("jinja2.Environment.compile", None)
    assert fresh().blocks is not None


def test_a_broken_template_of_the_cache_is_compiled_anew(fresh):
    fresh()
    [entry] = (cache_folder() / "templates").iterdir()
    kept = entry.read_bytes()
    entry.write_bytes(kept[:-9])
    fresh()
    assert entry.read_bytes() == kept


def test_a_cache_that_cannot_be_written_is_done_without(fresh, tmp_path):
    (tmp_path / "cache").write_text("a file, not a folder", encoding="utf-8")
    assert fresh().name == "report.html.jinja"
