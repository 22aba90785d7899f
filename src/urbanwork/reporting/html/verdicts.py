"""The page of a checked plan: outcome, map of what is broken, every rule with clause and cure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.catalogue.models import Bilingual
from urbanwork.planning.checking import Checked
from urbanwork.quantities.crs import metric_crs, project
from urbanwork.reporting.html.markup import LANG_TAGS
from urbanwork.reporting.html.policy import policy
from urbanwork.reporting.numbers import Lang
from urbanwork.reporting.verdicts import (
    FAMILY,
    OUTCOME,
    groups,
    hidden_words,
)
from urbanwork.reporting.wording import LINE_STRENGTHS, VERDICTS, say

if TYPE_CHECKING:
    from jinja2 import Environment

HERE: Final = Path(__file__).parent
MOST_ROWS: Final = 200
"""Changes listed by rule on the page; GeoJSON and GeoPackage have all."""
MOST_DRAWN: Final = 3_000
WIDTH: Final = 760.0
HEIGHT: Final = 460.0

_WORDS: Final = {
    "title": Bilingual("Bottom lines held against a plan", "规划方案底线核查"),
    "data": Bilingual("City data as of", "城市数据截至"),
    "changes": Bilingual("changes", "项变更"),
    "map": Bilingual("Where the plan lies and where it breaks a rule", "方案位置与突破位置"),
    "plan": Bilingual("plan", "方案"),
    "broken": Bilingual("broken", "突破处"),
    "change": Bilingual("Change", "变更"),
    "finding": Bilingual("What was found", "核查结果"),
    "clause": Bilingual("Clause", "条款"),
    "confidence": Bilingual("how well it is known", "可信度"),
    "source": Bilingual("source", "来源"),
    "protects": Bilingual("What it protects", "管控目的"),
    "cure": Bilingual("Cure", "整改建议"),
    "whole": Bilingual("plan as a whole", "方案整体"),
    "more": Bilingual("more; the GeoJSON has all", "项未列出，详见 GeoJSON"),
    "unknown": Bilingual("Not known (never a pass)", "无法判定（不视为通过）"),
    "passes": Bilingual("Rules that nothing breaks", "未突破的规则"),
    "proof": Bilingual("Proof", "核查凭证"),
    "proof_text": Bilingual(
        "The same plan and layers give the same number.", "相同方案与图层得到相同校验值。"
    ),
    "layer": Bilingual("zones", "个图斑"),
    "scale": Bilingual("km", "公里"),
}


@dataclass(frozen=True, slots=True)
class _Path:
    d: str
    kind: str  # plan, hard, soft; dot for a point
    title: str


def build_check(checked: Checked, *, lang: Lang = "en") -> bytes:
    """The page as one HTML file in UTF-8 that asks for nothing outside; same bytes again."""
    style = (HERE / "templates" / "verdicts.css").read_text(encoding="utf-8")
    counts: Counter[str] = Counter(each.status for each in checked.verdicts)
    context = {
        "tag": LANG_TAGS[lang], "style": style, "policy": policy(style),
        "w": {name: say(text, lang) for name, text in _WORDS.items()},
        "city": checked.city_zh or checked.city if lang == "zh" else checked.city,
        "plan": checked.plan, "date": checked.date, "changes": len(checked.changes),
        "status": checked.status, "outcome": say(OUTCOME[checked.status], lang),
        "counts": [(name, say(VERDICTS[name], lang), counts.get(name, 0)) for name in VERDICTS],
        "hidden": None if (hidden := hidden_words(checked)) is None else say(hidden, lang),
        "map": _map(checked, lang), "width": WIDTH, "height": HEIGHT,
        "rules": list(_rules(checked, lang)),
        "proof": checked.proof.plain(is_public=checked.is_public),
    }  # fmt: skip
    return _environment().get_template("verdicts.html.jinja").render(context).encode()


def _rules(checked: Checked, lang: Lang) -> Iterator[dict[str, Any]]:
    """Each rule and status, with the changes that it speaks of."""
    for group in groups(checked):
        rule, rows = group.rule, group.verdicts
        yield {
            "id": rule.id, "status": group.status, "title": say(rule.title, lang),
            "family": say(FAMILY[rule.family], lang), "strength": rule.strength,
            "strength_words": say(LINE_STRENGTHS[rule.strength], lang),
            "status_words": say(VERDICTS[group.status], lang), "clause": rule.clause,
            "source": rule.source, "confidence": rule.confidence, "why": say(rule.why, lang),
            "cures": list(dict.fromkeys(say(each.cure, lang) for each in rows)),
            "count": len(rows), "more": max(0, len(rows) - MOST_ROWS),
            "rows": [
                (each.change or say(_WORDS["whole"], lang), say(each.why, lang))
                for each in rows[:MOST_ROWS]
            ],
        }  # fmt: skip


# Map


def _map(checked: Checked, lang: Lang) -> dict[str, Any] | None:
    """The plan and where it breaks rules, in one drawing; None where nothing is drawn."""
    plan = [each for each in checked.changes if each.geometry is not None][:MOST_DRAWN]
    broken = [
        each
        for each in checked.verdicts
        if each.status == "breach" and each.geometry is not None and not each.geometry.is_empty
    ][:MOST_DRAWN]
    shapes = np.empty(len(plan) + len(broken), object)
    shapes[:] = [each.geometry for each in plan] + [each.geometry for each in broken]
    if len(shapes) == 0:
        return None
    drawn, metres = _on_paper(shapes)
    titles = [each.id for each in plan] + [
        f"{each.change or say(_WORDS['whole'], lang)}: {say(checked.rules[each.rule].title, lang)}"
        for each in broken
    ]
    kinds = ["plan"] * len(plan) + [each.strength for each in broken]
    paths = [
        _Path(_drawn(shape), kind + (" dot" if shape.geom_type == "Point" else ""), title)
        for shape, kind, title in zip(drawn, kinds, titles, strict=True)
    ]
    return {"paths": paths, "bar": _bar(metres), "alt": say(_WORDS["map"], lang)}


def _on_paper(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], float]:
    """Shapes in the units of the drawing, and how many metres one unit is."""
    west, south, east, north = shapely.total_bounds(shapes)
    metric = project(shapes, metric_crs((west + east) / 2, (south + north) / 2))
    west, south, east, north = shapely.total_bounds(metric)
    pad = 0.06
    metres = max((east - west) / WIDTH, (north - south) / HEIGHT, 0.2) * (1 + 2 * pad)
    middle = np.array([(west + east) / 2, (south + north) / 2])

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        flat = (points - middle) / metres
        return np.column_stack([WIDTH / 2 + flat[:, 0], HEIGHT / 2 - flat[:, 1]])

    return shapely.transform(metric, move), float(metres)


def _drawn(shape: Any) -> str:
    """An SVG path; a point becomes a short stroke that its round cap makes a dot."""
    parts = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            rings = [part.exterior, *part.interiors]
            parts += [f"M{_points(ring.coords[:-1])}Z" for ring in rings]
        elif part.geom_type == "Point":
            parts.append(f"M{part.x:.1f} {part.y:.1f}h.01")
        elif not part.is_empty:
            parts.append(f"M{_points(part.coords)}")
    return "".join(parts)


def _points(coordinates: Sequence[Any]) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in coordinates)


def _bar(metres: float) -> dict[str, Any]:
    """A scale bar of a round length, at most a quarter of the drawing."""
    longest = metres * WIDTH / 4
    power = 10.0 ** np.floor(np.log10(longest))
    length = max(step for step in (1, 2, 5) if step * power <= longest) * power
    words = f"{length:g} m" if length < 1000 else f"{length / 1000:g} km"
    return {"length": round(float(length / metres), 1), "words": words}


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
