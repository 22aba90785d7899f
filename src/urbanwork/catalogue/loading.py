"""The one call that reads indicators and standards from YAML; nothing is kept between calls."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from urbanwork.catalogue.checking import Spot, duplicates, suggestion, table_faults
from urbanwork.catalogue.fields import INDICATOR_FILE, STANDARD_FILE
from urbanwork.catalogue.models import Bilingual, Catalogue, Indicator, Parameter, Standard
from urbanwork.catalogue.vocabulary import LAYERS
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.quantities.kept_yaml import load_own_yaml
from urbanwork.quantities.yamlfile import Lines

OWN_NAME = "urbanwork"
"""The catalogue that is used unless a city names another."""

OPERATOR_OF = {"higher": ">=", "lower": "<=", "band": "between"}
"""The operator that a standard must have for the direction in which an indicator is better."""

_BILINGUAL_OF_INDICATOR = ("title", "question", "formula", "limits", "mend")
_TUPLES_OF_INDICATOR = ("serves", "inputs", "sources")
_PLAIN_OF_STANDARD = (
    "id", "key", "clause", "strength", "operator", "unit", "confidence", "source",
)  # fmt: skip


@dataclass(slots=True)
class _Reading:
    """What has been read so far: entries with the spot where they stand, and all faults."""

    indicators: list[tuple[Indicator, Spot]] = field(default_factory=list)
    standards: list[tuple[Standard, Spot]] = field(default_factory=list)
    dimensions: dict[str, tuple[int, Bilingual]] = field(default_factory=dict)
    data: list[Any] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def load_catalogue(
    folder: Path | None = None, extra: Sequence[Path] = (), *, name: str = OWN_NAME
) -> Catalogue:
    """All indicators and standards of one catalogue and of the files or folders of `extra`.

    `name` is a catalogue that comes with urbanwork; `folder` takes its place. A city may add its
    own indicators and standards with `extra`. A folder is read from its `indicators` and
    `standards`, or, without these, from the YAML files in it; a file with `indicators:` holds
    indicators, one with `standards:` standards. Indicators stand in the order of the ranks of
    their dimensions.

    Raises:
        UserError: no catalogue has that name.
        ManyFaultsError: every fault of every file at once, each with file and line.

    >>> load_catalogue().indicators["life.kindergarten_300m"].title.zh
    '幼儿园步行300米人口覆盖率'
    """
    reading = _Reading()
    for root in (folder or _carried(name), *extra):
        for file in _files(root, reading.faults):
            _read(file, reading)
    if not reading.faults:
        reading.faults += _cross_faults(reading)
    if reading.faults:
        raise ManyFaultsError(reading.faults)
    return _catalogue(reading)


def _carried(name: str) -> Path:
    """Folder of a catalogue that comes with urbanwork."""
    here = Path(__file__).parent
    others = sorted(each.name for each in here.iterdir() if (each / "indicators").is_dir())
    if name != OWN_NAME and name not in others:
        near = suggestion(name, [OWN_NAME, *others])
        raise UserError(f"catalogue: there is no catalogue '{name}'{near}")
    return here if name == OWN_NAME else here / name


def _files(root: Path, faults: list[str]) -> list[Path]:
    if not root.is_dir():
        return [root]
    parts = [root / part for part in ("indicators", "standards") if (root / part).is_dir()]
    files = [file for part in parts or [root] for file in sorted(part.iterdir())]
    files = [file for file in files if file.suffix in (".yaml", ".yml")]
    if not files:
        faults.append(f"{root}: the folder has no YAML file; give indicators or standards in one")
    return files


def _read(file: Path, reading: _Reading) -> None:
    try:
        data, lines = load_own_yaml(file)
    except ManyFaultsError as error:
        reading.faults += error.faults
    except UserError as error:
        reading.faults.append(str(error))
    else:
        reading.data.append(data)
        _read_data(data, lines, reading)


def _read_data(data: Any, lines: Lines, reading: _Reading) -> None:
    keys = set(data) if isinstance(data, dict) else set()
    if "indicators" in keys:
        fields, entries = INDICATOR_FILE, _indicators
    elif "standards" in keys:
        fields, entries = STANDARD_FILE, _standards
    else:
        wanted = "a list under 'indicators:' or under 'standards:'"
        reading.faults.append(f"{lines.where()}: the file has neither; give {wanted}")
        return
    found = list(table_faults(data, fields, Spot(lines)))
    reading.faults += found
    if not found:
        entries(data, lines, reading)


def _indicators(data: Mapping[str, Any], lines: Lines, reading: _Reading) -> None:
    dimension = data["dimension"]
    title = Bilingual(**dimension["title"])
    known = reading.dimensions.setdefault(dimension["id"], (dimension["rank"], title))
    if known != (dimension["rank"], title):
        sentence = f"'{dimension['id']}' has another rank or title in a file before; give the same"
        reading.faults.append(Spot(lines, ("dimension",)).fault(sentence))
    for place, entry in enumerate(data["indicators"]):
        spot = Spot(lines, ("indicators", place), entry["id"])
        reading.faults += _indicator_faults(entry, dimension["id"], spot)
        reading.indicators.append((_indicator(entry, dimension["id"]), spot))


def _indicator_faults(entry: Mapping[str, Any], dimension: str, spot: Spot) -> Iterator[str]:
    if not entry["id"].startswith(f"{dimension}."):
        yield spot.at("id").fault(f"the id must begin with the dimension: {dimension}.…")
    for place, key in enumerate(entry["inputs"]):
        kind, _, name = key.partition(":")
        if kind == "layer" and name not in LAYERS:
            near = suggestion(name, LAYERS)
            yield spot.at("inputs", place).fault(f"there is no layer '{name}'{near}")


def _indicator(entry: Mapping[str, Any], dimension: str) -> Indicator:
    values = {**entry, "dimension": dimension, "standard": entry.get("standard")}
    for name in _BILINGUAL_OF_INDICATOR:
        values[name] = Bilingual(**entry[name])
    for name in _TUPLES_OF_INDICATOR:
        values[name] = tuple(entry[name])
    given = entry.get("parameters") or {}
    values["parameters"] = {name: Parameter(**given[name]) for name in given}
    values["smallest_people"] = float(entry["smallest_people"])
    values["rows"] = tuple(entry.get("rows") or ())
    values["kind"] = entry.get("kind") or ""
    return Indicator(**values)


def _standards(data: Mapping[str, Any], lines: Lines, reading: _Reading) -> None:
    for place, row in enumerate(data["standards"]):
        spot = Spot(lines, ("standards", place), row["id"])
        name, document = row["id"].split(".")[:2]
        if name != data["set"]:
            sentence = f"the id must begin with the set: {data['set']}.…"
            reading.faults.append(spot.at("id").fault(sentence))
        elif document not in data["documents"]:
            near = suggestion(document, data["documents"])
            sentence = f"there is no document '{document}' in this file{near}"
            reading.faults.append(spot.at("id").fault(sentence))
        else:
            standard = _standard(row, data, data["documents"][document])
            reading.faults += _standard_faults(standard, spot)
            reading.standards.append((standard, spot))


def _standard(
    row: Mapping[str, Any], data: Mapping[str, Any], document: Mapping[str, Any]
) -> Standard:
    upper, fair = row.get("upper"), row.get("fair")
    return Standard(
        **{name: row[name] for name in _PLAIN_OF_STANDARD},
        value=float(row["value"]),
        upper=None if upper is None else float(upper),
        fair=None if fair is None else float(fair),
        fair_why=row.get("fair_why") or "",
        unbound=row.get("unbound") or "",
        note=Bilingual(**row["note"]),
        set=data["set"],
        jurisdiction=data["jurisdiction"],
        document=Bilingual(**document["title"]),
        edition=document["edition"],
        valid_from=document["valid_from"],
        valid_to=document.get("valid_to"),
    )


def _standard_faults(row: Standard, spot: Spot) -> Iterator[str]:
    if row.valid_to is not None and row.valid_to < row.valid_from:
        yield spot.fault(f"its document ends ({row.valid_to}) before it begins ({row.valid_from})")
    if (row.upper is None) == (row.operator == "between"):
        yield spot.fault("'upper' is wanted where the operator is between, and only there")
    elif row.upper is not None and row.upper < row.value:
        yield spot.at("upper").fault(f"'upper' ({row.upper:g}) is below 'value' ({row.value:g})")
    if row.fair is not None:
        side = "above" if row.operator == "<=" else "below"
        if (row.fair > row.value) != (side == "above") or row.fair == row.value:
            yield spot.at("fair").fault(f"'fair' must lie {side} 'value' ({row.value:g})")
        if not row.fair_why:
            yield spot.fault("'fair_why' is missing: say who drew the fair band and why there")


def _cross_faults(reading: _Reading) -> Iterator[str]:
    yield from duplicates([(each.id, spot) for each, spot in reading.indicators])
    yield from duplicates([(each.id, spot) for each, spot in reading.standards])
    rows = {row.key for row, _ in reading.standards}
    for indicator, spot in reading.indicators:
        if indicator.standard is not None and indicator.standard not in rows:
            near = suggestion(indicator.standard, sorted(rows)) if rows else ""
            sentence = f"no standard has the key '{indicator.standard}'{near}"
            yield spot.at("standard").fault(sentence)
    graded: dict[str, list[Indicator]] = {}
    for indicator, _ in reading.indicators:
        if indicator.standard:
            graded.setdefault(indicator.standard, []).append(indicator)
    named = sorted(graded)
    for row, spot in reading.standards:
        if row.key in named and row.unbound:
            yield spot.at("unbound").fault("an indicator names its key; leave 'unbound' out")
        if row.key not in named and not row.unbound:
            near = suggestion(row.key, named) if named else ""
            yield spot.at("key").fault(f"no indicator names the standard '{row.key}'{near}")
        for indicator in graded.get(row.key, ()):
            yield from _fit_faults(row, indicator, spot)
    yield from _variant_faults(reading)


def _variant_faults(reading: _Reading) -> Iterator[str]:
    ids = sorted(each.id for each, _ in reading.indicators)
    for indicator, spot in reading.indicators:
        if indicator.variant_of is None:
            continue
        if indicator.variant_of == indicator.id:
            yield spot.at("variant_of").fault("an indicator is no variant of itself")
        elif indicator.variant_of not in ids:
            near = suggestion(indicator.variant_of, ids)
            yield spot.at("variant_of").fault(f"no indicator is '{indicator.variant_of}'{near}")


def _fit_faults(row: Standard, indicator: Indicator, spot: Spot) -> Iterator[str]:
    """A standard in another unit or direction than the indicator grades nonsense."""
    if row.unit != indicator.unit:
        sentence = f"the unit is '{row.unit}' but {indicator.id} has '{indicator.unit}'"
        yield spot.at("unit").fault(sentence)
    wanted = OPERATOR_OF.get(indicator.better, row.operator)
    if row.operator != wanted:
        sentence = f"'{row.operator}', but {indicator.id} is better {indicator.better}: '{wanted}'"
        yield spot.at("operator").fault(f"the operator is {sentence}")


def _catalogue(reading: _Reading) -> Catalogue:
    rank = {name: rank for name, (rank, _) in reading.dimensions.items()}
    names = sorted(rank, key=lambda name: (rank[name], name))
    indicators = sorted((each for each, _ in reading.indicators), key=lambda each: (
        rank[each.dimension], each.dimension
    ))  # fmt: skip
    spots = [(each.id, spot) for each, spot in reading.indicators]
    spots += [(each.id, spot) for each, spot in reading.standards]
    return Catalogue(
        indicators={each.id: each for each in indicators},
        standards=tuple(row for row, _ in reading.standards),
        dimensions={name: reading.dimensions[name][1] for name in names},
        version=_version(reading.data),
        origins={
            name: f"{Path(spot.lines.name).name}:{spot.lines.of(*spot.key)}" for name, spot in spots
        },
    )


def _version(data: Sequence[Any]) -> str:
    """Hash of what the files say: comments, spaces and folders do not change it."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
