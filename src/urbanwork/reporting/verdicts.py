"""A checked plan as plain data, GeoJSON and GeoPackage; what is hidden is left out before."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from urbanwork.catalogue.bottomlines import BottomLine
from urbanwork.catalogue.models import Bilingual
from urbanwork.planning.checking import Checked
from urbanwork.planning.verdicts import Verdict

FAMILY: Final[Mapping[str, Bilingual]] = {
    "ecology": Bilingual("Ecology", "生态底线"),
    "safety": Bilingual("Safety", "安全底线"),
    "livelihood": Bilingual("Livelihood", "民生底线"),
}
OUTCOME: Final[Mapping[str, Bilingual]] = {
    "breach": Bilingual("The plan breaks a bottom line.", "方案突破底线。"),
    "unknown": Bilingual(
        "No bottom line is seen to be broken, but not all could be judged.",
        "未发现突破底线，但部分底线无法判定。",
    ),
    "pass": Bilingual("The plan breaks no bottom line.", "方案未突破底线。"),
}
COLUMNS: Final = (
    "rule", "title_en", "title_zh", "change", "status", "strength", "family", "clause", "amount",
    "unit", "zones", "visibility", "why_en", "why_zh", "cure_en", "cure_zh",
)  # fmt: skip
"""Of a verdict in files; README of them: docs/bottom-lines.md."""
_ORDER = ("breach", "unknown", "pass")
_KINDS = {0: "Point", 1: "LineString", 2: "Polygon"}
_LAYERS = {0: "points", 1: "lines", 2: "areas"}


@dataclass(frozen=True, slots=True)
class Group:
    """The verdicts of one rule that say the same, for people."""

    rule: BottomLine
    status: str
    verdicts: tuple[Verdict, ...]


def groups(checked: Checked) -> list[Group]:
    """Breaches first, then what is unknown, then what passes; rules in their order."""
    found: dict[tuple[int, int], list[Verdict]] = {}
    place = {name: row for row, name in enumerate(checked.rules)}
    for each in checked.verdicts:
        found.setdefault((_ORDER.index(each.status), place[each.rule]), []).append(each)
    rules = list(checked.rules.values())
    return [
        Group(rules[rule], _ORDER[status], tuple(several))
        for (status, rule), several in sorted(found.items())
    ]


def hidden_words(checked: Checked) -> Bilingual | None:
    """How many rules are not shown; nothing else is said of them."""
    if not checked.is_public or not checked.hidden:
        return None
    count = len(checked.hidden)
    rules = "1 rule that rests" if count == 1 else f"{count} rules that rest"
    return Bilingual(
        f"{rules} on layers which are not public: not shown, or not in full.",
        f"有{count}条规则依据非公开图层，不予显示或未全部显示。",
    )


def plain_check(checked: Checked) -> dict[str, Any]:
    """What `--json` prints."""
    counted: Counter[str] = Counter(each.status for each in checked.verdicts)
    return {
        "city": checked.city, "plan": checked.plan, "data_as_of": checked.date,
        "status": checked.status, "is_public": checked.is_public,
        "changes": len(checked.changes),
        "counts": {name: counted.get(name, 0) for name in _ORDER},
        "rules_not_shown": len(checked.hidden) if checked.is_public else 0,
        "verdicts": [
            {**_row(each, checked), "geometry": _mapping(each)} for each in checked.verdicts
        ],
        "zones": list(checked.zone_reports),
        "proof": checked.proof.plain(is_public=checked.is_public),
    }  # fmt: skip


def geojson_check(checked: Checked) -> bytes:
    """Verdicts as features; those without a place have no geometry."""
    features = [
        {"type": "Feature", "geometry": _mapping(each), "properties": _row(each, checked)}
        for each in checked.verdicts
    ]
    head = {
        "type": "FeatureCollection", "city": checked.city, "plan": checked.plan,
        "status": checked.status, "is_public": checked.is_public,
        "rules_not_shown": len(checked.hidden) if checked.is_public else 0,
    }  # fmt: skip
    text = json.dumps({**head, "features": features}, ensure_ascii=False, indent=1)
    return (text + "\n").encode()


def write_check_geopackage(checked: Checked, target: Path) -> None:
    """Layers `areas`, `lines` and `points` of where rules are broken, and the table `verdicts`.

    Dates inside are those of the city's data, so that the same check gives the same layers.
    """
    import tempfile

    from urbanwork.city.store import write_file

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "verdicts.gpkg"
        for dimension, layer in _LAYERS.items():
            rows = [
                each
                for each in checked.verdicts
                if each.geometry is not None
                and int(shapely.get_dimensions(each.geometry)) == dimension
            ]
            if rows:
                _write_layer(path, layer, rows, checked, _KINDS[dimension])
        _write_layer(path, "verdicts", checked.verdicts, checked, None)
        write_file(target, path.read_bytes())


def _write_layer(
    path: Path, layer: str, rows: Sequence[Verdict], checked: Checked, kind: str | None
) -> None:
    import pyogrio
    from pyogrio import raw

    table = [_row(each, checked) for each in rows]
    fields = [_column([row[name] for row in table], name) for name in COLUMNS]
    drawn: dict[str, Any] = {"geometry": None, "geometry_type": None, "crs": None}
    if kind is not None:
        shapes = [_multi(each.geometry, kind) for each in rows]
        drawn = {
            "geometry": shapely.to_wkb(np.array(shapes, object)), "geometry_type": f"Multi{kind}",
            "crs": "EPSG:4326",
        }  # fmt: skip
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{checked.date}T00:00:00.000Z"})
    raw.write(
        str(path), field_data=[data for data, _ in fields], field_mask=[mask for _, mask in fields],
        fields=list(COLUMNS), layer=layer, driver="GPKG", append=path.exists(), **drawn,
    )  # fmt: skip
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _multi(geometry: Any, kind: str) -> Any:
    """All parts of one dimension as one; what a cut leaves of lower dimension is dropped."""
    parts = shapely.get_parts(geometry)
    dimension = {name: number for number, name in _KINDS.items()}[kind]
    parts = parts[shapely.get_dimensions(parts) == dimension]
    make = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)[dimension]
    return make(parts)


def _column(values: list[Any], name: str) -> tuple[Any, Any]:
    if name == "amount":
        numbers = np.array([np.nan if each is None else each for each in values], np.float64)
        mask = np.isnan(numbers)
        return np.where(mask, 0.0, numbers), mask if mask.any() else None
    return np.array(["" if each is None else each for each in values], object), None


def _row(each: Verdict, checked: Checked) -> dict[str, Any]:
    title = checked.rules[each.rule].title
    return {
        "rule": each.rule, "title_en": title.en, "title_zh": title.zh, "change": each.change,
        "status": each.status, "strength": each.strength, "family": each.family,
        "clause": each.clause, "amount": None if each.amount is None else round(each.amount, 3),
        "unit": each.unit, "zones": "; ".join(each.zones), "visibility": each.visibility,
        "why_en": each.why.en, "why_zh": each.why.zh, "cure_en": each.cure.en,
        "cure_zh": each.cure.zh,
    }  # fmt: skip


def _mapping(each: Verdict) -> Any:
    return None if each.geometry is None else json.loads(shapely.to_geojson(each.geometry))
