"""How land and people grow: land consumption, its ratio to the growth of people, expansion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.dated import Series, built_up_sources, people_sources
from urbanwork.measures.figures import Figures, Notes
from urbanwork.measures.spans import latest, span
from urbanwork.measures.tables import Tables
from urbanwork.quantities.measured import Reason

Floats = NDArray[np.float64]

NO_GROWTH = 1e-4
"""Growth of people below 0.01 % a year, or decline: a ratio to it has no meaning (ours)."""

PERCENT = 100.0
LAND: Notes = ("built-up land", "建成区用地")
PEOPLE: Notes = ("people", "人口")


@dataclass(frozen=True, slots=True)
class Growth:
    """People or land at the two ends of a period, [A + 1] each."""

    first: Floats
    last: Floats
    years: tuple[int, int]
    origin: Notes
    broken: tuple[str | None, ...] = ()  # [A + 1] why the two cannot be compared

    @property
    def length(self) -> int:
        """Years between."""
        return self.years[1] - self.years[0]

    @property
    def period(self) -> str:
        """The two years as text."""
        return f"{self.years[0]}-{self.years[1]}"

    def linear(self) -> Floats:
        """Growth a year as a share of the first year: (last - first) / first / years."""
        return _divided(self.last - self.first, self.first * self.length)

    def logarithmic(self) -> Floats:
        """Continuous growth a year: ln(last / first) / years; nan from or to nothing."""
        ratio = _divided(self.last, self.first)
        with np.errstate(divide="ignore"):
            return np.where(ratio > 0, np.log(ratio) / self.length, np.nan)

    def total(self) -> Floats:
        """Growth of the whole period as a share of the first year."""
        return _divided(self.last - self.first, self.first)


def land_consumption_rate(tables: Tables, *, variant: str = "2021") -> Figures:
    """Growth of built-up land, percent a year.

    2021: (Urb2 - Urb1) / Urb1 / T. 2018: ln(Urb2 / Urb1) / T. Times 100.

    Source: UN-Habitat, metadata of SDG indicator 11.3.1 (2021 and 2018); STANDARDS.md U02, U05.
    """
    land = _growth(built_up_sources(tables), tables.size, LAND)
    if isinstance(land, Figures):
        return land
    rate = _land_rate(land, variant)
    return _figures({"built_up_m2": land}, PERCENT * rate, land.last - land.first, land.first)


def population_growth_rate(tables: Tables) -> Figures:
    """Growth of people, percent a year: ln(Pop2 / Pop1) / T * 100.

    Source: UN-Habitat, metadata of SDG indicator 11.3.1; STANDARDS.md U03.
    """
    people = _growth(people_sources(tables), tables.size, PEOPLE)
    if isinstance(people, Figures):
        return people
    rate = PERCENT * people.logarithmic()
    return _figures({"people": people}, rate, people.last - people.first, people.first)


def land_consumption_ratio(tables: Tables, *, variant: str = "2021") -> Figures:
    """Growth of built-up land divided by growth of people (LCRPGR); above 1 land grows faster.

    2021: linear land consumption rate / logarithmic growth of people. 2018: both logarithmic.
    Where people do not grow (less than 0.01 % a year) the ratio is undefined: `detail` and the
    note then give built-up land per person and its total change.

    Source: UN-Habitat, metadata of SDG indicator 11.3.1 (2021 and 2018); STANDARDS.md U04, U05.
    """
    both = _both(tables)
    if isinstance(both, Figures):
        return both
    land, people = both
    rate, growth = _land_rate(land, variant), people.logarithmic()
    return _ratio(land, people, rate, growth)


def land_elasticity(tables: Tables) -> Figures:
    """Growth of built-up land over growth of people in the whole period, no rates a year.

        elasticity = ((Built2 - Built1) / Built1) / ((Pop2 - Pop1) / Pop1)

    Undefined where people do not grow. 1.12 is commonly cited as its ceiling.

    Source: STANDARDS.md I02 (confidence C).
    """
    both = _both(tables)
    if isinstance(both, Figures):
        return both
    land, people = both
    return _ratio(land, people, land.total(), people.total())


def built_up_per_person(tables: Tables) -> Figures:
    """Built-up land per resident in the latest year that both are known for, m2 a person.

    Source: UN-Habitat, SDG 11.3.1, secondary indicator; STANDARDS.md U06.
    """
    sources = built_up_sources(tables), people_sources(tables)
    found = latest(*sources)
    if found is None:
        return _no_common_year(tables.size, *sources)
    (land, people), year = found.series, found.years[0]
    built, residents = land.at(year), people.at(year)
    value = _divided(built, residents)
    note = (f"{year}: {land.origin[0]}; {people.origin[0]}.",
            f"{year} 年：{land.origin[1]}；{people.origin[1]}。")  # fmt: skip
    return _told(
        value, note, str(year), numerator=built, denominator=residents,
        lacks=np.isnan(built) | np.isnan(residents),
    )  # fmt: skip


def built_up_change(tables: Tables) -> Figures:
    """Growth of built-up land in the whole period, percent of the first year.

    Source: UN-Habitat, SDG 11.3.1, secondary indicator; STANDARDS.md U06.
    """
    land = _growth(built_up_sources(tables), tables.size, LAND)
    if isinstance(land, Figures):
        return land
    change = PERCENT * land.total()
    return _figures({"built_up_m2": land}, change, land.last - land.first, land.first)


def _land_rate(land: Growth, variant: str) -> Floats:
    if variant == "2021":
        return land.linear()
    if variant == "2018":
        return land.logarithmic()
    raise ValueError(f"the variant is '2021' or '2018', got {variant!r}")


def _growth(sources: Sequence[Series], size: int, what: Notes) -> Growth | Figures:
    """The two ends of the best source, or why there are none."""
    found = span(sources)
    return _no_period(sources, size, what) if found is None else _over(found.series[0], found.years)


def _over(series: Series, years: tuple[int, ...]) -> Growth:
    """The two ends; nan where the series breaks between them."""
    broken = series.broken(years[0], years[1])
    holds = np.array([why is None for why in broken])
    first, last = (np.where(holds, series.at(year), np.nan) for year in years)
    return Growth(first, last, (years[0], years[1]), series.origin, tuple(broken))


def _both(tables: Tables) -> tuple[Growth, Growth] | Figures:
    """Land and people over the same two years."""
    land, people = built_up_sources(tables), people_sources(tables)
    found = span(land, people)
    if found is not None:
        return _over(found.series[0], found.years), _over(found.series[1], found.years)
    for sources, what in ((land, LAND), (people, PEOPLE)):
        if span(sources) is None:
            return _no_period(sources, tables.size, what)
    return _no_common_year(tables.size, land, people)


def _no_period(sources: Sequence[Series], size: int, what: Notes) -> Figures:
    if not sources:
        return Figures.no_data(
            size, Reason.LAYER_MISSING,
            f"Neither rasters nor tables of the city give {what[0]} by year.",
            f"城市的栅格和统计表均未按年份提供{what[1]}。",
        )  # fmt: skip
    broken = any(why for each in sources for why in each.broken(each.years[0], each.years[-1]))
    if broken:
        return Figures.no_data(
            size, Reason.NOT_COMPARABLE,
            f"The series of {what[0]} breaks between its years: {_listed(sources)[0]}.",
            f"{what[1]}各年份之间统计口径不可比：{_listed(sources)[1]}。",
        )  # fmt: skip
    return Figures.no_data(
        size, Reason.NO_PERIOD,
        f"Growth needs two years; of {what[0]} there is {_listed(sources)[0]}.",
        f"计算变化需要两个年份；{what[1]}仅有{_listed(sources)[1]}。",
    )  # fmt: skip


def _no_common_year(size: int, land: Sequence[Series], people: Sequence[Series]) -> Figures:
    for sources, what in ((land, LAND), (people, PEOPLE)):
        if not sources:
            return _no_period(sources, size, what)
    en, zh = zip(_listed(land), _listed(people), strict=True)
    return Figures.no_data(
        size, Reason.NO_PERIOD,
        f"Land and people need the same years; land has {en[0]}, people {en[1]}.",
        f"用地与人口需为相同年份；用地有{zh[0]}，人口有{zh[1]}。",
    )  # fmt: skip


def _listed(sources: Sequence[Series]) -> Notes:
    """The years of every source: "2010, 2020 (raster built.tif)"."""
    en = [f"{', '.join(map(str, each.years))} ({each.origin[0]})" for each in sources]
    zh = [f"{'、'.join(map(str, each.years))} 年（{each.origin[1]}）" for each in sources]
    return "; ".join(en), "；".join(zh)


def _ratio(land: Growth, people: Growth, of_land: Floats, of_people: Floats) -> Figures:
    """One growth over the other, undefined where people do not grow."""
    grows = people.logarithmic() >= NO_GROWTH
    value = np.where(grows, _divided(of_land, of_people), np.nan)
    known = ~(np.isnan(of_land) | np.isnan(of_people))
    figures = _figures(
        {"built_up_m2": land, "people": people}, value, PERCENT * of_land, PERCENT * of_people
    )
    notes = [
        _of_no_growth(land, people, row) if known[row] and not grows[row] else note
        for row, note in enumerate(figures.note)
    ]
    per_person = {
        str(year): _plain(_divided(built, residents))
        for year, built, residents in zip(
            land.years, (land.first, land.last), (people.first, people.last), strict=True
        )
    }
    return Figures.of(
        figures.value,
        note=notes,
        reason=figures.reason,
        numerator=figures.numerator,
        denominator=figures.denominator,
        period=land.period,
        detail={
            **figures.detail,
            "built_up_m2_per_person": per_person,
            "built_up_change_percent": _plain(PERCENT * land.total()),
        },
    )


def _of_no_growth(land: Growth, people: Growth, row: int) -> Notes:
    change = PERCENT * people.total()[row]
    grown = PERCENT * land.total()[row]
    before, after = (
        built[row] / residents[row]
        for built, residents in ((land.first, people.first), (land.last, people.last))
    )
    years = land.years
    return (
        f"People did not grow from {years[0]} to {years[1]} ({change:+.1f} %), so the ratio has no "
        f"meaning; built-up land changed by {grown:+.1f} %, from {before:.0f} to {after:.0f} m² a "
        "person.",
        f"{years[0]} 至 {years[1]} 年人口未增长（{change:+.1f}%），比值无意义；"
        f"建成区用地变化 {grown:+.1f}%，人均由 {before:.0f} 变为 {after:.0f} 平方米。",
    )


def _figures(
    ends: Mapping[str, Growth], value: Floats, numerator: Floats, denominator: Floats
) -> Figures:
    growths = list(ends.values())
    years = growths[0].years
    en = "; ".join(each.origin[0] for each in growths)
    zh = "；".join(each.origin[1] for each in growths)
    note = (f"{years[0]} to {years[1]}: {en}.", f"{years[0]} 至 {years[1]} 年：{zh}。")
    lacks = np.any([np.isnan(each.first) | np.isnan(each.last) for each in growths], axis=0)
    detail = {
        name: {str(years[0]): _plain(each.first), str(years[1]): _plain(each.last)}
        for name, each in ends.items()
    }
    told = _told(
        value, note, growths[0].period, numerator=numerator, denominator=denominator, lacks=lacks,
        detail={"years": list(years), **detail},
    )  # fmt: skip
    return _with_breaks(told, growths)


def _with_breaks(figures: Figures, growths: Sequence[Growth]) -> Figures:
    """Say where a series breaks between the years."""
    reasons, notes = list(figures.reason), list(figures.note)
    for each in growths:
        for row, why in enumerate(each.broken):
            if why is not None:
                reasons[row] = Reason.NOT_COMPARABLE
                notes[row] = (
                    f"The series breaks between {each.years[0]} and {each.years[1]}: {why}",
                    f"{each.years[0]} 至 {each.years[1]} 年数据口径不可比：{why}",
                )
    return replace(figures, reason=tuple(reasons), note=tuple(notes))


def _told(
    value: Floats,
    note: Notes,
    period: str,
    *,
    numerator: Floats,
    denominator: Floats,
    lacks: NDArray[np.bool_],
    detail: Mapping[str, object] | None = None,
) -> Figures:
    """Figures that say of each area whether a year is lacking or the formula has no meaning."""
    reasons = [
        None if not np.isnan(each) else Reason.NO_PERIOD if missing else Reason.UNDEFINED
        for each, missing in zip(value, lacks, strict=True)
    ]
    lacking = (
        f"This area lacks figures of these years. {note[0]}",
        f"该片区缺少以下年份的数据。{note[1]}",
    )
    nothing = (f"It starts from nothing: {note[0]}", f"起始值为零：{note[1]}")
    told = {None: note, Reason.NO_PERIOD: lacking, Reason.UNDEFINED: nothing}
    return Figures.of(
        value,
        note=[told[reason] for reason in reasons],
        reason=reasons,
        numerator=numerator,
        denominator=denominator,
        period=period,
        detail=detail,
    )


def _divided(above: Floats, below: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, above / below, np.nan)


def _plain(values: Floats) -> list[float | None]:
    """For JSON: None where there is no number."""
    return [None if np.isnan(each) else float(each) for each in values]
