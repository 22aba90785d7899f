"""What is wrong with a file is said before anything is decoded."""

from __future__ import annotations

import gzip
import random
import re
import zipfile
from pathlib import Path

import pytest

import osmfile
from osmfile import write_pbf
from urbanwork.errors import UserError
from urbanwork.sources.osm import read_osm
from urbanwork.sources.osm.frames import checked_header

TOWN = {1: (10.0, 50.0, {}), 2: (10.001, 50.0, {"shop": "bakery"}), 3: (10.001, 50.001, {})}
ROADS = {7: ([1, 2, 3], {"highway": "residential"})}


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return write_pbf(
        tmp_path / "town.osm.pbf", TOWN, ROADS, bbox=(9.9, 49.9, 10.1, 50.1), timestamp=1677000000
    )


def test_header_gives_box_program_and_date(extract: Path) -> None:
    header = checked_header(extract)

    assert header.bbox == pytest.approx((9.9, 49.9, 10.1, 50.1))
    assert header.program == "tests/osmfile.py"
    assert header.data_date == "2023-02-21"


def test_header_without_box_and_date_leaves_them_open(tmp_path: Path) -> None:
    header = checked_header(write_pbf(tmp_path / "town.osm.pbf", TOWN, ROADS))

    assert header.bbox is None
    assert header.data_date is None


def test_date_is_read_from_the_optional_feature_that_old_programs_write(shared: Path) -> None:
    assert checked_header(shared / "cities/monaco_osrm.osm.pbf").data_date == "2016-03-05"


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        read_osm(tmp_path / "nowhere.osm.pbf")


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="this is a folder"):
        read_osm(tmp_path)


def test_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.osm.pbf"
    path.touch()

    with pytest.raises(UserError, match=r"empty \(0 bytes\)"):
        read_osm(path)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b'<?xml version="1.0"?><osm version="0.6"></osm>', "OpenStreetMap XML"),
        (b'\xef\xbb\xbf<osm version="0.6"></osm>', "OpenStreetMap XML"),
        (b"<!doctype HTML><title>404</title>", "a web page"),
        (gzip.compress(b"anything", mtime=0), "a gzip archive"),
        (b"BZh91AY&SY", "a bzip2 archive"),
        (b"SQLite format 3\x00", "a SQLite or GeoPackage file"),
        (b'{"type": "FeatureCollection"}', "JSON or GeoJSON"),
        (b"\xff\xe0\x04o5m2", "an o5m file"),
    ],
)
def test_file_of_another_kind_is_named(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "city.osm.pbf"
    path.write_bytes(content)

    with pytest.raises(UserError, match=f"no OpenStreetMap PBF; it looks like {what}"):
        read_osm(path)


def test_zip_is_named(tmp_path: Path, extract: Path) -> None:
    path = tmp_path / "city.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(extract)

    with pytest.raises(UserError, match="it looks like a ZIP archive; unpack it"):
        read_osm(path)


@pytest.mark.parametrize("content", [b"\x00" * 99, b"hello world, this is text", b"\x00\x00"])
def test_file_of_no_known_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "city.osm.pbf"
    path.write_bytes(content)

    with pytest.raises(UserError, match="no OpenStreetMap PBF"):
        read_osm(path)


def test_cut_anywhere_but_between_blocks_is_truncated(tmp_path: Path, extract: Path) -> None:
    whole = extract.read_bytes()
    path = tmp_path / "cut.osm.pbf"
    wrong = []
    for size in range(1, len(whole)):
        path.write_bytes(whole[:size])
        try:
            checked_header(path)
        except UserError as error:
            if not re.search("truncated|no OpenStreetMap PBF", str(error)):
                wrong.append((size, str(error)))
        else:
            wrong.append((size, "read"))

    between_blocks = [size for size, what in wrong if what == "read"]
    assert len(between_blocks) == 2  # after the header, after the nodes
    assert len(wrong) == 2


def test_truncation_says_at_which_byte(tmp_path: Path, shared: Path) -> None:
    whole = (shared / "cities/munich_center.osm.pbf").read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[:500_000])

    with pytest.raises(UserError, match=r"truncated: it ends at byte 500,000 within the block"):
        read_osm(path)


def test_file_cut_behind_the_nodes_has_no_ways(tmp_path: Path) -> None:
    path = write_pbf(tmp_path / "nodes.osm.pbf", TOWN)

    with pytest.raises(UserError, match="has 3 nodes but not one way"):
        read_osm(path)


def test_history_files_are_refused(tmp_path: Path) -> None:
    required = ("OsmSchema-V0.6", "DenseNodes", "HistoricalInformation")
    path = write_pbf(tmp_path / "history.osm.pbf", TOWN, ROADS, required=required)

    with pytest.raises(UserError, match="needs HistoricalInformation, which cannot be read"):
        read_osm(path)


def test_damage_within_a_block_is_a_clear_error(tmp_path: Path, shared: Path) -> None:
    whole = bytearray((shared / "cities/munich_center.osm.pbf").read_bytes())
    whole[300_000:300_040] = bytes(40)
    path = tmp_path / "damaged.osm.pbf"
    path.write_bytes(whole)

    with pytest.raises(UserError, match="damaged"):
        read_osm(path)


def test_no_damage_of_the_content_is_more_than_a_user_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes are spoilt before they are compressed, so that no checksum tells."""
    chance = random.Random(7)
    plain = osmfile._blob

    def spoilt(kind: str, content: bytes) -> bytes:
        damaged = bytearray(content)
        if kind == "OSMData":
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        return plain(kind, bytes(damaged))

    monkeypatch.setattr(osmfile, "_blob", spoilt)
    relations = {8: ([("way", 7, "outer"), ("node", 2, "label")], {"type": "multipolygon"})}
    refused = 0
    for number in range(25):
        path = write_pbf(tmp_path / f"{number}.osm.pbf", TOWN, ROADS, relations)
        try:
            read_osm(path)
        except UserError:
            refused += 1

    assert 5 < refused < 25


def test_other_compression_is_named(tmp_path: Path, extract: Path) -> None:
    # The content of the second blob (0x1a: field 3, zlib) is declared to be Zstandard (field 7).
    whole = bytearray(extract.read_bytes())
    at = whole.index(b"OSMData")
    zlib_field = whole.index(b"\x78\x9c", at) - 2
    assert whole[zlib_field] == 0x1A
    whole[zlib_field] = 7 << 3 | 2
    path = tmp_path / "zstd.osm.pbf"
    path.write_bytes(whole)

    with pytest.raises(UserError, match="compressed with Zstandard"):
        read_osm(path)
