"""`urbanwork coordination`: how well subsystems go together, of a city or of a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from urbanwork.cli.options import Lang
from urbanwork.cli.streams import print_json
from urbanwork.errors import UserError
from urbanwork.measures.coupling import System


@dataclass(frozen=True, slots=True)
class Asked:
    """How to score; empty: as the system says."""

    system: str = ""
    form: str = ""
    weights: str = ""
    weight: Sequence[str] = ()
    goalposts: Sequence[str] = ()
    epsilon: float | None = None
    frozen: Path | None = None

    @property
    def changes(self) -> bool:
        """Whether scores must be made anew."""
        given = (self.form, self.weights, self.weight, self.goalposts)
        return any(given) or self.epsilon is not None or self.frozen is not None


def show_coordination(where: Path, asked: Asked, *, as_json: bool, lang: Lang) -> None:
    """Print scores, what binds and what must be known, of every system asked for."""
    told = _of_city(where, asked) if where.is_dir() else [_of_table(where, asked)]
    if as_json:
        print_json(told[0] if len(told) == 1 else told)
        return
    from urbanwork.reporting.coordination_terminal import print_coordination

    for detail in told:
        print_coordination(detail, lang=lang)


# A table


def _of_table(path: Path, asked: Asked) -> dict[str, Any]:
    from urbanwork.catalogue.coordination_table import read_scores
    from urbanwork.measures.assessment import assess
    from urbanwork.measures.coordination_detail import described

    table = read_scores(path, _named(asked.system) if asked.system else None)
    return described(assess(_changed(table.system, asked), table.values, table.units, table.city))


def _named(name: str) -> System:
    from urbanwork.catalogue.coordination import load_systems, system_of

    return system_of(load_systems(), name)


# A city


def _of_city(folder: Path, asked: Asked) -> list[dict[str, Any]]:
    """Its last examination: as it stands, or scored anew from the values that it holds."""
    found = _stored(folder)
    if asked.system and asked.system not in found:
        from urbanwork.catalogue.checking import suggestion

        raise UserError(f"--system: got '{asked.system}'{suggestion(asked.system, sorted(found))}")
    chosen = [found[asked.system]] if asked.system else list(found.values())
    return [_anew(each, asked) for each in chosen] if asked.changes else chosen


def _stored(folder: Path) -> dict[str, dict[str, Any]]:
    """The first detail of each system in the last examination: that of its own form."""
    from urbanwork.api import last_examination

    path = last_examination(folder).folder / "details.json"
    details = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    found: dict[str, dict[str, Any]] = {}
    for detail in details.values():
        if isinstance(detail, dict) and "definition" in detail:
            found.setdefault(detail["system"], detail)
    if not found:
        raise UserError(
            f"{folder}: its last examination holds no scores of coordination; examine it again "
            "with indicators of the dimension coordination, or give a table"
        )
    return found


def _anew(detail: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    import numpy as np

    from urbanwork.measures.assessment import assess
    from urbanwork.measures.coordination_detail import described, system_of, values_of

    values = values_of(detail)
    people = detail["people"] and np.array(detail["people"], dtype=np.float64)
    system = _changed(system_of(detail["definition"]), asked)
    kept = {key: detail[key] for key in ("areas", "period_of_items") if key in detail}
    found = assess(
        system, values[:-1], detail["units"], values[-1],
        units_zh=[chinese for _, chinese in detail["names"]],
    )  # fmt: skip
    return {**described(found, people), **kept}


# Scores


def _changed(system: System, asked: Asked) -> System:
    from urbanwork.catalogue.coordination_table import with_goalposts, with_weights

    if asked.frozen is not None:
        return _frozen(system, asked.frozen, asked)
    system = with_weights(with_goalposts(system, asked.goalposts), asked.weight)
    weights: Any = asked.weights or ("given" if asked.weight else system.weights)
    form: Any = asked.form or system.form
    epsilon = system.epsilon if asked.epsilon is None else asked.epsilon
    return replace(system, form=form, weights=weights, epsilon=epsilon)


def _frozen(system: System, path: Path, asked: Asked) -> System:
    """The system with the bounds and weights that an earlier run printed with --json."""
    from urbanwork.measures.assessment import freeze

    if replace(asked, system="", form="", frozen=None).changes:
        raise UserError(
            "--frozen keeps bounds, weights and epsilon; beside it only --system and --form are "
            "taken"
        )
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))["frozen"]
        form: Any = asked.form or system.form
        return replace(freeze(system, kept, str(path.name)), form=form)
    except OSError as error:
        raise UserError(f"{path}: the file cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, KeyError) as error:
        reason = error.args[0] if error.args else ""
        raise UserError(
            f"{path}: wanted what 'urbanwork coordination ... --json' printed for this system "
            f"({reason})"
        ) from None
