"""`docs/city.md` tells all that `city.yaml` may hold, and nothing that it may not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from urbanwork.city.reading import read_settings
from urbanwork.city.setting_faults import _children
from urbanwork.city.settings import CitySettings

DOCUMENT = Path(__file__).parents[3] / "docs" / "city.md"


def _keys(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def test_every_key_is_told_of() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    models = [CitySettings, *(child for _, child in _children(CitySettings))]
    keys = {key for model in models for key in _keys(model)}
    missing = [key for key in sorted(keys) if not re.search(rf"[`{{ .]{key}[`:]", text)]
    assert missing == []


def test_every_key_in_the_table_exists() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    tops = {row.partition(".")[0] for row in rows}
    assert tops == _keys(CitySettings)


@pytest.mark.parametrize("place", range(3))
def test_every_example_is_a_valid_description(place: int, tmp_path: Path) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 3
    text = examples[place]
    if not text.startswith("name:"):
        text = "name: X\nosm: andorra.osm.pbf\n" + text
    for name in re.findall(r"[\w.]+\.(?:osm\.pbf|geojson|shp|xlsx)", text):
        (tmp_path / name).write_text("")
    (tmp_path / "city.yaml").write_text(text, encoding="utf-8")
    read_settings(tmp_path)
