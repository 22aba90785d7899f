"""Tags as columns of the layers: ids, names, numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from urbanwork.sources.layers import Flags, Floats, Text
from urbanwork.sources.osm.elements import Elements
from urbanwork.sources.osm.tags import Rows, Tags

NAME_KEYS = ("name",)
NAME_ZH_KEYS = ("name:zh", "name:zh-Hans", "name:zh-Hant", "name:zh-CN")
NAME_EN_KEYS = ("name:en", "int_name")
CAPACITY_KEYS = ("capacity", "capacity:persons", "capacity:pupils", "capacity:beds", "beds")
OPENED_KEYS = ("opening_date", "start_date")
LEVEL_KEY = "building:levels"
MOST_LEVELS = 200.0

READ_KEYS = (*NAME_KEYS, *NAME_ZH_KEYS, *NAME_EN_KEYS, *CAPACITY_KEYS, *OPENED_KEYS, LEVEL_KEY)

_NUMBER = r"\d+(?:[.,]\d+)?"
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


def ids_of(elements: Elements, rows: Rows) -> Text:
    """`node/1`, `way/2`, `relation/3` for feature rows."""
    result: Text = np.full(len(rows), None, dtype=object)
    parts = (
        ("node", elements.tagged_node, 0),
        ("way", elements.ways.id, elements.first_way),
        ("relation", elements.relations.id, elements.first_relation),
    )
    for name, ids, first in parts:
        inside = (rows >= first) & (rows < first + len(ids))
        result[inside] = [f"{name}/{number}" for number in ids[rows[inside] - first].tolist()]
    return result


def known(words: Text) -> Flags:
    """Which words are there rather than None.

    >>> known(np.array(["a", None], dtype=object))
    array([ True, False])
    """
    flags: Flags = np.not_equal(words, None)  # type: ignore[call-overload]
    return flags.astype(bool)


def first_text(tags: Tags, keys: tuple[str, ...], rows: Rows) -> Text:
    """The value of the first of some keys that an element has, None where it has none."""
    result = tags.text(keys[0], rows)
    for key in keys[1:]:
        lacks = ~known(result)
        if len(tags.column(key).rows) and lacks.any():
            result[lacks] = tags.text(key, rows[lacks])
    return result


def dates(tags: Tags, rows: Rows) -> Text:
    """ISO dates of opening, as precise as they are mapped (2005, 2005-09); None where unknown."""
    words = first_text(tags, OPENED_KEYS, rows)
    return _by_word(words, lambda word: word if _DATE.fullmatch(word) else None)


def capacities(tags: Tags, rows: Rows) -> Floats:
    """Seats or beds, nan where not mapped."""
    words = first_text(tags, CAPACITY_KEYS, rows)
    return _by_word(words, lambda word: next(iter(_numbers(word)), None)).astype(float)


def levels(tags: Tags, rows: Rows) -> tuple[Floats, int]:
    """Storeys, nan where not mapped, and how many values made no sense."""
    words = tags.text(LEVEL_KEY, rows)
    result = _by_word(words, storeys).astype(float)
    return result, int((np.isnan(result) & known(words)).sum())


def storeys(text: str) -> float | None:
    """Storeys above the ground as mappers write them, None for what is no such number.

    `3+1` is three and an attic, `2;3` or `2-4` a building of parts, taken in the middle.

    >>> [storeys(text) for text in ("3", "3.5", "3+1", "2;3", "2-4", "6层", "0", "ground")]
    [3.0, 3.5, 4.0, 2.5, 3.0, 6.0, None, None]
    """
    numbers = _numbers(text)
    if not numbers:
        return None
    count = sum(numbers) if "+" in text else (min(numbers) + max(numbers)) / 2
    return count if 0 < count <= MOST_LEVELS else None


def _numbers(text: str) -> list[float]:
    return [float(number.replace(",", ".")) for number in re.findall(_NUMBER, text)]


def _by_word(words: Text, read: Callable[[str], object]) -> Text:
    """Each word read, each distinct word only once; None stays None."""
    given = known(words)
    distinct, where = np.unique(words[given].astype(str), return_inverse=True)
    values = np.empty(len(distinct), dtype=object)
    values[:] = [read(str(word)) for word in distinct]
    result: Text = np.full(len(words), None, dtype=object)
    result[given] = values[where]
    return result
