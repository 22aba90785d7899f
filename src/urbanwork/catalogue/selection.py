"""Which standards hold for a city at a date, and whether measures take what indicators give."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence

from urbanwork.catalogue.checking import suggestion
from urbanwork.catalogue.models import Catalogue, Indicator, Parameter, Standard
from urbanwork.catalogue.vocabulary import STRENGTHS
from urbanwork.errors import ManyFaultsError, UserError

_RANK = {strength: rank for rank, strength in enumerate(STRENGTHS)}


def select_standards(
    catalogue: Catalogue, *, sets: Sequence[str] | None, jurisdiction: str, as_of: str
) -> dict[str, Standard]:
    """The one row that grades each key, for a city of `jurisdiction` on `as_of` (ISO date).

    A row holds from `valid_from` to `valid_to`, both days included. Without `sets` every set
    counts, but only rows of the city's own jurisdiction or of `*`. With `sets` only these count;
    a set that has no row of the own jurisdiction or of `*` is a foreign one, and naming it says
    so on purpose: its rows hold. Of several rows for one key the strongest holds (mandatory,
    advisory, information), then the own jurisdiction's before others, then the newest, then that
    of the set named first, then the first id.

    Raises:
        UserError: a named set has not one row in a catalogue that has standards.
    """
    found: dict[str, Standard] = {}
    for row in sorted(
        _holding(catalogue, sets, jurisdiction, as_of),
        key=lambda row: _order(row, sets or (), jurisdiction),
    ):
        found.setdefault(row.key, row)
    return found


def standards_of(catalogue: Catalogue, key: str) -> tuple[Standard, ...]:
    """Every row for one key, superseded ones too, oldest first: the history of a threshold."""
    rows = (row for row in catalogue.standards if row.key == key)
    return tuple(sorted(rows, key=lambda row: (row.valid_from, row.id)))


def _holding(
    catalogue: Catalogue, sets: Sequence[str] | None, jurisdiction: str, as_of: str
) -> Iterator[Standard]:
    own = {row.set for row in catalogue.standards if row.jurisdiction in (jurisdiction, "*")}
    known = sorted({row.set for row in catalogue.standards})
    for name in sets or ():
        # A catalogue may grade nothing; then there is no set to choose.
        if known and name not in known:
            raise UserError(f"standards: there is no set '{name}'{suggestion(name, known)}")
    foreign = set(sets or ()) - own
    for row in catalogue.standards:
        is_chosen = sets is None or row.set in sets
        is_ours = row.jurisdiction in (jurisdiction, "*") or row.set in foreign
        is_valid = row.valid_from <= as_of and (row.valid_to is None or as_of <= row.valid_to)
        if is_chosen and is_ours and is_valid:
            yield row


def _order(row: Standard, sets: Sequence[str], jurisdiction: str) -> tuple[object, ...]:
    newest_first = tuple(-int(part) for part in row.valid_from.split("-"))
    place = sets.index(row.set) if row.set in sets else 0
    return (_RANK[row.strength], row.jurisdiction != jurisdiction, newest_first, place, row.id)


def check_measures(catalogue: Catalogue, resolve: Callable[[str], Callable[..., object]]) -> None:
    """Hold the parameters of every indicator against the keyword arguments of its measure.

    `resolve` gives the function of a name, or raises LookupError or AttributeError.

    Raises:
        ManyFaultsError: every measure that does not exist, every parameter that it does not take,
            every one that it wants and does not get, every one of another kind.
    """
    faults: list[str] = []
    for indicator in catalogue.indicators.values():
        where = f"{catalogue.origins.get(indicator.id, 'catalogue')}: {indicator.id}"
        try:
            measure = resolve(indicator.measure)
        except (LookupError, AttributeError):
            faults.append(f"{where}: there is no measure '{indicator.measure}'")
        else:
            faults += [f"{where}: {fault}" for fault in _parameter_faults(indicator, measure)]
    if faults:
        raise ManyFaultsError(faults)


def _parameter_faults(indicator: Indicator, measure: Callable[..., object]) -> Iterator[str]:
    taken = {
        name: parameter
        for name, parameter in inspect.signature(measure).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    for name, parameter in taken.items():
        if name not in indicator.parameters and parameter.default is inspect.Parameter.empty:
            yield f"the measure '{indicator.measure}' wants the parameter '{name}'"
    for name, given in indicator.parameters.items():
        if name not in taken:
            near = suggestion(name, taken) if taken else "; it takes none"
            yield f"the measure '{indicator.measure}' takes no '{name}'{near}"
        else:
            yield from _kind_faults(name, given, str(taken[name].annotation))


_KINDS: Mapping[str, tuple[type, ...]] = {"float": (int, float), "int": (int,), "str": (str,)}


def _kind_faults(name: str, given: Parameter, annotation: str) -> Iterator[str]:
    """`annotation` as written: one or several of float, int, str, a sequence of one of them, or a
    list of words; others pass."""
    options = [each for each in annotation.split(" | ") if each != "None"]
    if not any(_fits(given.value, option) for option in options):
        yield f"'{name}' is {given.value!r}, but the measure wants {annotation}"


def _fits(value: object, option: str) -> bool:
    if option.startswith("Literal["):
        return value in ast.literal_eval(f"({option[8:-1]},)")
    inner = option.partition("[")[2].rstrip("]").removesuffix(", ...") or option
    if inner not in _KINDS:
        return True
    values = value if isinstance(value, list) else [value]
    is_list = "[" in option
    return isinstance(value, list) == is_list and all(
        isinstance(each, _KINDS[inner]) for each in values
    )
