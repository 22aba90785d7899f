"""Whether a catalogue is whole: every word in it stands for something, and nothing is left over.

The loader holds each entry against its fields. This holds entries against what they speak of:
measures, variables, categories, systems, rows and asks. `urbanwork catalogue check` prints it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Final

from urbanwork.catalogue.models import Bilingual, Catalogue, Indicator, Standard
from urbanwork.catalogue.rows import Rows
from urbanwork.catalogue.selection import check_measures
from urbanwork.catalogue.vocabulary import ASKS, CONFIDENCES
from urbanwork.errors import ManyFaultsError
from urbanwork.measures.coupling import System
from urbanwork.sources.layers import PROJECT_KINDS, RASTER_KINDS

VARIABLE_PARAMETERS: Final = (
    "numerator", "denominator", "other_numerator", "other_denominator", "variable", "demand",
    "supply", "first", "second",
)  # fmt: skip
"""Parameters of measures that name variables of statistics."""
CATEGORY_PARAMETERS: Final = ("category", "categories", "others")
"""Parameters of measures that name categories of places."""

SAMPLED: Final = "sampled_"
"""Measures along streets (catalogue ghsci) name what they sample themselves."""

SIX_POINTS: Final[Mapping[str, tuple[str, ...]]] = {
    "1": ("INT", "PIL", "INN"),
    "2": ("PLN", "INF", "MGR"),
    "3": ("URB", "CIT", "5EL", "C1"),
    "4": ("CUL",),
    "5": ("ECO", "B-E"),
    "6": ("B-S", "RES", "FOOD", "DIS"),
}
"""The six points of the founding arrangement by their codes."""
FEWEST_OF_A_POINT: Final = 3

SCALES: Final[Mapping[str, float]] = {
    "%": 100, "1": 1, "m2/person": 1, "people/place": 1, "per 1,000 people": 1e3,
    "per 10,000 people": 1e4, "per 10,000 firms": 1e4, "per 10,000 vehicles": 1e4,
    "per 100,000 people": 1e5, "1/km2": 1e6, "km2": 1e-6, "km/km2": 1e3, "m3/10,000 yuan": 1e4,
    "tce/10,000 yuan": 1e4, "100 million yuan/km2": 1e-2,
}  # fmt: skip
"""What brings a ratio of canonical units (m2, people, yuan) into the unit of an indicator."""

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_UNREAD = "from knowledge"


@dataclass(frozen=True, slots=True)
class Known:
    """What the words of a catalogue may stand for."""

    variables: Mapping[str, str]  # id -> unit
    categories: Collection[str]
    measures: Collection[str]
    systems: Mapping[str, System]
    measure: Callable[[str], Callable[..., object]]  # the function of a name


def known() -> Known:
    """All that comes with urbanwork.

    Raises:
        ManyFaultsError: faults of variables.yaml, categories.yaml or the systems.
    """
    from urbanwork.catalogue.coordination import load_systems
    from urbanwork.measures.names import AREA_MEASURES, MEASURES, measure_named
    from urbanwork.sources.category_titles import category_titles
    from urbanwork.sources.statistics.variables import load_variables

    variables = load_variables().variables
    return Known(
        {key: each.unit for key, each in variables.items()},
        tuple(category_titles()),
        (*MEASURES, *AREA_MEASURES),
        load_systems(),
        measure_named,
    )


def entry_faults(catalogue: Catalogue, known: Known) -> Iterator[str]:
    """Faults of single entries: they hold for the catalogue of a city too."""
    try:
        check_measures(catalogue, known.measure)
    except ManyFaultsError as error:
        yield from error.faults
    for indicator in catalogue.indicators.values():
        where = f"{catalogue.origins.get(indicator.id, 'catalogue')}: {indicator.id}: "
        for sentence in _indicator_faults(indicator, catalogue, known):
            yield where + sentence
    for row in catalogue.standards:
        where = f"{catalogue.origins.get(row.id, 'catalogue')}: {row.id}: "
        for sentence in _standard_faults(row):
            yield where + sentence


def _indicator_faults(indicator: Indicator, catalogue: Catalogue, known: Known) -> Iterator[str]:
    yield from _language_faults(indicator)
    yield from _input_faults(indicator, known)
    yield from _parameter_faults(indicator, catalogue, known)
    scale = indicator.parameters.get("scale")
    wanted = SCALES.get(indicator.unit)
    is_ratio = indicator.measure == "statistic_ratio"
    if is_ratio and scale is not None and wanted not in (None, scale.value):
        yield f"the unit '{indicator.unit}' wants the scale {wanted:g}, got {scale.value}"


def _language_faults(entry: Indicator | Standard) -> Iterator[str]:
    for each in fields(entry):
        text = getattr(entry, each.name)
        if isinstance(text, Bilingual):
            if not _LATIN.search(text.en):
                yield f"'{each.name}' has no English text"
            if not _CHINESE.search(text.zh):
                yield f"'{each.name}' has no Chinese text"


def _input_faults(indicator: Indicator, known: Known) -> Iterator[str]:
    choices: Mapping[str, Collection[str]] = {
        "variable": known.variables, "place": known.categories, "raster": RASTER_KINDS,
        "projects": PROJECT_KINDS,
    }  # fmt: skip
    for key in indicator.inputs:
        kind, _, name = key.partition(":")
        if kind in choices and name not in choices[kind]:
            yield f"there is no {kind} '{name}'{near(name, choices[kind])}"


def _parameter_faults(indicator: Indicator, catalogue: Catalogue, known: Known) -> Iterator[str]:
    for name, parameter in indicator.parameters.items():
        given = parameter.value if isinstance(parameter.value, list) else [parameter.value]
        words = [word for word in given if isinstance(word, str)]
        if name in VARIABLE_PARAMETERS:
            yield from _unknown(words, known.variables, f"{name}: there is no variable")
            missing = [each for each in words if f"variable:{each}" not in indicator.inputs]
            if indicator.measure.startswith("statistic") and missing:
                yield f"'inputs' must name variable:{missing[0]}, which '{name}' takes"
        elif name in CATEGORY_PARAMETERS and not indicator.measure.startswith(SAMPLED):
            yield from _unknown(words, known.categories, f"{name}: there is no category")
        elif name == "system":
            yield from _unknown(words, known.systems, "there is no system")
        elif name == "of":
            yield from _of_faults(words, catalogue, known)


def _of_faults(words: Iterable[str], catalogue: Catalogue, known: Known) -> Iterator[str]:
    for word in words:
        if word.startswith("variable:"):
            yield from _unknown([word[9:]], known.variables, "of: there is no variable")
        else:
            yield from _unknown([word], catalogue.indicators, "of: there is no indicator")


def _unknown(words: Iterable[str], choices: Collection[str], claim: str) -> Iterator[str]:
    for word in words:
        if word not in choices:
            yield f"{claim} '{word}'{near(word, choices)}"


def near(word: str, choices: Collection[str]) -> str:
    """The choice that is nearest, where one is; there are too many to list.

    >>> near("jobz", ["jobs", "people"]), near("zzz", ["jobs", "people"])
    ("; did you mean 'jobs'?", '')
    """
    found = get_close_matches(word, choices, n=1)
    return f"; did you mean '{found[0]}'?" if found else ""


def _standard_faults(row: Standard) -> Iterator[str]:
    yield from _language_faults(row)
    if not row.clause.strip() and not row.source.strip():
        yield "it names neither a clause nor a source"
    if row.confidence not in CONFIDENCES:
        yield f"its confidence '{row.confidence}' is none of {', '.join(CONFIDENCES)}"
    elif row.confidence in "AB" and row.source.startswith(_UNREAD):
        yield f"confidence {row.confidence} wants a source that was read, got '{row.source}'"
    if row.strength == "mandatory" and row.confidence != "A":
        yield f"only a clause that was read (A) is mandatory, this has {row.confidence}"


def whole_faults(catalogues: Sequence[Catalogue], rows: Rows, known: Known) -> Iterator[str]:
    """What is left over or left out in all catalogues that come with urbanwork, ours first."""
    own = catalogues[0]
    used = {each.measure for catalogue in catalogues for each in catalogue.indicators.values()}
    for name in known.measures:
        if name not in used:
            yield f"measures: '{name}' is used by no indicator; declare one or take it out"
    for name, unit in known.variables.items():
        if not unit.strip():
            yield f"variables.yaml: '{name}' has no unit"
    for indicator in own.indicators.values():
        if not indicator.kind:
            yield f"{own.origins[indicator.id]}: {indicator.id}: 'kind' is missing"
    yield from _system_faults(own, known)
    yield from row_faults(own, rows)
    yield from code_faults(own)


def _system_faults(catalogue: Catalogue, known: Known) -> Iterator[str]:
    """Items of systems that name nothing, and systems that no indicator scores."""
    from urbanwork.catalogue.coordination import unknown_names

    yield from unknown_names(known.systems, catalogue.indicators, known.variables)
    scored = {each.arguments().get("system") for each in catalogue.indicators.values()}
    for name in known.systems:
        if name not in scored:
            yield f"coordination: '{name}' is scored by no indicator; declare one or take it out"


def row_faults(catalogue: Catalogue, rows: Rows) -> Iterator[str]:
    """Rows that are neither carried out nor declared, or both, and rows that do not exist."""
    done: set[str] = set()
    for indicator in catalogue.indicators.values():
        done.update(indicator.rows)
        where = f"{catalogue.origins.get(indicator.id, 'catalogue')}: {indicator.id}"
        yield from _unknown(indicator.rows, rows.rows, f"{where}: there is no row")
    for row in rows.rows.values():
        if row.id in done and row.id in rows.declared:
            yield f"{rows.origins[row.id]}: {row.id} is declared, yet an indicator carries it out"
        elif row.id not in done and row.id not in rows.declared:
            yield (
                f"rows.yaml: {row.id} ({row.title.en}) is neither carried out by an indicator nor "
                "declared with the data that it needs"
            )


def code_faults(catalogue: Catalogue) -> Iterator[str]:
    """Codes of the arrangement that no indicator serves, and points that fewer than three do."""
    served = Counter(code for each in catalogue.indicators.values() for code in set(each.serves))
    for code, meaning in ASKS.items():
        if not served[code]:
            yield f"no indicator serves {code} ({meaning.en})"
    for point, codes in SIX_POINTS.items():
        count = sum(bool(set(each.serves) & set(codes)) for each in catalogue.indicators.values())
        if count < FEWEST_OF_A_POINT:
            yield f"point {point} ({', '.join(codes)}) has {count} indicators, wanted 3 or more"
