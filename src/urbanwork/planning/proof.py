"""A proof that a result breaks no bottom line: what was checked, against what, found again.

The same plan and layers give the same hash, so that anyone who has them can recompute it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.catalogue.bottomlines import BottomLine
from urbanwork.planning.changes import Change
from urbanwork.planning.finding import Known
from urbanwork.planning.verdicts import Verdict, Visibility

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Layer:
    """The zones of one kind that were checked against."""

    kind: str
    zones: int
    sha256: str
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class Proof:
    """What was checked and what was found."""

    checked: int  # changes, or cells that were converted
    violations: int  # of hard rules
    unknown: tuple[str, ...]  # hard rules that could not be checked
    rules: tuple[str, ...]  # hard rules that were held
    layers: tuple[Layer, ...]
    input_sha256: str  # of what was checked
    sha256: str  # of all of the above

    @property
    def holds(self) -> bool:
        """Whether there is no violation and nothing unknown."""
        return self.violations == 0 and not self.unknown

    def plain(self, *, is_public: bool = False) -> dict[str, Any]:
        """The proof as plain data; the public one names no layer that is not public.

        Its own hash would let one guess at such a layer, so that it is left out too.
        """
        data = asdict(self) | {"holds": self.holds}
        if is_public and any(layer.visibility != "public" for layer in self.layers):
            data["layers"] = [asdict(each) for each in self.layers if each.visibility == "public"]
            for name in ("sha256", "violations", "unknown", "rules", "holds"):
                data.pop(name)
        return data


def proof_of(
    verdicts: Sequence[Verdict], changes: Sequence[Change], rules: Sequence[BottomLine],
    known: Known,
) -> Proof:  # fmt: skip
    """The proof of a plan, from its verdicts."""
    hard = [each for each in verdicts if each.strength == "hard"]
    held = sorted({each.rule for each in hard})
    broken = {(each.rule, each.change) for each in hard if each.status == "breach"}
    unknown = tuple(sorted({each.rule for each in hard if each.status == "unknown"}))
    kinds = {kind for rule in rules if rule.id in held for kind in rule.zones}
    return _sealed(
        len(changes), len(broken), unknown, tuple(held), kinds, _hash_of_changes(changes), known
    )


def grid_proof(
    converted: Flags, forbidden: Flags, rules: Sequence[BottomLine], known: Known
) -> Proof:  # fmt: skip
    """The proof of a grid: no converted cell is one that the rules forbid."""
    if converted.shape != forbidden.shape:
        raise ValueError(f"grids of {converted.shape} and {forbidden.shape} do not fit together")
    missing = tuple(sorted(rule.id for rule in rules if known.missing(rule.zones)))
    digest = hashlib.sha256(f"{converted.shape}".encode())
    digest.update(np.packbits(converted).tobytes())
    kinds = {kind for rule in rules for kind in rule.zones}
    held = tuple(sorted(rule.id for rule in rules))
    violations = int(np.count_nonzero(converted & forbidden))
    count = int(np.count_nonzero(converted))
    return _sealed(count, violations, missing, held, kinds, digest.hexdigest(), known)


def _sealed(
    checked: int, violations: int, unknown: tuple[str, ...], rules: tuple[str, ...],
    kinds: Iterable[str], of_input: str, known: Known,
) -> Proof:  # fmt: skip
    layers = tuple(_layer(kind, known) for kind in sorted(kinds) if kind in known.zone_kinds)
    said = repr((checked, violations, unknown, rules, [asdict(each) for each in layers], of_input))
    whole = hashlib.sha256(said.encode()).hexdigest()
    return Proof(checked, violations, unknown, rules, layers, of_input, whole)


def _layer(kind: str, known: Known) -> Layer:
    rows = known.of_kinds([kind])
    zones = known.zones
    digest = hashlib.sha256(kind.encode())
    for name in np.sort(zones.id[rows].astype(str)).tolist():
        digest.update(name.encode())
    for shape in sorted(shapely.to_wkb(zones.geometry[rows]).tolist()):
        digest.update(shape)
    return Layer(kind, int(rows.sum()), digest.hexdigest(), known.seen_by(rows))


def _hash_of_changes(changes: Sequence[Change]) -> str:
    """One hash whatever the order in which the changes come."""
    lines = []
    for each in changes:
        shape = b"" if each.geometry is None else shapely.to_wkb(each.geometry)
        plain = (each.kind, each.target, each.category, each.codes, each.approvals)
        lines.append(repr(plain).encode() + shape)
    return hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()
