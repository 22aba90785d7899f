"""The systems whose coordination is scored, read from YAML: items, subsystems, goalposts.

Files under `coordination/` hold `items:` (figures, by name), `systems:`, or both. A city may give
its own in the folder `coordination` of its catalogue; its systems may use our items.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from urbanwork.catalogue.checking import Spot, duplicates, suggestion, table_faults
from urbanwork.catalogue.fields import INDICATOR_ID, WORD, Field, Fields
from urbanwork.catalogue.vocabulary import ASKS, CONFIDENCES, UNITS
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.measures.coupling import FORMS, Goalposts, Item, Subsystem, System
from urbanwork.quantities.kept_yaml import load_own_yaml
from urbanwork.quantities.yamlfile import Lines

FOLDER: Final = Path(__file__).parent / "coordination"
NAMED: Final = rf"variable:{WORD}|{INDICATOR_ID}"

GOALPOSTS: Final[Fields] = {
    "low": Field("number", "least value of the scale"),
    "high": Field("number", "largest value of the scale"),
    "source": Field("text", "document that gives both ends"),
    "confidence": Field("text", "how well it is known", choices=tuple(CONFIDENCES)),
}

ITEM: Final[Fields] = {
    "title": Field("bilingual", "short title"),
    "of": Field(
        "texts", "an indicator, or variables, which are summed", pattern=NAMED,
        example="form.street_density or variable:jobs",
    ),
    "per": Field(
        "texts", "variables, summed, that it is divided by", pattern=rf"variable:{WORD}",
        example="variable:resident_population", is_optional=True,
    ),
    "scale": Field("number", "what the ratio is multiplied by; else 1", is_optional=True),
    "unit": Field("text", "unit of the result", choices=UNITS),
    "better": Field("text", "which direction is better", choices=("higher", "lower")),
    "goalposts": Field(
        "table", "fixed ends of its scale, where published; else those of the sample",
        fields=GOALPOSTS, is_optional=True,
    ),
    "why": Field("text", "what it stands for, and what it does not show"),
}  # fmt: skip

SUBSYSTEM: Final[Fields] = {
    "id": Field("text", "name within the system", pattern=WORD, example="space"),
    "title": Field("bilingual", "title"),
    "weight": Field("number", "share of T; give all or none", is_optional=True),
    "items": Field("texts", "names of its items", pattern=WORD, example="population_density"),
    "weights": Field(
        "texts", "weights of the items, in their order, where weights are given",
        pattern=r"\d+(\.\d+)?", example='"0.4"', is_optional=True,
    ),
}  # fmt: skip

SYSTEM: Final[Fields] = {
    "id": Field("text", "name", pattern=WORD, example="five_elements"),
    "version": Field("text", "raised whenever it changes", pattern=r"\d+", example='"1"'),
    "title": Field("bilingual", "title"),
    "serves": Field("texts", "asks of the arrangement that it serves", choices=tuple(ASKS)),
    "form": Field("text", "form of the coupling C", choices=tuple(FORMS)),
    "weights": Field(
        "text", "weights of items within a subsystem", choices=("entropy", "equal", "given")
    ),
    "epsilon": Field("number", "scaled values lie between this and 1"),
    "absent": Field(
        "text", "an item that no area has", choices=("leave_out", "no_score")
    ),
    "partial": Field(
        "text", "an item that some areas lack", choices=("no_score", "renormalise")
    ),
    "fewest_subsystems": Field("whole", "with fewer left there is no score"),
    "sources": Field("texts", "where the system and its method come from"),
    "limits": Field("bilingual", "what it does not show"),
    "subsystems": Field("tables", "its subsystems, two or more", fields=SUBSYSTEM),
}  # fmt: skip

FILE: Final[Fields] = {
    "items": Field("named_tables", "items by name", fields=ITEM, is_optional=True),
    "systems": Field("tables", "systems, one entry each", fields=SYSTEM, is_optional=True),
}
"""The fields of a file: what the loader holds it to, and what an editor's schema is made of."""


