"""The ladder of supervision as a table: steps, what follows on each, and where a matter starts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from urbanwork.errors import UserError
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.declared import Declared, read_declared
from urbanwork.quantities.working_time import Limit, Unit

FILE: Final = Path(__file__).parent / "rules" / "ladder.yaml"
Weight = Literal["normal", "important", "urgent"]


class Answer(Declared):
    """The time to answer in."""

    amount: Annotated[float, Field(gt=0)]
    unit: Unit

    @property
    def limit(self) -> Limit:
        return Limit(self.amount, self.unit)


class Step(Declared):
    """One step of the ladder; the last has none to follow."""

    title: Bilingual
    is_order: bool
    answer_within: Answer | None = None
    repeats: Annotated[int, Field(ge=1)] = 1
    next: str | None
    source: Bilingual
    clause: Bilingual


class Ladder(Declared):
    """Steps from the mildest to the hardest, and the first one by the weight of the matter."""

    title: Bilingual
    starts: dict[Weight, str]
    steps: Annotated[dict[str, Step], Field(min_length=1)]

    @model_validator(mode="after")
    def _climbs(self) -> Ladder:
        faults = list(_faults(self))
        if faults:
            raise ValueError("; ".join(faults))
        return self


class Ladders(Declared):
    """All variants of a file."""

    default: str
    variants: dict[str, Ladder]


def read_ladder(variant: str | None = None, path: Path = FILE) -> Ladder:
    """One variant of the ladder; without a name, the default of the file.

    Raises:
        UserError: there is no such variant, or no such file.
        ManyFaultsError: steps that do not climb, unknown names, with file and line.
    """
    table = read_declared(path, Ladders)
    name = variant or table.default
    if name not in table.variants:
        known = ", ".join(table.variants)
        raise UserError(f"{path}: there is no ladder '{name}'; choose from {known}")
    return table.variants[name]


def _faults(ladder: Ladder) -> Iterator[str]:
    order = list(ladder.steps)
    for weight in ("normal", "important", "urgent"):
        if ladder.starts.get(weight) not in ladder.steps:
            yield f"starts: '{weight}' needs one of the steps {', '.join(order)}"
    for place, (name, step) in enumerate(ladder.steps.items()):
        if step.next is not None and step.next not in order[place + 1 :]:
            yield f"{name}: next is '{step.next}', which is no later step"
        if step.next is not None and step.answer_within is None:
            yield f"{name}: give answer_within, for a step follows on it"
