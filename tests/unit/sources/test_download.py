"""Downloads and the index of extracts, against a server on the loopback address."""

from __future__ import annotations

import hashlib
import json
import socket
import urllib.request
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from urbanwork.errors import UserError
from urbanwork.sources import web
from urbanwork.sources.download import download as download_with_pauses
from urbanwork.sources.extract_index import find_extract, read_index
from web_server import Site, serving

download = partial(download_with_pauses, pause_s=0.0)

DATA = bytes(range(256)) * 8000  # 2 MB


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "URBANWORK_EXTRACTS"):
        monkeypatch.delenv(name, raising=False)
    with serving() as site:
        site.files["/a.osm.pbf"] = DATA
        yield site


def _md5(data: bytes) -> bytes:
    return f"{hashlib.md5(data).hexdigest()}  a.osm.pbf\n".encode()


def _fault(url: str, target: Path, **options: Any) -> str:
    with pytest.raises(UserError) as fault:
        download(url, target, **options)
    text = str(fault.value)
    assert "\n" not in text
    assert not target.exists()
    return text


def test_a_file_comes_whole_and_leaves_nothing_else(site: Site, tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.osm.pbf"
    assert download(site.url("/a.osm.pbf"), target) == target
    assert target.read_bytes() == DATA
    assert list(target.parent.iterdir()) == [target]


def test_progress_is_told_up_to_the_end(site: Site, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    download(
        site.url("/a.osm.pbf"),
        tmp_path / "a",
        progress=lambda done, all_: told.append((done, all_)),
    )
    assert told[-1] == (len(DATA), len(DATA))
    assert told == sorted(told)
    assert len(told) > 2


def test_a_broken_connection_is_taken_up_again_where_it_broke(site: Site, tmp_path: Path) -> None:
    site.cut_after = [500_000, 700_000]
    download(site.url("/a.osm.pbf"), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == DATA
    assert [asked for path, asked in site.asked if path == "/a.osm.pbf"] == [
        None, "bytes=500000-", "bytes=1200000-",
    ]  # fmt: skip


def test_a_broken_download_goes_on_in_a_later_run(site: Site, tmp_path: Path) -> None:
    site.cut_after = [500_000, 0, 0, 0]
    fault = _fault(site.url("/a.osm.pbf"), tmp_path / "a")
    assert "breaks off again and again" in fault
    assert "run the same command again to go on from there" in fault
    download(site.url("/a.osm.pbf"), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == DATA
    assert site.asked[-1] == ("/a.osm.pbf", "bytes=500000-")


def test_a_file_that_changed_meanwhile_is_begun_anew(site: Site, tmp_path: Path) -> None:
    site.cut_after = [500_000, 0, 0, 0]
    _fault(site.url("/a.osm.pbf"), tmp_path / "a")
    site.version, site.files["/a.osm.pbf"] = '"2"', DATA[::-1]
    download(site.url("/a.osm.pbf"), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == DATA[::-1]


def test_without_a_version_nothing_is_continued(site: Site, tmp_path: Path) -> None:
    site.version = ""
    site.cut_after = [500_000]
    download(site.url("/a.osm.pbf"), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == DATA
    assert [asked for _, asked in site.asked] == [None, None, None]  # the first is for the .md5


def test_a_part_longer_than_the_file_is_begun_anew(site: Site, tmp_path: Path) -> None:
    (tmp_path / "a.part").write_bytes(DATA + b"more")
    note = {"url": site.url("/a.osm.pbf"), "version": '"1"'}
    (tmp_path / "a.part.json").write_text(json.dumps(note))
    download(site.url("/a.osm.pbf"), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == DATA


def test_the_published_checksum_is_held_against_the_file(site: Site, tmp_path: Path) -> None:
    site.files["/a.osm.pbf.md5"] = _md5(DATA)
    download(site.url("/a.osm.pbf"), tmp_path / "a")
    site.files["/a.osm.pbf.md5"] = _md5(DATA[:-1])
    assert "arrived damaged" in _fault(site.url("/a.osm.pbf"), tmp_path / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_page_in_place_of_the_checksum_is_no_checksum(site: Site, tmp_path: Path) -> None:
    site.files["/a.osm.pbf.md5"] = b"<!DOCTYPE html><title>Welcome</title>"
    download(site.url("/a.osm.pbf"), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == DATA
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_redirects_are_followed_but_not_off_the_web(site: Site, tmp_path: Path) -> None:
    site.redirects["/latest.osm.pbf"] = "/a.osm.pbf"
    download(site.url("/latest.osm.pbf"), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == DATA
    site.redirects["/evil.osm.pbf"] = "file:///etc/passwd"
    assert "address that is not followed" in _fault(site.url("/evil.osm.pbf"), tmp_path / "b")


def test_an_encrypted_connection_does_not_lead_to_one_that_is_not() -> None:
    asked = urllib.request.Request("https://maps.example/a")
    with pytest.raises(UserError, match=r"leads on to http://maps\.example/a, which"):
        web._NoWayBackToHttp().redirect_request(
            asked, BytesIO(), 302, "Found", {}, "http://maps.example/a"
        )


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, "the server has no such file (404)"),
        (403, "the server refuses it (403); without internet, download an extract on another"),
        (429, "cannot answer now (429); try again later"),
        (503, "cannot answer now (503); try again later"),
    ],
)
def test_what_the_server_refuses_is_told(
    site: Site, tmp_path: Path, status: int, expected: str
) -> None:
    site.status["/a.osm.pbf"] = status
    assert expected in _fault(site.url("/a.osm.pbf"), tmp_path / "a")


def test_a_file_over_the_limit_is_not_fetched(site: Site, tmp_path: Path) -> None:
    fault = _fault(site.url("/a.osm.pbf"), tmp_path / "a", most_bytes=1_000_000)
    assert "over the limit of 0.0 GB; take a smaller region" in fault
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_unknown_size_stops_at_the_limit(site: Site, tmp_path: Path) -> None:
    site.says_length = False
    assert "over the limit" in _fault(site.url("/a.osm.pbf"), tmp_path / "a", most_bytes=1_000_000)
    download(site.url("/a.osm.pbf"), tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == DATA


def test_a_disk_without_room_is_told_before(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 1_000_000})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    fault = _fault(site.url("/a.osm.pbf"), tmp_path / "a")
    assert "has 2 MB, but the disk of" in fault
    assert "has 1 MB free" in fault


def test_a_folder_that_cannot_be_written_is_told(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written" in _fault(site.url("/a.osm.pbf"), tmp_path / "file" / "a")


def test_nobody_there_tells_how_to_do_without(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fault = _fault(f"http://127.0.0.1:{port}/a.osm.pbf", tmp_path / "a")
    assert "cannot be reached" in fault
    assert "download an extract on another machine and give it with --osm" in fault


def test_a_silent_server_is_not_waited_for_forever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/a.osm.pbf"
        assert "no answer within 0 s" in _fault(url, tmp_path / "a")


@pytest.mark.parametrize("url", ["ftp://a/b", "file:///etc/passwd", "a.osm.pbf", "http:///a", ""])
def test_an_address_that_is_none_of_the_web_is_refused(url: str, tmp_path: Path) -> None:
    assert "is no address of the web" in _fault(url, tmp_path / "a")


# The index


def _region(identity: str, name: str, parent: str | None = "europe", **more: Any) -> dict[str, Any]:
    own = {"id": identity, "name": name, "parent": parent}
    urls = {"urls": {"pbf": f"{identity}-latest.osm.pbf"}}
    return {"type": "Feature", "properties": {**own, **urls, **more}, "geometry": None}


INDEX = {
    "type": "FeatureCollection",
    "features": [
        _region("andorra", "Andorra", **{"iso3166-1:alpha2": ["AD"]}),
        _region("georgia", "Georgia", **{"iso3166-1:alpha2": ["GE"]}),
        _region("us/georgia", "Georgia", "north-america", **{"iso3166-2": ["US-GA"]}),
        _region("ireland-and-northern-ireland", "Ireland and Northern Ireland",
                **{"iso3166-1:alpha2": ["IE", "GB"]}),
        _region("lodzkie", "Województwo łódzkie<br />(Łódź Voivodeship)", "poland",
                **{"iso3166-2": ["PL-10"]}),
        _region("ile-de-france", "Île-de-France", "france", **{"iso3166-2": ["FR-IDF"]}),
        {"type": "Feature", "properties": {"id": "nothing", "name": "Nothing", "urls": {}}},
    ],
}  # fmt: skip


@pytest.fixture
def index(site: Site) -> str:
    site.files["/index-v1.json"] = json.dumps(INDEX).encode()
    return site.url("/index-v1.json")


@pytest.mark.parametrize(
    ("place", "identity", "country"),
    [
        ("Andorra", "andorra", "AD"),
        (" ANDORRA ", "andorra", "AD"),
        ("ad", "andorra", "AD"),
        ("georgia", "georgia", "GE"),
        ("us/georgia", "us/georgia", "US"),
        ("Ile de France", "ile-de-france", "FR"),
        ("Łódź Voivodeship", "lodzkie", "PL"),
        ("Wojewodztwo lodzkie", "lodzkie", "PL"),
        ("Ireland and Northern Ireland", "ireland-and-northern-ireland", None),
    ],
)
def test_a_place_is_found_by_any_of_its_names(
    index: str, place: str, identity: str, country: str | None
) -> None:
    found = find_extract(place, index)
    assert (found.id, found.country) == (identity, country)
    assert found.url == index.replace("index-v1.json", f"{identity}-latest.osm.pbf")


def test_the_index_may_be_named_by_the_environment(
    index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("URBANWORK_EXTRACTS", index)
    assert find_extract("Andorra").id == "andorra"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("Georgia", "may mean georgia (Georgia, europe) or us/georgia (Georgia, north-america)"),
        ("Andora", "did you mean 'Andorra'?"),
        ("Helsinki", "its regions are countries and states: give the one that holds your city"),
        ("", "is no region of"),
        ("大连", "is no region of"),
    ],
)
def test_a_place_that_is_none_or_several_is_told(index: str, place: str, expected: str) -> None:
    with pytest.raises(UserError) as fault:
        find_extract(place, index)
    assert expected in str(fault.value)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>", b"[]", b"{}", b'{"features": 3}', b'{"features": [{"properties": {}}]}',
     b'{"features": []}', b'{"features": [1]}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_index_is_told(data: bytes) -> None:
    with pytest.raises(UserError, match=r"no index of extracts|no region with an \.osm\.pbf"):
        read_index(data, "http://127.0.0.1/index-v1.json")


def test_an_index_that_is_a_flood_is_cut_off(
    site: Site, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("urbanwork.sources.extract_index.MOST_INDEX_BYTES", 100)
    with pytest.raises(UserError, match="is larger than the 100 bytes expected there"):
        find_extract("Andorra", index)
