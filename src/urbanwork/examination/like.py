"""An earlier examination whose definitions are used again: indicators, standards, bounds.

A yearly re-examination answers the questions of the last one in its way; what has been defined
anew since then is named in the manifest, not used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from urbanwork.catalogue.models import Catalogue, Standard
from urbanwork.catalogue.selection import check_measures
from urbanwork.city.store import hash_file, hash_parts
from urbanwork.errors import UserError
from urbanwork.examination.definitions import FILE, by_key, load, not_used
from urbanwork.examination.draft import DETAILS
from urbanwork.examination.frozen import check_frozen
from urbanwork.measures.coupling import System
from urbanwork.measures.names import AREA_MEASURES, resolve, resolve_of_areas


@dataclass(frozen=True, slots=True)
class Like:
    """What is taken from the earlier examination."""

    id: str
    catalogue: Catalogue
    standards: Mapping[str, Standard]
    systems: Mapping[str, System]  # with the bounds and weights that were found then
    key: str  # hash of all of it

    def record(self, today: Catalogue, standards: Mapping[str, Standard]) -> dict[str, Any]:
        """What the manifest says: whose definitions, and which newer ones are not used.

        `standards` are the rows that would be chosen today.
        """
        unused = not_used(self.catalogue, today, standards)
        return {
            "id": self.id,
            "definitions": self.key,
            "systems": sorted(self.systems),
            "not_used": [asdict(each) for each in unused],
        }


def read_like(folder: Path) -> Like:
    """The definitions of the examination in `folder`.

    Raises:
        UserError: it keeps none, they are damaged or were changed after freezing, or name a
            measure that this urbanwork does not have.
    """
    check_frozen(folder)
    catalogue = load(folder)
    try:
        check_measures(catalogue, _measure)
    except UserError as error:
        raise UserError(
            f"--like {folder.name}: its definitions cannot be computed by this urbanwork:\n{error}"
        ) from None
    details = _details(folder)
    key = hash_parts(hash_file(folder / FILE), json.dumps(details, sort_keys=True))
    return Like(folder.name, catalogue, by_key(catalogue), _systems(details, folder.name), key)


def _measure(name: str) -> Any:
    return resolve_of_areas(name) if name in AREA_MEASURES else resolve(name)


def _details(folder: Path) -> dict[str, Any]:
    """Of each system of coordination the definition, and the bounds and weights found then."""
    try:
        told = json.loads((folder / DETAILS).read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError:
        raise UserError(f"{folder / DETAILS}: the file is damaged; take it from a copy") from None
    found: dict[str, Any] = {}
    for each in told.values():
        if each.get("frozen") and each.get("definition"):
            kept = {"definition": each["definition"], "frozen": each["frozen"]}
            found.setdefault(str(each["system"]), kept)  # the first names the form of the system
    return found


def _systems(details: Mapping[str, Any], source: str) -> dict[str, System]:
    if not details:
        return {}
    from urbanwork.measures.assessment import freeze
    from urbanwork.measures.coordination_detail import system_of

    keep = partial(freeze, source=source)
    return {
        key: keep(system_of(each["definition"]), each["frozen"]) for key, each in details.items()
    }
