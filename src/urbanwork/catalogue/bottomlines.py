"""Bottom lines as data: which change may not be where, what it must keep, what may except it.

The rules stand in `bottomlines/*.yaml`; a city adds files of its own (`bottom_lines:` in
`city.yaml`). A rule holds no expression: it names one of the tests below and what it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from urbanwork.catalogue.checking import Spot, duplicates, suggestion, table_faults
from urbanwork.catalogue.fields import INDICATOR_ID, JURISDICTION, ROW_ID, WORD, Field, Fields
from urbanwork.catalogue.models import Bilingual
from urbanwork.catalogue.vocabulary import CONFIDENCES
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.quantities.kept_yaml import load_own_yaml
from urbanwork.sources.layers import LAND_KINDS, ZONE_KINDS

FOLDER: Final = Path(__file__).parent / "bottomlines"
"""The rules that come with urbanwork."""

Family = Literal["ecology", "safety", "livelihood"]
Strength = Literal["hard", "soft", "information"]

TESTS: Final[Mapping[str, tuple[str, ...]]] = {
    "overlap": ("changes", "zones"),
    "inside": ("changes", "zones"),
    "distance": ("changes", "distance_m"),
    "permission": ("changes",),
    "balance": ("changes", "gains"),
    "floor": ("indicators",),
    "share": ("changes", "whole", "most"),
}
"""Test -> what a rule must say for it.

