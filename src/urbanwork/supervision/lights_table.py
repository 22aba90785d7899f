"""Rules of lights as a table: which light shows from which moment on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from urbanwork.errors import UserError
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.declared import Declared, read_declared
from urbanwork.quantities.working_time import Limit, Unit

FILE: Final = Path(__file__).parent / "rules" / "lights.yaml"
Colour = Literal["green", "blue", "yellow", "orange", "red"]
Test = Literal["near_due", "milestone_late", "behind", "overdue"]


class Within(Declared):
    """So much time before or after."""

    amount: Annotated[float, Field(ge=0)]
    unit: Unit

    @property
    def limit(self) -> Limit:
        return Limit(self.amount, self.unit)


class Rule(Declared):
    """One test and the light that shows once it holds."""

    light: Colour
    test: Test
    within: Within | None = None
    points: Annotated[float, Field(gt=0, le=100)] | None = None
    clause: Bilingual

    @model_validator(mode="after")
    def _has_its_number(self) -> Rule:
        if (self.points is None) == (self.test == "behind"):
            raise ValueError(f"{self.test}: 'points' is for the test 'behind', which needs it")
        if (self.within is None) != (self.test == "behind"):
            raise ValueError(f"{self.test}: 'within' is for all tests but 'behind', and needed")
        return self


class Lights(Declared):
    """One variant: lights from mildest to most severe, and their rules."""

    title: Bilingual
    lights: Annotated[tuple[Colour, ...], Field(min_length=2)]
    base: Bilingual
    source: str
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits(self) -> Lights:
        faults = list(_faults(self))
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def severity(self, colour: str) -> int:
        """Place of a light in the order, 0 the mildest."""
        return self.lights.index(colour)


class Variants(Declared):
    """All variants of a file."""

    default: str
    variants: dict[str, Lights]


def _faults(lights: Lights) -> Iterator[str]:
    if len(set(lights.lights)) != len(lights.lights):
        yield "lights: one is given twice"
    shown = {rule.light for rule in lights.rules}
    for unknown in sorted(shown - set(lights.lights)):
        yield f"rules: the light '{unknown}' is not among lights"
    for unused in sorted(set(lights.lights[1:]) - shown):
        yield f"lights: no rule shows '{unused}'"


def read_lights(variant: str | None = None, path: Path = FILE) -> Lights:
    """One variant of the rules; without a name, the default of the file.

    Raises:
        UserError: there is no such variant, or no such file.
        ManyFaultsError: rules that do not fit each other, with file and line.
    """
    table = read_declared(path, Variants)
    name = variant or table.default
    if name not in table.variants:
        known = ", ".join(table.variants)
        raise UserError(f"{path}: there are no lights '{name}'; choose from {known}")
    return table.variants[name]
