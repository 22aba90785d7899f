"""Reading `corrections.yaml`: all entries, or all faults at once with file and line."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from urbanwork.errors import ManyFaultsError
from urbanwork.quantities.datum import Datum, to_wgs84
from urbanwork.quantities.yamlfile import Lines, load_yaml_and_faults
from urbanwork.sources.corrections.entries import (
    ACTIONS,
    ADD,
    CLOSE,
    MOVE,
    PLACE,
    REOPEN,
    STREET,
    Correction,
    Point,
    Target,
)
from urbanwork.sources.register.values import iso_date

COMMON = ("action", "what", "author", "date", "evidence", "reason", "expires", "datum")
REQUIRED = ("author", "date", "evidence")
TARGET_KEYS = ("id", "category", "name", "lon", "lat")
KEYS: dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]] = {
    (ADD, PLACE): (("category", "lon", "lat"),
                   ("name", "name_zh", "name_en", "capacity", "opened")),
    (CLOSE, PLACE): (("target",), ()),
    (MOVE, PLACE): (("target", "lon", "lat"), ()),
    (REOPEN, PLACE): (("target",), ()),
    (ADD, STREET): (("line",), ("name", "highway", "oneway")),
    (CLOSE, STREET): (("target",), ("from", "to")),
    (REOPEN, STREET): (("target",), ("highway",)),
}  # fmt: skip
"""For each action and kind: the keys that it needs and those that it may have."""

HIGHWAYS = (
    "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street",
    "service", "pedestrian", "footway", "path", "steps", "cycleway", "track",
)  # fmt: skip
DATUMS = ("wgs84", "gcj02", "bd09")
NEVER = ("never", "none", "")


def read_corrections(
    path: Path | str, *, categories: Iterable[str] | None = None
) -> tuple[Correction, ...]:
    """The corrections of a file in its order; an empty file has none.

    The file is a list of entries, or a mapping with the list under `corrections`. An entry has
    `action` (add, close, move, reopen), `what` (place unless it says street), `author`, `date`,
    `evidence`, perhaps `expires` and `reason`, and what its action needs; see KEYS. A `target`
    is an id (way/123) or a mapping of category, name, lon, lat. `datum: gcj02` declares the
    coordinates of one entry.

    Args:
        path: the file.
        categories: known categories of place; by default those of `categories.yaml`.

    Raises:
        UserError: the file cannot be read or is not YAML.
        ManyFaultsError: every fault of every entry, with file and line.
    """
    data, lines, faults = load_yaml_and_faults(path)
    known = tuple(_own_categories() if categories is None else categories)
    base: tuple[str | int, ...] = ()
    if isinstance(data, dict) and set(data) == {"corrections"}:
        data, base = data["corrections"], ("corrections",)
    if data is not None and not isinstance(data, list):
        faults.append(f"{lines.where(*base)}: wanted a list of corrections, each '- action: ...'")
        data = None
    entries = [
        _Entry(entry, (*base, place), lines, known) for place, entry in enumerate(data or [])
    ]
    corrections = [entry.correction() for entry in entries]
    faults += [fault for entry in entries for fault in entry.faults]
    faults += _repeated(corrections)
    if faults:
        raise ManyFaultsError(sorted(faults, key=lambda fault: _line_number(fault, lines)))
    return tuple(corrections)


def _own_categories() -> tuple[str, ...]:
    from urbanwork.sources.osm.categories import load_categories

    return tuple(load_categories().places)


def _line_number(fault: str, lines: Lines) -> int:
    number = fault[len(lines.name) + 1 :].partition(":")[0]
    return int(number) if number.isdigit() else 0


def _repeated(corrections: Iterable[Correction]) -> list[str]:
    first: dict[str, str] = {}
    faults = list[str]()
    for one in corrections:
        if one.id in first:
            faults.append(f"{one.where}: the entry is the same as that of {first[one.id]}")
        first.setdefault(one.id, one.where)
    return faults


class _Entry:
    """Checks one entry and collects its faults."""

    def __init__(
        self, data: Any, key: tuple[str | int, ...], lines: Lines, categories: tuple[str, ...]
    ) -> None:
        self.faults: list[str] = []
        self._key, self._lines, self._categories = key, lines, categories
        self._data: dict[str, Any] = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            self._fault("wanted 'key: value' lines such as 'action: close'")

    def correction(self) -> Correction:
        """The entry as far as it can be understood; usable only if there are no faults."""
        what = self._one_of("what", tuple(ACTIONS), default=PLACE)
        action = self._one_of("action", ACTIONS.get(what, ()))
        self._check_keys(action, what)
        digest = hashlib.sha256(
            json.dumps(self._data, sort_keys=True, ensure_ascii=False, default=str).encode()
        ).hexdigest()
        return Correction(
            id=f"correction/{digest[:12]}",
            where=self._lines.where(*self._key),
            action=action,
            what=what,
            author=self._text("author") or "",
            date=self._date("date") or "",
            evidence=self._text("evidence") or "",
            reason=self._text("reason"),
            expires=self._expiry(),
            target=self._target(),
            category=self._category(self._data.get("category"), "category"),
            **{name: self._text(name) for name in ("name", "name_zh", "name_en")},
            at=self._at(self._data, ()),
            capacity=self._capacity(),
            opened=self._opened(),
            line=self._course(),
            part=self._part(),
            highway=self._highway(action, what),
            oneway=self._flag("oneway"),
        )

    def _check_keys(self, action: str, what: str) -> None:
        needed, possible = KEYS.get((action, what), ((), ()))
        if not action or not self._data:
            return
        for name in (*REQUIRED, *needed):
            if self._data.get(name) is None:
                self._fault(f"{name} is missing; '{action}' of a {what} needs it")
        allowed = (*COMMON, *needed, *possible)
        for name in self._data:
            if name not in allowed:
                close = difflib.get_close_matches(name, allowed, n=1, cutoff=0.6)
                hint = f"; did you mean '{close[0]}'?" if close else f"; keys: {', '.join(allowed)}"
                self._fault(f"'{action}' of a {what} has no key '{name}'{hint}", name)

    def _one_of(self, name: str, allowed: tuple[str, ...], default: str = "") -> str:
        given = self._data.get(name, default)
        if given in allowed:
            return str(given)
        if self._data and allowed:
            said = f"got '{given}', " if given else ""
            self._fault(f"{name}: {said}wanted {', '.join(allowed)}", name)
        return ""

    def _text(self, name: str) -> str | None:
        given = self._data.get(name)
        if given is None:
            return None
        if isinstance(given, str | int | float) and not isinstance(given, bool):
            return str(given).strip() or None
        self._fault(f"{name}: wanted text", name)
        return None

    def _date(self, name: str) -> str | None:
        given = self._data.get(name)
        if given is None:
            return None
        try:
            return date.fromisoformat(str(given)).isoformat()
        except ValueError:
            self._fault(f"{name}: got '{given}', wanted a date such as 2026-01-31", name)
            return None

    def _expiry(self) -> str | None:
        return None if self._data.get("expires") in NEVER else self._date("expires")

    def _opened(self) -> str | None:
        given = self._data.get("opened")
        if given is None:
            return None
        opened = iso_date(str(given))
        if opened is None:
            self._fault(f"opened: got '{given}', wanted a date such as 2026-09-01", "opened")
        return opened

    def _capacity(self) -> float | None:
        given = self._data.get("capacity")
        if given is None:
            return None
        if isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given < 1e7:
            return float(given)
        self._fault(f"capacity: got '{given}', wanted a number, 0 or more", "capacity")
        return None

    def _flag(self, name: str) -> bool:
        given = self._data.get(name, False)
        if not isinstance(given, bool):
            self._fault(f"{name}: got '{given}', wanted true or false", name)
        return given is True

    def _category(self, given: Any, *key: str) -> str | None:
        if given is None or given in self._categories:
            return given if given is None else str(given)
        close = difflib.get_close_matches(str(given), self._categories, n=1, cutoff=0.5)
        hint = f"did you mean '{close[0]}'?" if close else f"wanted {', '.join(self._categories)}"
        self._fault(f"there is no category '{given}'; {hint}", *key)
        return None

    def _highway(self, action: str, what: str) -> str | None:
        given = self._data.get("highway")
        if given is None:
            return "residential" if (action, what) == (ADD, STREET) else None
        return self._one_of("highway", HIGHWAYS) or None

    # Where

    def _at(self, data: Mapping[str, Any], key: tuple[str, ...]) -> Point | None:
        if data.get("lon") is None and data.get("lat") is None:
            return None
        return self._point([data.get("lon"), data.get("lat")], *key, "lon")

    def _point(self, given: Any, *key: str | int) -> Point | None:
        is_pair = (
            isinstance(given, list)
            and len(given) == 2
            and all(
                isinstance(value, int | float) and not isinstance(value, bool) for value in given
            )
        )
        if not is_pair:
            self._fault(f"got {given}, wanted longitude and latitude as numbers", *key)
            return None
        lon, lat = float(given[0]), float(given[1])
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            hint = "; swap them" if abs(lon) <= 90 and abs(lat) <= 180 else ""
            self._fault(f"longitude {lon:g}, latitude {lat:g} is no place on earth{hint}", *key)
            return None
        datum: Datum = self._data.get("datum", "wgs84")
        if datum not in DATUMS:
            self._fault(f"datum: got '{datum}', wanted {', '.join(DATUMS)}", "datum")
            return None
        moved_lon, moved_lat = to_wgs84(lon, lat, datum)
        return float(moved_lon), float(moved_lat)

    def _course(self) -> tuple[Point, ...]:
        given = self._data.get("line")
        if given is None:
            return ()
        if not isinstance(given, list) or len(given) < 2:
            self._fault("line: wanted two or more points [[lon, lat], [lon, lat]]", "line")
            return ()
        points = [self._point(point, "line", place) for place, point in enumerate(given)]
        return tuple(point for point in points if point is not None)

    def _part(self) -> tuple[Point, Point] | None:
        given = [self._data.get(name) for name in ("from", "to")]
        if given == [None, None]:
            return None
        if None in given:
            self._fault("from and to come together, each [lon, lat]", "from")
            return None
        first, last = self._point(given[0], "from"), self._point(given[1], "to")
        return (first, last) if first and last else None

    def _target(self) -> Target | None:
        given = self._data.get("target")
        if given is None:
            return None
        if isinstance(given, str) and given.strip():
            return Target(id=given.strip())
        if not isinstance(given, dict):
            self._fault("target: wanted an id such as way/123, or category, name, lon, lat",
                        "target")  # fmt: skip
            return None
        for name in given:
            if name not in TARGET_KEYS:
                self._fault(f"a target has no key '{name}'; keys: {', '.join(TARGET_KEYS)}",
                            "target", name)  # fmt: skip
        target = Target(
            id=given.get("id"),
            category=self._category(given.get("category"), "target", "category"),
            name=None if given.get("name") is None else str(given["name"]),
            at=self._at(given, ("target",)),
        )
        if target == Target():
            self._fault("target: say an id, or a name or category with lon and lat", "target")
        return target

    def _fault(self, sentence: str, *key: str | int) -> None:
        self.faults.append(f"{self._lines.where(*self._key, *key)}: {sentence}")
