from __future__ import annotations

from pathlib import Path

import pytest

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.quantities.datum import wgs84_to_gcj02
from urbanwork.sources.corrections import Correction, Target, read_corrections

STREET = "  action: add\n  what: street\n  line: [[1, 2], [3, 4]]\n"
PARK = "  action: add\n  category: park\n  lon: 1\n  lat: 2\n"
SIGNED = "  author: Wang\n  date: 2026-03-01\n  evidence: site visit\n"


def read(tmp_path: Path, text: str) -> tuple[Correction, ...]:
    path = tmp_path / "corrections.yaml"
    path.write_text(text, encoding="utf-8")
    return read_corrections(path)


def faults(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ManyFaultsError) as caught:
        read(tmp_path, text)
    start = len(str(tmp_path / "corrections.yaml"))
    return [fault[start:] for fault in caught.value.faults]


def test_every_kind_of_entry_is_read(tmp_path: Path) -> None:
    text = (
        f"- action: add\n{SIGNED}  category: park\n  name: New Park\n  lon: 10.5\n  lat: 50\n"
        "  capacity: 20\n  opened: 2026-01\n  expires: 2027-01-01\n  reason: too new for the map\n"
        f"- action: close\n{SIGNED}  target: node/5\n"
        f"- action: move\n{SIGNED}  target: {{category: park, name: P, lon: 10, lat: 50}}\n"
        "  lon: 10.1\n  lat: 50.1\n"
        f"- action: reopen\n{SIGNED}  target: way/7\n  expires: never\n"
        f"- action: close\n  what: street\n{SIGNED}  target: way/9\n"
        "  from: [10, 50]\n  to: [10.1, 50]\n"
        f"- action: add\n  what: street\n{SIGNED}  line: [[10, 50], [10.1, 50], [10.2, 50]]\n"
        f"- action: reopen\n  what: street\n{SIGNED}  target: way/11\n  highway: footway\n"
    )
    added, closed, moved, reopened, cut, drawn, opened = read(tmp_path, text)
    assert (added.category, added.name, added.at, added.capacity) == (
        "park", "New Park", (10.5, 50.0), 20.0,
    )  # fmt: skip
    assert (added.opened, added.expires, added.reason) == (
        "2026-01", "2027-01-01", "too new for the map",
    )  # fmt: skip
    assert (added.author, added.date, added.evidence) == ("Wang", "2026-03-01", "site visit")
    assert closed.target == Target(id="node/5")
    assert moved.target == Target(category="park", name="P", at=(10.0, 50.0))
    assert moved.at == (10.1, 50.1)
    assert reopened.expires is None
    assert cut.part == ((10.0, 50.0), (10.1, 50.0))
    assert (len(drawn.line), drawn.highway) == (3, "residential")
    assert opened.highway == "footway"
    assert added.where.endswith("corrections.yaml:1")
    assert closed.where.endswith("corrections.yaml:13")
    assert closed.shown()["where"] == "corrections.yaml:13"  # the same wherever the city lies


def test_ids_hang_on_the_entry_alone(tmp_path: Path) -> None:
    one = f"- action: close\n{SIGNED}  target: node/5\n"
    other = f"- action: close\n{SIGNED}  target: node/6\n"
    swapped = f"- target: node/5\n{SIGNED}  action: close\n"
    first, second = read(tmp_path, one + other)
    assert first.id != second.id
    assert [each.id for each in read(tmp_path, "# note\n" + other + swapped)] == [
        second.id, first.id,
    ]  # fmt: skip
    assert first.id.startswith("correction/")


def test_a_datum_may_be_declared_for_an_entry(tmp_path: Path) -> None:
    lon, lat = (float(value) for value in wgs84_to_gcj02(121.6, 38.9))
    text = (
        f"- action: move\n{SIGNED}  datum: gcj02\n"
        f"  target: {{name: P, lon: {lon!r}, lat: {lat!r}}}\n"
        f"  lon: {lon!r}\n  lat: {lat!r}\n"
    )
    (moved,) = read(tmp_path, text)
    assert moved.at == pytest.approx((121.6, 38.9), abs=1e-8)
    assert moved.target is not None
    assert moved.target.at == pytest.approx((121.6, 38.9), abs=1e-8)


def test_an_empty_file_and_a_list_under_a_key_are_fine(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing yet\n") == ()
    assert read(tmp_path, "corrections: []\n") == ()
    text = f"corrections:\n  - action: close\n{SIGNED.replace('  ', '    ')}    target: node/5\n"
    assert read(tmp_path, text)[0].where.endswith(":2")


def test_all_faults_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    text = (
        "- action: clse\n  author: W\n"
        f"- action: add\n{SIGNED}  categry: park\n  lon: 200\n  lat: 50\n"
        "- just text\n"
        f"- action: add\n{SIGNED}  category: kindergaten\n  lon: 50\n  lat: 100\n  capacity: -3\n"
        "- action: close\n  author: W\n  date: 2026-02-30\n  target: node/1\n"
        f"- action: move\n  what: street\n{SIGNED}  target: way/1\n"
    )
    told = faults(tmp_path, text)
    assert told == [
        ":1: action: got 'clse', wanted add, close, move, reopen",
        ":3: category is missing; 'add' of a place needs it",
        ":7: 'add' of a place has no key 'categry'; did you mean 'category'?",
        ":8: longitude 200, latitude 50 is no place on earth",
        ":10: wanted 'key: value' lines such as 'action: close'",
        ":15: there is no category 'kindergaten'; did you mean 'kindergarten'?",
        ":16: longitude 50, latitude 100 is no place on earth; swap them",
        ":18: capacity: got '-3', wanted a number, 0 or more",
        ":19: evidence is missing; 'close' of a place needs it",
        ":21: date: got '2026-02-30', wanted a date such as 2026-01-31",
        ":23: action: got 'move', wanted add, close, reopen",
    ]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("  action: close\n  target: [1]\n", "wanted an id such as way/123"),
        ("  action: close\n  target: {}\n", "say an id, or a name"),
        ("  action: close\n  target: {nme: x}\n", "a target has no key 'nme'"),
        ("  action: close\n  what: street\n  target: way/1\n  from: [1, 2]\n", "come together"),
        ("  action: add\n  what: street\n  line: [[1, 2]]\n", "two or more points"),
        ("  action: add\n  what: street\n  line: [[1, 2], [3, x]]\n", "longitude and latitude"),
        (STREET + "  highway: road\n", "highway: got"),
        (STREET + "  oneway: maybe\n", "true or false"),
        (PARK + "  opened: soon\n", "opened: got 'soon'"),
        (PARK + "  datum: bd10\n", "datum: got 'bd10'"),
        ("  action: add\n  category: park\n  lon: 1\n", "lat is missing"),
        (PARK + "  name: [x]\n", "name: wanted text"),
    ],
)  # fmt: skip
def test_wrong_values_are_named(tmp_path: Path, entry: str, words: str) -> None:
    told = faults(tmp_path, "-" + entry[1:] + SIGNED)
    assert any(words in fault for fault in told)


def test_an_entry_given_twice_is_told(tmp_path: Path) -> None:
    one = f"- action: close\n{SIGNED}  target: node/5\n"
    assert "the entry is the same as that of" in faults(tmp_path, one + one)[0]


def test_a_file_that_is_no_list_is_told(tmp_path: Path) -> None:
    assert "wanted a list of corrections" in faults(tmp_path, "action: close\n")[0]
    with pytest.raises(UserError, match="no such file"):
        read_corrections(tmp_path / "none.yaml")
