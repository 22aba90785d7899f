"""Forward-looking: how far the plan looks, and whether its paths agree with what is known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from urbanwork.city.model import PreparedCity
from urbanwork.measures.dated import Series, people_sources
from urbanwork.measures.tables import Tables
from urbanwork.planning.audit.checklist import Check, Found, met, not_met, unknown
from urbanwork.planning.audit.plan import PATHS, Plan

NAMES = {"population": ("residents", "常住人口"), "built_up_land": ("built-up land", "建成区用地")}
NO_CITY = ("No city was given to hold it against.", "未指定对照城市。")
GIVE_CITY = (
    "Run the audit with --city and the folder of the city.",
    "运行审查时以 --city 指定城市文件夹。",
)
GIVE_COUNTS = (
    "Give the city tables or rasters of residents of several years, see docs/statistics.md.",
    "为城市提供多个年份的常住人口统计表或栅格，见 docs/statistics.md。",
)


def horizon(plan: Plan, check: Check) -> Found:
    """Whether the years of the plan are stated and far enough."""
    said = plan.table("horizon")
    if not said:
        return unknown("The plan states no horizon.", "规划未注明期限。", plan.where("horizon"))
    years = said["target_year"] - said["base_year"]
    en = f"The plan looks from {said['base_year']} to {said['target_year']}, {years} years"
    zh = f"规划期限为{said['base_year']}年至{said['target_year']}年，共{years}年"
    where = plan.where("horizon", "target_year")
    dated = str(plan.table("approval").get("date") or plan.data.get("date") or "")[:4]
    if dated and said["target_year"] <= int(dated):
        return not_met(
            f"{en}: it ended when it was dated, in {dated}.",
            f"{zh}；成文的{dated}年期限已届满。",
            where,
        )
    least = check.parameters["least_years_of_master"]
    if plan.data["kind"] == "master" and years < least:
        return not_met(
            f"{en}; a master plan looks at least {least} years ahead.",
            f"{zh}；总体规划期限至少{least}年。",
            where,
        )
    return met(f"{en}.", f"{zh}。", where)


def path(plan: Plan, key: str) -> Found:
    """Whether a path has figures for base and target year, each with its basis."""
    en, zh = NAMES[key]
    figures, said = plan.path(key), plan.table("horizon")
    if not figures:
        return unknown(f"The plan gives no {en}.", f"规划未给出{zh}。", plan.where(key))
    ends = (said["base_year"], said["target_year"]) if said else ()
    missing = [str(year) for year in ends if year not in figures]
    if missing:
        return not_met(
            f"The plan gives {en} for {_years(figures)}, not for {', '.join(missing)}.",
            f"规划给出{_years(figures)}年{zh}，缺{'、'.join(missing)}年。",
            plan.where(key),
        )
    rows = plan.listed(key)
    bare = [n for n, row in enumerate(rows) if not row.get("basis")]
    if bare:
        years = [str(rows[n]["year"]) for n in bare]
        return not_met(
            f"The figure of {en} for {', '.join(years)} says nothing of its basis.",
            f"{'、'.join(years)}年{zh}未注明依据。",
            *[plan.where(key, n) for n in bare],
        )
    if len(figures) < 2 or not said:
        return unknown(
            f"The plan gives {en} for {_years(figures)} and no years to hold them to.",
            f"规划给出{_years(figures)}年{zh}，但未注明基期年与目标年。",
            plan.where(key),
        )
    shown = [f"{year}: {value:,.6g}" for year, value in figures.items()]
    unit = {"people": ("people", "人"), "km2": ("km²", "平方公里")}[PATHS[key]]
    return met(
        f"The plan gives {en} with its basis ({', '.join(shown)} {unit[0]}).",
        f"规划给出{zh}及依据（{'，'.join(shown)}{unit[1]}）。",
        plan.where(key),
    )


def population_today(plan: Plan, city: PreparedCity | None, check: Check) -> Found:
    """Whether the residents of the base year are those that the city knows."""
    said, figures = plan.table("horizon"), plan.path("population")
    base = said.get("base_year")
    if base is None or base not in figures:
        return unknown(
            "The plan gives no residents for a base year.",
            "规划未给出基期年常住人口。",
            plan.where("population"),
        )
    known = None if city is None else _known(city)
    if known is None:
        return unknown(
            *(NO_CITY if city is None else _NOT_COUNTED),
            plan.where("population"),
            need=GIVE_CITY if city is None else GIVE_COUNTS,
        )
    values, source = known
    year = min(values, key=lambda each: (abs(each - base), -each))
    apart = check.parameters["within_years"]
    if abs(year - base) > apart:
        return unknown(
            f"The city counts residents for {_years(values)}, none within {apart} years of {base}.",
            f"本市人口数据为{_years(values)}年，与{base}年相差均超过{apart}年。",
            plan.where("population"),
        )
    off = 100 * (figures[base] / values[year] - 1)
    place = plan.where("population", list(figures).index(base))
    en = (
        f"The plan says {figures[base]:,.0f} residents for {base}, {source[0]} says "
        f"{values[year]:,.0f} for {year}: {off:+.1f} %."
    )
    zh = (
        f"规划称{base}年常住人口{figures[base]:,.0f}人，{source[1]}{year}年为{values[year]:,.0f}人，"
        f"相差{off:+.1f}%。"
    )
    return (met if abs(off) <= check.parameters["within_percent"] else not_met)(en, zh, place)


def population_plausible(plan: Plan, city: PreparedCity | None, check: Check) -> Found:
    """Whether people grow as the city has seen them grow, give or take."""
    figures = plan.path("population")
    if len(figures) < 2:
        return unknown(
            "The plan gives residents for fewer than two years.",
            "规划给出的常住人口不足两个年份。",
            plan.where("population"),
        )
    known = None if city is None else _known(city)
    if known is None or len(known[0]) < 2:
        few = ("The city counts residents for fewer than two years.", "本市人口数据不足两个年份。")
        return unknown(
            *(NO_CITY if city is None else few),
            plan.where("population"),
            need=GIVE_CITY if city is None else GIVE_COUNTS,
        )
    seen = _rates(known[0])
    low, high = min(seen.values()), max(seen.values())
    rates = _rates(figures)
    slack = check.parameters["beyond_points"]
    wild = {span: rate for span, rate in rates.items() if not low - slack <= rate <= high + slack}
    history = f"{low:+.2f} % a year" if len(seen) == 1 else f"{low:+.2f} to {high:+.2f} % a year"
    history_zh = f"{low:+.2f}%" if len(seen) == 1 else f"{low:+.2f}%至{high:+.2f}%"
    span, rate = max((wild or rates).items(), key=lambda each: abs(each[1]))
    en = (
        f"The plan has people change by {rate:+.2f} % a year from {span[0]} to {span[1]}; the "
        f"city saw {history} ({_years(known[0])})."
    )
    zh = (
        f"规划{span[0]}年至{span[1]}年人口年均变化{rate:+.2f}%；本市历史为年均{history_zh}"
        f"（{_years(known[0])}年）。"
    )
    return (not_met if wild else met)(en, zh, plan.where("population"))


_NOT_COUNTED = ("The city has no count of its residents.", "本市没有常住人口数据。")


def _known(city: PreparedCity) -> tuple[dict[int, float], tuple[str, str]] | None:
    """Residents of the whole city by year, and where they are from.

    Of several sources the one with most years. People that are only estimated from floor area are
    no count, so they are left out.
    """
    people = np.full(len(city.areas.id) + 1, np.nan)
    if city.people_origin in ("raster", "table"):
        people[-1] = city.cells.people.sum() or np.nan
    tables = Tables(city, people, np.full_like(people, np.nan))
    found = [(_whole(series), series.origin) for series in people_sources(tables)]
    return max((each for each in found if each[0]), key=lambda each: len(each[0]), default=None)


def _whole(series: Series) -> dict[int, float]:
    """The figures of the city by year; those before a break are left out."""
    last = series.values[:, -1]
    broken = [series.broken(year, series.years[-1])[-1] is not None for year in series.years]
    return {
        year: float(value)
        for year, value, is_broken in zip(series.years, last, broken, strict=True)
        if np.isfinite(value) and value > 0 and not is_broken
    }


def _rates(figures: Mapping[int, float]) -> dict[tuple[int, int], float]:
    """Growth a year in percent between each year and the next, ln(last / first) / years.

    >>> {span: round(rate, 3) for span, rate in _rates({2000: 100.0, 2010: 110.0}).items()}
    {(2000, 2010): 0.953}
    """
    years = sorted(figures)
    return {
        (one, other): 100 * math.log(figures[other] / figures[one]) / (other - one)
        for one, other in pairwise(years)
    }


def _years(figures: Mapping[int, float]) -> str:
    return ", ".join(str(year) for year in sorted(figures))
