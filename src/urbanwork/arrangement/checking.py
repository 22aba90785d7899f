"""Everything that can be wrong with an arrangement, and what a person has yet to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from urbanwork.arrangement.binding import binding_faults, warnings
from urbanwork.arrangement.cascade import answered_documents, cycle_faults, nowhere_faults
from urbanwork.arrangement.loading import Reading, read_arrangement
from urbanwork.catalogue.models import Catalogue
from urbanwork.errors import ManyFaultsError


@dataclass(frozen=True, slots=True)
class Checked:
    """An arrangement without faults, and what a person has yet to do in it."""

    reading: Reading
    warnings: tuple[str, ...]


def check_arrangement(path: Path, catalogue: Catalogue) -> Checked:
    """Read an arrangement and hold it against a catalogue and against the documents it answers.

    Raises:
        UserError: the file cannot be read or is not YAML.
        ManyFaultsError: every fault at once, each with file and line.
    """
    reading = read_arrangement(path)
    faults = [*binding_faults(reading, catalogue), *_cascade_faults(reading)]
    if faults:
        raise ManyFaultsError(faults)
    return Checked(reading, tuple(warnings(reading)))


def _cascade_faults(reading: Reading) -> Iterator[str]:
    others = answered_documents(reading)
    for other in others:
        yield from nowhere_faults(other.arrangement, reading)
    yield from cycle_faults([reading, *others])