overlap: a change of these kinds may not lie in these zones. inside: it must lie in them. distance:
it keeps so far from places or zones. permission: it needs an exception wherever it is. balance:
what it takes of land is made up for by gains. floor: indicators may not fall below their mandatory
standard, nor get worse below it. share: nothing is added while a part, a reported figure or the
ground of zones, is more than `most` of a whole.
"""

CHANGES: Final = (
    "add_place", "move_place", "remove_place", "set_capacity", "add_street", "close_street",
    "reopen_street", "add_housing", "demolish_housing", "change_land_use", "add_stop",
    "remove_stop", "set_headway", "add_zone",
)  # fmt: skip
"""The kinds of change that there are (`planning.changes.KINDS`, a floor above)."""

_PATTERN: Final = r"[a-z_]+(:[a-z][a-z0-9_]*)?"
_ALLOW: Final[Fields] = {
    "code": Field(
        "text", "what a plan writes to claim it", pattern=r"[a-z][a-z0-9_]*\.[a-z0-9_]+",
        example="red_line.6",
    ),
    "title": Field("bilingual", "what is excepted"),
    "needs": Field("bilingual", "the approval document that it needs"),
    "requires": Field(
        "texts", "properties that the change must have, such as unavoidable", pattern=WORD,
        example="unavoidable", is_optional=True,
    ),
    "changes": Field(
        "texts", "only these changes can claim it", pattern=_PATTERN, example="add_street",
        is_optional=True,
    ),
}  # fmt: skip
_RULE: Final[Fields] = {
    "id": Field(
        "text", "family.what", pattern=r"(ecology|safety|livelihood)\.[a-z][a-z0-9_]*",
        example="ecology.green_line",
    ),
    "test": Field("text", "how it is tested", choices=tuple(TESTS)),
    "strength": Field("text", "how it binds", choices=("hard", "soft", "information")),
    "changes": Field(
        "texts", "kinds of change, or kind:category", pattern=_PATTERN,
        example="change_land_use:residential", is_optional=True,
    ),
    "but": Field(
        "texts", "changes that it does not mean", pattern=_PATTERN, example="add_place:park",
        is_optional=True,
    ),
    "zones": Field("texts", "kinds of zone", pattern=WORD, example="green_line", is_optional=True),
    "places": Field(
        "texts", "categories of places of the city", pattern=WORD, example="hospital",
        is_optional=True,
    ),
    "land": Field("texts", "kinds of land of the city", choices=LAND_KINDS, is_optional=True),
    "gains": Field(
        "texts", "changes that make up for what is taken", pattern=_PATTERN,
        example="add_zone:park", is_optional=True,
    ),
    "keeps": Field(
        "text", "quality: the grade of what is taken is made up for too", choices=("quality",),
        is_optional=True,
    ),
    "indicators": Field(
        "texts", "ids of indicators", pattern=INDICATOR_ID, example="green.park_buffer_coverage",
        is_optional=True,
    ),
    "part": Field(
        "text", "variable of statistics that is held against 'whole'; zones need none",
        pattern=WORD, example="public_private_expenditure", is_optional=True,
    ),
    "whole": Field(
        "text", "variable of statistics that the part is held against", pattern=WORD,
        example="general_budget_expenditure", is_optional=True,
    ),
    "most": Field("number", "the part is at most so many times the whole", is_optional=True),
    "year": Field("whole", "year of the whole; else the last that is given", is_optional=True),
    "financing": Field(
        "texts", "only changes whose property 'financing' is one of these", pattern=WORD,
        example="ppp", is_optional=True,
    ),
    "distance_m": Field("number", "least distance in metres", is_optional=True),
    "sliver_m2": Field(
        "number", "a plan that takes no more than this in all is not told", is_optional=True
    ),
    "rows": Field(
        "texts", "rows of STANDARDS that it carries out", pattern=ROW_ID, example="Z13",
        is_optional=True,
    ),
    "title": Field("bilingual", "short title"),
    "clause": Field("text", "document and clause"),
    "source": Field("text", "where it was read, or: from knowledge, unverified"),
    "confidence": Field("text", "how well it is known", choices=tuple(CONFIDENCES)),
    "why": Field("bilingual", "what it protects"),
    "cure": Field("bilingual", "what would cure a breach"),
    "allow": Field("tables", "exceptions by code", fields=_ALLOW, is_optional=True),
}  # fmt: skip
FILE_FIELDS: Final[Fields] = {
    "set": Field("text", "name of the set, as city.yaml names sets", pattern=WORD, example="cn"),
    "jurisdiction": Field(
        "text", "ISO 3166-1 code of the country, or * for all", pattern=JURISDICTION, example="CN"
    ),
    "title": Field("bilingual", "title of the set"),
    "bottom_lines": Field("tables", "the rules", fields=_RULE),
}


@dataclass(frozen=True, slots=True)
class Allowed:
    """An exception of a bottom line: claimed by its code, with its approval document."""

    code: str
    title: Bilingual
    needs: Bilingual
    requires: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BottomLine:
    """A rule that no plan may break."""

    id: str
    family: Family
    test: str
    strength: Strength
    title: Bilingual
    clause: str
    source: str
    confidence: str
    why: Bilingual
    cure: Bilingual
    changes: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    land: tuple[str, ...] = ()
    gains: tuple[str, ...] = ()
    keeps: str | None = None
    indicators: tuple[str, ...] = ()
    part: str | None = None
    whole: str | None = None
    most: float | None = None
    year: int | None = None
    financing: tuple[str, ...] = ()
    distance_m: float | None = None
    sliver_m2: float = 0.0
    rows: tuple[str, ...] = ()
    allow: tuple[Allowed, ...] = ()
    set: str = ""
    jurisdiction: str = "*"
    is_own: bool = False  # of the city's own file: it holds wherever it is given
    origin: str = ""  # "cn.yaml:12"

    def concerns(self, kind: str, category: str | None) -> bool:
        """Whether the rule speaks of a change of this kind and category."""
        return matches(self.changes, kind, category) and not matches(self.but, kind, category)


def matches(patterns: Collection[str], kind: str, category: str | None) -> bool:
    """Whether one of the patterns, kind or kind:category, means a change.

    >>> matches(["add_place:park", "add_housing"], "add_place", "kindergarten")
    False
    """
    return kind in patterns or (category is not None and f"{kind}:{category}" in patterns)


def load_bottom_lines(extra: Sequence[Path] = ()) -> tuple[BottomLine, ...]:
    """Our rules and those of the city's own files, in the order of the files.

    Raises:
        ManyFaultsError: every fault of every file at once, each with file and line.

    >>> "ecology.green_line" in {rule.id for rule in load_bottom_lines()}
    True
    """
    rules, faults = _read_all(extra)
    if faults:
        raise ManyFaultsError(faults)
    return rules


def bottom_line_faults(extra: Sequence[Path] = ()) -> tuple[str, ...]:
    """Every fault of our rules and of `extra`, for `urbanwork catalogue check`."""
    return tuple(_read_all(extra)[1])


def bottom_lines_of(
    rules: Sequence[BottomLine],
    *,
    sets: Collection[str],
    jurisdiction: str,
    zone_kinds: Collection[str] = (),
) -> tuple[BottomLine, ...]:
    """The rules that hold for a city.

    They are the city's own, those of the sets that it is graded by, those of its country, and
    those of zones that it has given: who gives a green line wants it kept.
    """
    return tuple(
        rule
        for rule in rules
        if rule.is_own
        or rule.set in sets
        or rule.jurisdiction in (jurisdiction, "*")
        or (rule.zones and not rule.indicators and set(rule.zones) & set(zone_kinds))
    )


def codes_of(rules: Sequence[BottomLine]) -> Mapping[str, Allowed]:
    """Every exception by its code."""
    return {allowed.code: allowed for rule in rules for allowed in rule.allow}


# Reading


def _read_all(extra: Sequence[Path]) -> tuple[tuple[BottomLine, ...], list[str]]:
    found: list[tuple[BottomLine, Spot]] = []
    faults: list[str] = []
    ours = [(file, False) for file in sorted(FOLDER.glob("*.yaml"))]
    for file, is_own in (*ours, *((Path(each), True) for each in extra)):
        try:
            data, lines = load_own_yaml(file)
        except ManyFaultsError as error:
            faults += error.faults
            continue
        except UserError as error:
            faults.append(str(error))
            continue
        wrong = list(table_faults(data, FILE_FIELDS, Spot(lines)))
        faults += wrong
        for place, entry in enumerate(() if wrong else data["bottom_lines"]):
            spot = Spot(lines, ("bottom_lines", place), entry["id"])
            faults += _faults(entry, spot)
            found.append((_rule(entry, data, spot, is_own=is_own), spot))
    faults += duplicates([(rule.id, spot) for rule, spot in found])
    faults += _code_faults(found)
    return tuple(rule for rule, _ in found), faults


def _rule(
    entry: Mapping[str, Any], data: Mapping[str, Any], spot: Spot, *, is_own: bool
) -> BottomLine:
    values = {name: value for name, value in entry.items() if value is not None}
    for name, value in values.items():
        if _RULE[name].kind == "bilingual":
            values[name] = Bilingual(**value)
        elif _RULE[name].kind == "texts":
            values[name] = tuple(value)
    values["allow"] = tuple(_allowed(each) for each in values.get("allow", ()))
    where = f"{Path(spot.lines.name).name}:{spot.lines.of(*spot.key)}"
    return BottomLine(
        **values, family=entry["id"].partition(".")[0], set=data["set"],
        jurisdiction=data["jurisdiction"], is_own=is_own, origin=where,
    )  # fmt: skip


def _allowed(entry: Mapping[str, Any]) -> Allowed:
    return Allowed(
        entry["code"], Bilingual(**entry["title"]), Bilingual(**entry["needs"]),
        tuple(entry.get("requires") or ()), tuple(entry.get("changes") or ()),
    )  # fmt: skip


# What the fields cannot say


def _faults(entry: Mapping[str, Any], spot: Spot) -> Iterator[str]:
    for name in TESTS[entry["test"]]:
        if entry.get(name) is None:
            yield spot.fault(f"the test '{entry['test']}' wants '{name}' ({_RULE[name].note})")
    if entry["test"] == "distance" and not (entry.get("zones") or entry.get("places")):
        yield spot.fault("the test 'distance' wants 'places' or 'zones' to keep away from")
    if entry["test"] == "balance" and not any(map(entry.get, ("zones", "places", "land"))):
        yield spot.fault("the test 'balance' wants 'zones', 'places' or 'land' that are kept")
    if entry["test"] == "share" and bool(entry.get("part")) == bool(entry.get("zones")):
        yield spot.fault("the test 'share' wants 'part' or 'zones', one of them")
    if entry.get("most") is not None and entry["most"] <= 0:
        yield spot.at("most").fault("'most' must be above 0")
    for name in ("part", "whole"):
        yield from _variable_faults(entry.get(name), spot.at(name))
    if (entry.get("distance_m") or 0) < 0:
        yield spot.at("distance_m").fault("'distance_m' must be 0 or more")
    for name in ("changes", "but", "gains"):
        for place, pattern in enumerate(entry.get(name) or ()):
            yield from _pattern_faults(pattern, spot.at(name, place))
    yield from _word_faults(entry, spot)


def _variable_faults(variable: str | None, spot: Spot) -> Iterator[str]:
    from urbanwork.sources.statistics import load_variables

    if variable is None:
        return
    known = load_variables().variables
    if variable not in known:
        yield spot.fault(f"there is no variable '{variable}'{suggestion(variable, known)}")


def _pattern_faults(pattern: str, spot: Spot) -> Iterator[str]:
    kind, _, category = pattern.partition(":")
    if kind not in CHANGES:
        yield spot.fault(f"there is no kind of change '{kind}'{suggestion(kind, CHANGES)}")
    elif category and kind in ("add_place", "move_place", "remove_place"):
        yield from _category_faults(category, spot)
    elif category and kind == "change_land_use" and category not in LAND_KINDS:
        near = suggestion(category, LAND_KINDS)
        yield spot.fault(f"there is no kind of land '{category}'{near}")


def _category_faults(category: str, spot: Spot) -> Iterator[str]:
    from urbanwork.sources.category_titles import category_titles

    known = category_titles()
    if category not in known:
        yield spot.fault(
            f"there is no category of places '{category}'{suggestion(category, known)}"
        )


def _word_faults(entry: Mapping[str, Any], spot: Spot) -> Iterator[str]:
    """Categories of places that there are; kinds of zone that are no slip of a known one."""
    import difflib

    for place, category in enumerate(entry.get("places") or ()):
        yield from _category_faults(category, spot.at("places", place))
    for place, kind in enumerate(entry.get("zones") or ()):
        near = difflib.get_close_matches(kind, ZONE_KINDS, n=1, cutoff=0.85)
        if kind not in ZONE_KINDS and near:
            sentence = f"there is no kind of zone '{kind}'; did you mean '{near[0]}'?"
            yield spot.at("zones", place).fault(sentence)


def _code_faults(found: Sequence[tuple[BottomLine, Spot]]) -> Iterator[str]:
    """A code means the same wherever it stands: a plan claims it without naming the rule."""
    first: dict[str, Allowed] = {}
    for rule, spot in found:
        for place, allowed in enumerate(rule.allow):
            if first.setdefault(allowed.code, allowed) != allowed:
                sentence = f"the code '{allowed.code}' means something else in another rule"
                yield spot.at("allow", place).fault(f"{sentence}; give it another name")
