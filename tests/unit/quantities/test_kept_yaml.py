"""What YAML files of the package say is kept, and only what is right is read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from urbanwork.quantities import kept_yaml
from urbanwork.quantities.kept_yaml import cache_folder, load_own_yaml
from urbanwork.quantities.yamlfile import load_yaml


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A YAML file of a package that stands alone, with an empty cache beside it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(kept_yaml, "_PACKAGE", tmp_path / "package")
    file = tmp_path / "package" / "a.yaml"
    file.parent.mkdir()
    file.write_text("places:\n  - 1\n  - two: 大连\n", encoding="utf-8")
    return file


def entries() -> list[Path]:
    return list((cache_folder() / "yaml").glob("*"))


def refuse(path):
    raise AssertionError(f"{path} is parsed again")


def test_what_is_kept_equals_what_the_file_says(own, monkeypatch):
    first = load_own_yaml(own)
    monkeypatch.setattr(kept_yaml, "load_yaml", refuse)
    assert load_own_yaml(own) == first == load_yaml(own)


def test_a_changed_file_is_read_anew_and_leaves_one_entry(own):
    load_own_yaml(own)
    own.write_text("places: []\n", encoding="utf-8")
    assert load_own_yaml(own)[0] == {"places": []}
    assert len(entries()) == 1


@pytest.mark.parametrize("damage", [lambda kept: kept[:-3], lambda kept: kept[:-1] + b"x"])
def test_a_damaged_entry_is_not_believed(own, damage):
    load_own_yaml(own)
    [entry] = entries()
    entry.write_bytes(damage(entry.read_bytes()))
    assert load_own_yaml(own) == load_yaml(own)


def test_changing_what_was_read_does_not_change_what_is_kept(own):
    load_own_yaml(own)[0]["places"].clear()
    assert load_own_yaml(own)[0]["places"] == [1, {"two": "大连"}]


def test_where_nothing_can_be_kept_the_file_is_read_as_any_other(own, tmp_path):
    (tmp_path / "cache").write_text("a file, not a folder", encoding="utf-8")
    assert load_own_yaml(own) == load_yaml(own)


def test_files_of_the_user_are_not_kept(own, tmp_path):
    theirs = tmp_path / "theirs.yaml"
    theirs.write_text("a: 1\n", encoding="utf-8")
    assert load_own_yaml(theirs)[0] == {"a": 1}
    assert entries() == []
