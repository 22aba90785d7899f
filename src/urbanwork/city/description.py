"""The text of a new `city.yaml`: about ten lines, each with a word on what it is for."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from urbanwork.errors import UserError

SCHEMA_HERE = ".urbanwork/city.schema.json"
"""Where the schema lies in a city's folder, so that editors find it without the internet."""

MOST_STEPS_UP = 2
"""A file this near is named relative to the city, so that both can move together."""

_PLAIN = re.compile(r"(?:/|(?:\.\./)+)?[^\W\d_][\w./()-]*(?: [\w./()-]+)*")
_NOT_TEXT = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


@dataclass(frozen=True, slots=True)
class Description:
    """What a new city is made of; paths as they are to be written."""

    name: str
    name_zh: str | None
    as_of: date
    is_date_of_file: bool  # the extract does not state its own date
    jurisdiction: str
    osm: str
    boundary: str | None = None
    areas: str | None = None
    population: str | None = None
    gtfs: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


def description_text(city: Description) -> str:
    """Return the text of `city.yaml`; keys that are not used stand there as comments."""
    dated = (
        "of the file, as the extract states no date: mend it 文件日期，请核对"
        if city.is_date_of_file
        else "of the data 数据日期"
    )
    lines = [
        f"# yaml-language-server: $schema={SCHEMA_HERE}",
        _line("name", _scalar(city.name), "of the city 城市名称"),
        _line("name_zh", city.name_zh and _scalar(city.name_zh), "in Chinese 中文名"),
        _line("as_of", city.as_of.isoformat(), dated),
        _line(
            "jurisdiction", _scalar(city.jurisdiction), "whose standards hold, * for none 适用标准"
        ),
        _line("osm", _scalar(city.osm), "OpenStreetMap extract 地图数据"),
        _line("boundary", _path(city.boundary), "polygon 边界", "found in the extract 自动查找"),
        _line("areas", _path(city.areas), "districts 分区", "found in the extract 自动查找"),
        _line("population", _path(city.population), "raster 人口栅格", "estimated 由建筑估算"),
        _line("gtfs", _several(city.gtfs), "timetable 公交时刻表", "stops only 仅有站点"),
        _line("places", _several(city.places), "register 设施名录", "OpenStreetMap alone 仅用地图"),
    ]
    return "\n".join(lines) + "\n"


def written_path(path: Path, folder: Path) -> str:
    """Return a path as `city.yaml` in `folder` names it: relative when near, else absolute.

    Raises:
        UserError: the name of the file is not text (bytes of another encoding).
    """
    _check_name(path)
    real = Path(os.path.realpath(path.parent)) / path.name
    home = Path(os.path.realpath(folder.parent)) / folder.name
    relative = Path(os.path.relpath(real, home))
    steps_up = sum(part == ".." for part in relative.parts)
    return relative.as_posix() if steps_up <= MOST_STEPS_UP else str(real)


def _check_name(path: Path) -> None:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise UserError(f"{path!r}: the name of this file is no text; rename the file") from None


def name_of_folder(folder: Path) -> str:
    """Return the name of a city that a folder's name suggests.

    >>> name_of_folder(Path("las_palmas")), name_of_folder(Path("大连"))
    ('Las Palmas', '大连')
    """
    words = re.sub(r"[\s_-]+", " ", folder.absolute().name).strip()
    return words.title() if words == words.lower() else words


def chinese(name: str) -> str | None:
    """Return a name if it is written in Chinese."""
    return name if re.search(r"[\u3400-\u9fff]", name) else None


def _line(key: str, value: str | None, meaning: str, otherwise: str = "") -> str:
    """One key; without a value it is a comment, which says what happens without."""
    text = f"# {key}:" if value is None else f"{key}: {value}"
    if value is None and otherwise:
        meaning += f"; without: {otherwise}"
    return f"{text}{' ' * max(1, 36 - _width(text))}# {meaning}"


def _width(text: str) -> int:
    """Columns of text; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _path(path: str | None) -> str | None:
    return None if path is None else _scalar(path)


def _several(paths: Sequence[str]) -> str | None:
    if not paths:
        return None
    return _scalar(paths[0]) if len(paths) == 1 else _list(paths)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_scalar, texts))}]"


def _scalar(text: str) -> str:
    """Text as YAML reads it back: plain where that is safe, else in quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else f"\\U{ord(char):08X}"
