"""The sentences of verdicts: what was found, with its figures, and what would cure it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from urbanwork.catalogue.bottomlines import Allowed, BottomLine
from urbanwork.catalogue.models import Bilingual
from urbanwork.sources.zone_words import kind_title

HECTARE = 10_000.0
MOST_NAMED = 3
UNITS = ("m", "m", "m2")
"""Unit of what points, lines and polygons break."""


def amount_words(amount: float, unit: str) -> Bilingual:
    """A figure with its unit.

    >>> amount_words(1234.5, "m2").en, amount_words(25_000, "m2").zh
    ('1,234 m2', '2.5公顷')
    """
    if unit == "m2" and amount >= HECTARE:
        hectares = f"{amount / HECTARE:,.1f}"
        return Bilingual(f"{hectares} ha", f"{hectares}公顷")
    number = f"{amount:,.1f}" if 0 < amount < 10 else f"{amount:,.0f}"
    return Bilingual(f"{number} {unit}", number + {"m2": "平方米", "m": "米"}.get(unit, unit))


@cache
def kinds_words(kinds: tuple[str, ...]) -> Bilingual:
    """Kinds of zone, joined."""
    return Bilingual(
        " or ".join(kind_title(kind, "en") for kind in kinds),
        "、".join(kind_title(kind, "zh") for kind in kinds),
    )


def _named(names: Sequence[str]) -> Bilingual:
    """Names of zones, the rest counted."""
    shown, more = names[:MOST_NAMED], len(names) - MOST_NAMED
    if more <= 0:
        return Bilingual(", ".join(shown), "、".join(shown))
    return Bilingual(f"{', '.join(shown)} and {more} more", f"{'、'.join(shown)}等{len(names)}处")


def overlaps(
    kinds: tuple[str, ...], names: Sequence[str], amount: Bilingual, dimension: int
) -> Bilingual:
    """A change lies in zones."""
    kind, named = kinds_words(kinds), _named(names)
    if dimension == 0:
        return Bilingual(
            f"It stands {amount.en} inside the {kind.en} ({named.en}).",
            f"位于{kind.zh}（{named.zh}）内，距边界{amount.zh}。",
        )
    does = f"covers {amount.en} of" if dimension == 2 else f"runs {amount.en} through"
    return Bilingual(
        f"It {does} the {kind.en} ({named.en}).",
        f"{'占用' if dimension == 2 else '穿越'}{kind.zh}（{named.zh}）{amount.zh}。",
    )


def not_counted(amount: Bilingual) -> Bilingual:
    """What lies within the mapping error."""
    return Bilingual(
        f" {amount.en} more lie within the mapping error of the line and do not count.",
        f"另有{amount.zh}在制图误差范围内，不计入。",
    )


def touches_only(kinds: tuple[str, ...], amount: Bilingual) -> Bilingual:
    """A change reaches a zone within its mapping error only."""
    kind = kinds_words(kinds)
    return Bilingual(
        f"It reaches the {kind.en} within its mapping error only ({amount.en}); that does not "
        "count.",
        f"仅在制图误差范围内触及{kind.zh}（{amount.zh}），不计入。",
    )


def apart_from(kinds: tuple[str, ...]) -> Bilingual:
    """A change lies in no such zone."""
    kind = kinds_words(kinds)
    return Bilingual(f"It lies in no {kind.en}.", f"未涉及{kind.zh}。")


def no_layer(kinds: tuple[str, ...]) -> Bilingual:
    """The city has no layer of these kinds."""
    kind = kinds_words(kinds)
    return Bilingual(
        f"The city has no layer of the {kind.en}, so that nothing can be said.",
        f"城市未提供{kind.zh}图层，无法判定。",
    )


def give_layer(kinds: tuple[str, ...]) -> Bilingual:
    """What to do about a layer that is missing."""
    kind = kinds_words(kinds)
    return Bilingual(
        f"Give the {kind.en} under 'zones:' in city.yaml (an empty layer says that there is none).",
        f"在 city.yaml 的 zones 中提供{kind.zh}图层（确无此类范围时可提供空图层）。",
    )


NOWHERE = Bilingual(
    "It is not known where the change lies, since what it names is not in the city.",
    "变更对象不在城市数据中，位置未知。",
)
DRAW = Bilingual("Draw the change, or name a place that exists.", "绘制变更范围，或指明已有设施。")
NOT_TAKEN = Bilingual("Nothing of it is taken.", "未占用。")
HOLDS = Bilingual("Nothing to do.", "无需处理。")


def lies_inside(kinds: tuple[str, ...]) -> Bilingual:
    """A change lies where it must."""
    kind = kinds_words(kinds)
    return Bilingual(f"It lies inside the {kind.en}.", f"位于{kind.zh}内。")


def lies_outside(kinds: tuple[str, ...], amount: Bilingual, dimension: int) -> Bilingual:
    """A change lies outside of where it must."""
    kind = kinds_words(kinds)
    if dimension == 0:
        return Bilingual(
            f"It stands {amount.en} outside the {kind.en}.", f"位于{kind.zh}外，相距{amount.zh}。"
        )
    return Bilingual(
        f"{amount.en} of it lie outside the {kind.en}.", f"有{amount.zh}位于{kind.zh}外。"
    )


def nothing_to_be_inside(kinds: tuple[str, ...]) -> Bilingual:
    """There is no zone to lie in."""
    kind = kinds_words(kinds)
    return Bilingual(f"The layer of the {kind.en} is empty.", f"{kind.zh}图层为空。")


def too_near(name: str, metres: float, least: float) -> Bilingual:
    """A change is too near to something."""
    return Bilingual(
        f"It is {metres:,.0f} m from {name}; at least {least:g} m are asked for.",
        f"距{name}{metres:,.0f}米，要求不小于{least:g}米。",
    )


def far_enough(least: float) -> Bilingual:
    """Nothing is too near."""
    return Bilingual(f"Nothing of the kind is within {least:g} m.", f"{least:g}米内无此类设施。")


def not_mapped(what: Sequence[str], least: float) -> Bilingual:
    """Nothing is near on a map that may lack it."""
    words = ", ".join(each.replace("_", " ") for each in what)
    return Bilingual(
        f"Nothing is within {least:g} m on the map, but {words} may be missing from it.",
        f"地图上{least:g}米内未见此类设施，但其数据可能不全（{'、'.join(what)}）。",
    )


COMPLETE_MAP = Bilingual(
    "Give a complete register of these places, or draw the zones.",
    "提供完整的设施名录或相应范围图层。",
)


def needs_permission(rule: BottomLine) -> Bilingual:
    """A change of this kind needs an exception wherever it is."""
    return Bilingual(
        f"It needs an exception of the rule '{rule.title.en}' and claims none.",
        f"该类变更须符合“{rule.title.zh}”的允许情形，方案未申报。",
    )


def excepted(allowed: Allowed, documents: Sequence[str]) -> Bilingual:
    """A change that an exception allows."""
    papers = "; ".join(documents)
    return Bilingual(
        f"Allowed by exception {allowed.code} ({allowed.title.en}), approved by: {papers}.",
        f"适用例外 {allowed.code}（{allowed.title.zh}），批准文件：{papers}。",
    )


def cure_of(rule: BottomLine) -> Bilingual:
    """What cures a breach, and the exceptions that there are."""
    if not rule.allow:
        return rule.cure
    codes = ", ".join(each.code for each in rule.allow)
    return Bilingual(
        f"{rule.cure.en} Exceptions: {codes}, each with its approval document.",
        f"{rule.cure.zh}可申报的例外：{codes}，均须附批准文件。",
    )


def deficit(taken: float, given: float) -> Bilingual:
    """More is taken than given back."""
    out, back = amount_words(taken, "m2"), amount_words(given, "m2")
    short = amount_words(taken - given, "m2")
    return Bilingual(
        f"The plan takes {out.en} and gives {back.en} back: {short.en} are lost.",
        f"方案占用{out.zh}，补充{back.zh}，净减少{short.zh}。",
    )


def balanced(taken: float, given: float) -> Bilingual:
    """What is taken is given back."""
    out, back = amount_words(taken, "m2"), amount_words(given, "m2")
    return Bilingual(
        f"The plan takes {out.en} and gives {back.en} back.", f"方案占用{out.zh}，补充{back.zh}。"
    )


def poorer(lost: float, gained: float) -> Bilingual:
    """What is given back is of a worse grade."""
    return Bilingual(
        f"What is taken is of grade {lost:.1f}, what is given back of grade {gained:.1f}, which "
        "is worse.",
        f"占用耕地平均质量等别{lost:.1f}，补充耕地{gained:.1f}，质量降低。",
    )


GRADE_NOT_STATED = Bilingual(
    "The area is made up for; the grade of what is taken or given back is not stated.",
    "面积已平衡，但占用或补充耕地的质量等别未注明。",
)
STATE_GRADE = Bilingual(
    "State the grade: a column 'quality' of the zones, a property 'quality' of the change.",
    "注明质量等别：图层的 quality 字段与变更的 quality 属性。",
)


def moved(title: Bilingual, before: float, after: float, wanted: Bilingual, unit: str) -> Bilingual:
    """An indicator before and after the plan, with what is asked for."""
    return Bilingual(
        f"{title.en}: {before:,.2f} {unit} before, {after:,.2f} {unit} after{wanted.en}.",
        f"{title.zh}：方案前{before:,.2f} {unit}，方案后{after:,.2f} {unit}{wanted.zh}。",
    )


def not_known(title: Bilingual) -> Bilingual:
    """What the plan does to an indicator is not known."""
    return Bilingual(
        f"What the plan does to '{title.en}' was not measured or has no data.",
        f"未测算方案对“{title.zh}”的影响，或缺少数据。",
    )


MEASURE = Bilingual(
    "Evaluate the plan with the what-if engine, and give the data that the indicator needs.",
    "用情景推演引擎测算方案，并补充指标所需数据。",
)


def share_of(rule: BottomLine, value: float, year: int) -> Bilingual:
    """What a part is of a whole, and the most that it may be."""
    part, whole = _part_words(rule), _variable_words(str(rule.whole))
    most = float(rule.most or 0.0)
    return Bilingual(
        f"{part.en}: {value:,.3g} times {whole.en} of {year}; at most {most:g} is allowed.",
        f"{part.zh}为{year}年{whole.zh}的{value:,.3g}倍，上限{most:g}倍。",
    )


def no_share(rule: BottomLine) -> Bilingual:
    """The figures that a share needs are not there."""
    part, whole = _part_words(rule), _variable_words(str(rule.whole))
    year = (
        Bilingual("", "") if rule.year is None else Bilingual(f" of {rule.year}", f"{rule.year}年")
    )
    return Bilingual(
        f"No data says how {part.en} stands against {whole.en}{year.en}.",
        f"缺少{part.zh}与{year.zh}{whole.zh}的数据。",
    )


def give_figures(rule: BottomLine) -> Bilingual:
    """What to give so that a share is known."""
    year = "" if rule.year is None else f", {rule.year}"
    names = ", ".join(name for name in (rule.part, rule.whole) if name)
    layers = ", ".join(rule.zones)
    zones = Bilingual(f"zones: {layers}; ", f"图层 {layers}；") if layers else Bilingual("", "")
    return Bilingual(
        f"Give {zones.en}statistics of the whole city: {names}{year}.",
        f"提供{zones.zh}全市统计数据 {names}{year}。",
    )


def _part_words(rule: BottomLine) -> Bilingual:
    if rule.part is not None:
        return _variable_words(rule.part)
    kinds = kinds_words(rule.zones)
    return Bilingual(f"the ground of the {kinds.en}", f"{kinds.zh}面积")


def _variable_words(variable: str) -> Bilingual:
    from urbanwork.sources.statistics import load_variables

    english, chinese = load_variables().variables[variable].title
    return Bilingual(english, chinese)
