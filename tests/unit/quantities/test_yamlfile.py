from __future__ import annotations

import time
from pathlib import Path

import pytest

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.quantities.yamlfile import MAX_BYTES, load_yaml, parse_yaml


def test_every_entry_keeps_its_line(tmp_path: Path) -> None:
    file = tmp_path / "city.yaml"
    file.write_text("# comment\nname: x\nsources:\n  osm: a.pbf\n  gtfs:\n    - b.zip\n    - c\n")
    data, lines = load_yaml(file)
    assert data == {"name": "x", "sources": {"osm": "a.pbf", "gtfs": ["b.zip", "c"]}}
    assert lines.of("name") == 2
    assert lines.of("sources", "osm") == 4
    assert lines.of("sources", "gtfs", 1) == 7
    assert lines.where("sources", "gtfs", 9) == f"{file}:5"


def test_plain_values_follow_yaml_1_2() -> None:
    text = (
        "a: no\nb: 07:00\nc: 2023-06-05\nd: 010\ne: 1.5\nf: true\ng:\nh: 'true'\n"
        "i: -.inf\nj: 0x10\nk: 1_000\nl: 2023-06-05T10:00:00\nm: ~\n"
    )
    data, _ = parse_yaml(text, name="x")
    assert data == {
        "a": "no", "b": "07:00", "c": "2023-06-05", "d": 10, "e": 1.5, "f": True, "g": None,
        "h": "true", "i": float("-inf"), "j": 16, "k": 1000, "l": "2023-06-05T10:00:00",
        "m": None,
    }  # fmt: skip


def test_numbers_as_keys_become_text() -> None:
    assert parse_yaml("5: a\n10: b\n", name="x")[0] == {"5": "a", "10": "b"}


def test_an_empty_file_gives_none(tmp_path: Path) -> None:
    (tmp_path / "e.yaml").write_text("# nothing\n")
    data, lines = load_yaml(tmp_path / "e.yaml")
    assert data is None
    assert lines.of("anything") == 1


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_bytes("名称: 大连\n".encode("utf-8-sig"))
    assert load_yaml(tmp_path / "b.yaml")[0] == {"名称": "大连"}


def test_keys_given_twice_and_tags_are_told_at_once_with_their_lines() -> None:
    text = "a: 1\nb: !!python/object:os.system x\nc:\n  d: 1\n  d: 2\na: 3\n"
    with pytest.raises(ManyFaultsError) as caught:
        parse_yaml(text, name="city.yaml")
    assert [fault.split(" ")[0] for fault in caught.value.faults] == [
        "city.yaml:2:", "city.yaml:5:", "city.yaml:6:",
    ]  # fmt: skip
    assert "'d' is given twice (first in line 4)" in caught.value.faults[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [1, 2\nb: 3\n", "city.yaml:2: this is not valid YAML"),
        ("a:\n\tb: 1\n", "indent with spaces, not tabs"),
        ("a: *nothing\n", "city.yaml:1: this is not valid YAML"),
        ("a: 1\n---\nb: 2\n", "not valid YAML"),
        ("a: &x [*x]\n", "contains itself"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", "'<<' is not read"),
        ("a: \x01\n", "not valid YAML"),
        ("[" * 200_000, "nested too deeply"),
        ("- " * 200_000, "nested too deeply"),
        ("? [a, b]\n: 1\n", "a key must be a word"),
        ("a: !!int word\n", "cannot be read as a number"),
    ],
)
def test_a_fault_is_one_sentence_with_the_line(text: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_yaml(text, name="city.yaml")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_alias_bomb_is_refused_quickly() -> None:
    rows = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    rows += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    start = time.perf_counter()
    with pytest.raises(UserError, match="aliases"):
        parse_yaml("\n".join(rows), name="city.yaml")
    assert time.perf_counter() - start < 5


def test_aliases_that_unfold_to_little_are_read() -> None:
    assert parse_yaml("a: &x [1, 2]\nb: *x\n", name="x")[0] == {"a": [1, 2], "b": [1, 2]}


def test_wrong_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        load_yaml(tmp_path / "missing.yaml")
    with pytest.raises(UserError, match="folder"):
        load_yaml(tmp_path)
    (tmp_path / "gbk.yaml").write_bytes("名称: 大连".encode("gb18030"))
    with pytest.raises(UserError, match="not UTF-8"):
        load_yaml(tmp_path / "gbk.yaml")
    (tmp_path / "large.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(UserError, match="bytes, more than"):
        load_yaml(tmp_path / "large.yaml")