@dataclass(slots=True)
class _Reading:
    items: dict[str, tuple[Mapping[str, Any], Spot]] = field(default_factory=dict)
    systems: list[tuple[Mapping[str, Any], Spot]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def load_systems(extra: Sequence[Path] = ()) -> dict[str, System]:
    """Our systems, and those in the folder `coordination` of each catalogue of `extra`, by id.

    Raises:
        ManyFaultsError: every fault of every file at once, each with file and line.

    >>> [each.id for each in load_systems()["five_elements"].subsystems]
    ['space', 'population', 'resource', 'environment', 'industry']
    """
    reading = _Reading()
    for folder in (FOLDER, *(root / "coordination" for root in extra)):
        for file in sorted(folder.glob("*.y*ml")) if folder.is_dir() else ():
            _read(file, reading)
    if not reading.faults:
        reading.faults += _cross_faults(reading)
    if reading.faults:
        raise ManyFaultsError(reading.faults)
    return {entry["id"]: _system(entry, reading) for entry, _ in reading.systems}


def system_of(systems: Mapping[str, System], name: str) -> System:
    """The system of this name.

    Raises:
        UserError: there is none; the nearest is named.
    """
    if name not in systems:
        raise UserError(f"there is no system '{name}'{suggestion(name, sorted(systems))}")
    return systems[name]


def unknown_names(
    systems: Mapping[str, System], indicators: Collection[str], variables: Collection[str]
) -> Iterator[str]:
    """Items that name an indicator or variable that does not exist, a sentence each."""
    for system in systems.values():
        for item in system.items:
            for name in (*item.of, *item.per):
                kind, _, variable = name.rpartition(":")
                known = variables if kind else indicators
                if variable not in known:
                    what = "variable" if kind else "indicator"
                    yield f"{system.id}: {item.id}: there is no {what} '{variable}'"


def _read(file: Path, reading: _Reading) -> None:
    try:
        data, lines = load_own_yaml(file)
    except ManyFaultsError as error:
        reading.faults += error.faults
        return
    except UserError as error:
        reading.faults.append(str(error))
        return
    found = list(table_faults(data, FILE, Spot(lines)))
    reading.faults += found
    if not found:
        _keep(data, lines, reading)


def _keep(data: Mapping[str, Any], lines: Lines, reading: _Reading) -> None:
    for name, item in (data.get("items") or {}).items():
        spot = Spot(lines, ("items", name), name)
        if name in reading.items:
            first = reading.items[name][1]
            where = first.lines.where(*first.key)
            reading.faults.append(spot.fault(f"this item is given twice (first in {where})"))
        reading.faults += _item_faults(item, spot)
        reading.items[name] = item, spot
    for place, entry in enumerate(data.get("systems") or []):
        reading.systems.append((entry, Spot(lines, ("systems", place), entry["id"])))


def _item_faults(item: Mapping[str, Any], spot: Spot) -> Iterator[str]:
    named = [name for name in item["of"] if not name.startswith("variable:")]
    if named and (len(item["of"]) > 1 or item.get("per") or item.get("scale")):
        yield spot.at("of").fault("an indicator stands alone: without 'per', 'scale' or a sum")
    if len(item["of"]) > 1 and not item.get("per"):
        yield spot.at("of").fault("a sum of variables needs 'per': totals of areas of unlike size "
                                  "are no scores")  # fmt: skip
    posts = item.get("goalposts")
    if posts and not posts["low"] < posts["high"]:
        yield spot.at("goalposts").fault(
            f"'low' ({posts['low']:g}) must lie below 'high' ({posts['high']:g}); where lower is "
            "better say so with 'better: lower'"
        )


def _cross_faults(reading: _Reading) -> Iterator[str]:
    yield from duplicates([(entry["id"], spot) for entry, spot in reading.systems])
    for entry, spot in reading.systems:
        subsystems = entry["subsystems"]
        if len(subsystems) < 2:
            yield spot.at("subsystems").fault("two or more subsystems are wanted: one is alone")
        weighed = [each.get("weight") is not None for each in subsystems]
        if any(weighed) and not all(weighed):
            yield spot.at("subsystems").fault("give 'weight' to all subsystems or to none")
        if not 0 <= entry["epsilon"] < 1:
            yield spot.at("epsilon").fault(f"{entry['epsilon']:g} is not between 0 and 1")
        if not 2 <= entry["fewest_subsystems"] <= max(len(subsystems), 2):
            yield spot.at("fewest_subsystems").fault(f"wanted 2 to {len(subsystems)}")
        for place, each in enumerate(subsystems):
            here = spot.at("subsystems", place)
            yield from _subsystem_faults(each, entry, reading, here)
        named = [name for each in subsystems for name in each["items"]]
        for name in sorted({name for name in named if named.count(name) > 1}):
            yield spot.fault(f"the item '{name}' counts twice; give it to one subsystem")


def _subsystem_faults(
    each: Mapping[str, Any], entry: Mapping[str, Any], reading: _Reading, spot: Spot
) -> Iterator[str]:
    for place, name in enumerate(each["items"]):
        if name not in reading.items:
            near = suggestion(name, sorted(reading.items))
            yield spot.at("items", place).fault(f"there is no item '{name}'{near}")
    count = len(each.get("weights") or [])
    if entry["weights"] == "given" and count != len(each["items"]):
        yield spot.at("weights").fault(f"{len(each['items'])} weights are wanted, got {count}")


def _system(entry: Mapping[str, Any], reading: _Reading) -> System:
    plain = ("id", "version", "form", "weights", "absent", "partial", "fewest_subsystems")
    return System(
        **{name: entry[name] for name in plain},
        title=_both(entry["title"]),
        limits=_both(entry["limits"]),
        serves=tuple(entry["serves"]),
        sources=tuple(entry["sources"]),
        epsilon=float(entry["epsilon"]),
        subsystems=tuple(_subsystem(each, reading) for each in entry["subsystems"]),
    )


def _subsystem(entry: Mapping[str, Any], reading: _Reading) -> Subsystem:
    given = entry.get("weights") or [None] * len(entry["items"])
    items = tuple(
        _item(name, reading.items[name][0], weight)
        for name, weight in zip(entry["items"], given, strict=True)
    )
    weight = entry.get("weight")
    return Subsystem(
        entry["id"], _both(entry["title"]), items, None if weight is None else float(weight)
    )


def _item(name: str, entry: Mapping[str, Any], weight: str | None) -> Item:
    posts = entry.get("goalposts")
    return Item(
        name,
        _both(entry["title"]),
        of=tuple(entry["of"]),
        per=tuple(entry.get("per") or ()),
        scale=float(entry.get("scale") or 1.0),
        unit=entry["unit"],
        better=entry["better"],
        weight=None if weight is None else float(weight),
        goalposts=posts and Goalposts(float(posts["low"]), float(posts["high"]), posts["source"]),
        why=entry["why"],
    )


def _both(text: Mapping[str, str]) -> tuple[str, str]:
    return text["en"], text["zh"]
