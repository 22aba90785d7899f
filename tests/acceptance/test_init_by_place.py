"""`urbanwork init --place`, from the command line, against a server on the loopback address."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from osmfile import write_pbf
from urbanwork.city.reading import read_settings
from web_server import serving


def _init(folder: Path, place: str, index: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return subprocess.run(
        [sys.executable, "-m", "urbanwork.cli.main", "init", str(folder), "--place", place],
        env={**plain, "URBANWORK_EXTRACTS": index, "LANG": "C.UTF-8"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def _index(url: str) -> bytes:
    region = {"id": "andorra", "name": "Andorra", "iso3166-1:alpha2": ["AD"], "urls": {"pbf": url}}
    return json.dumps({"features": [{"properties": region}]}).encode()


def test_a_place_becomes_a_city_and_the_size_is_shown(tmp_path: Path) -> None:
    extract = write_pbf(tmp_path / "x", {1: (1.5, 42.5, {})}, bbox=(1.4, 42.4, 1.8, 42.7))
    with serving() as site:
        site.files = {
            "/i.json": _index("andorra.osm.pbf"),
            "/andorra.osm.pbf": extract.read_bytes(),
        }
        done = _init(tmp_path / "mycity", "Andorra", site.url("/i.json"))
    assert done.returncode == 0, done.stderr
    assert " MB" in done.stderr
    assert read_settings(tmp_path / "mycity").jurisdiction == "AD"


@pytest.mark.parametrize("place", ["Andorra", "Andora"])
def test_without_internet_one_sentence_and_exit_code_2(tmp_path: Path, place: str) -> None:
    done = _init(tmp_path / "mycity", place, "http://127.0.0.1:9/index-v1.json")
    assert done.returncode == 2
    assert "give it with --osm" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
