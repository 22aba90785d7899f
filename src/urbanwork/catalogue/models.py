"""What an indicator and a standard declare. The YAML under this folder is read into these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from urbanwork.quantities.bilingual import Bilingual as Bilingual  # noqa: PLC0414 - theirs too

Grade = Literal["good", "fair", "poor", "no_standard", "no_data"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number or name that a measure takes, with its unit and why it has that value."""

    value: float | str | list[str] | list[float]
    unit: str
    why: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A declared use of a measure: data only, no expressions."""

    id: str
    version: str
    title: Bilingual
    question: Bilingual
    serves: tuple[str, ...]  # codes of the arrangement, such as B-L
    dimension: str  # life, transit, green, safety, form, data
    measure: str  # name of a function in urbanwork.measures
    inputs: tuple[str, ...]  # what it needs: "place:kindergarten", "variable:gdp", "commutes", ...
    parameters: Mapping[str, Parameter]
    quantity: str  # what is measured: share of people, density, ...
    unit: str
    better: Literal["higher", "lower", "band", "neither"]
    support: str  # what the denominator counts, word of vocabulary.SUPPORTS
    formula: Bilingual  # in words, as explain shows it
    smallest_people: float  # below it an area gives "too small"
    missing: str  # named policy
    standard: str | None  # key that rows under standards/ carry
    sources: tuple[str, ...]
    limits: Bilingual
    mend: Bilingual  # what would mend a shortfall
    kind: str = ""  # word of tags.KINDS: what it does with its data
    rows: tuple[str, ...] = ()  # rows of rows.yaml that it carries out, such as H06
    examination: str | None = None  # one of the eight dimensions, word of tags.EXAMINATION
    sdg: str | None = None  # "11.2.1"
    iso37120: str | None = None  # theme, word of tags.ISO37120
    variant_of: str | None = None  # id of the indicator whose method it is another version of

    def arguments(self) -> dict[str, float | str | list[str] | list[float]]:
        """The parameters by name, as the measure takes them (keyword-only)."""
        return {name: parameter.value for name, parameter in self.parameters.items()}


@dataclass(frozen=True, slots=True)
class Standard:
    """A dated threshold: one row of a standard, valid in one jurisdiction from one date."""

    id: str  # unique: <set>.<document>.<what>
    key: str  # what it holds for; an indicator names this key
    set: str  # cn, international, ...
    jurisdiction: str  # ISO alpha-2 or "*"
    document: Bilingual
    edition: str
    clause: str
    valid_from: str  # ISO date
    valid_to: str | None
    strength: Literal["mandatory", "advisory", "information"]
    operator: Literal[">=", "<=", "between"]
    value: float
    upper: float | None  # for between
    fair: float | None  # from here to the threshold the grade is fair; else fair is unused
    fair_why: str  # the fair band is ours unless the document has it
    unit: str
    confidence: Literal["A", "B", "C", "V"]
    source: str
    note: Bilingual
    unbound: str = ""  # why no indicator is graded by it


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All indicators and standards, in the order of their files."""

    indicators: Mapping[str, Indicator]
    standards: tuple[Standard, ...] = field(default_factory=tuple)
    dimensions: Mapping[str, Bilingual] = field(default_factory=dict)
    version: str = ""  # content hash
    origins: Mapping[str, str] = field(default_factory=dict)  # id -> "life.yaml:12"
