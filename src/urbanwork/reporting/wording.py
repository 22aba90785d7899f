"""Words for grades, reasons, standards and confidence, in English and Chinese.

A grade is a word and a shape; red, yellow and green are kept for deadlines. A threshold that
nobody has verified never says that a city fails the law.
"""

from __future__ import annotations

from urbanwork.catalogue.models import Bilingual, Standard
from urbanwork.catalogue.vocabulary import SUPPORTS
from urbanwork.quantities.measured import Reason
from urbanwork.reporting.numbers import Lang, format_range, format_value

GRADES: dict[str, Bilingual] = {
    "good": Bilingual("good", "良好"),
    "fair": Bilingual("fair", "尚可"),
    "poor": Bilingual("poor", "不足"),
    "no_standard": Bilingual("no standard", "无标准"),
    "no_data": Bilingual("no data", "无数据"),
}

SHAPES: dict[str, str] = {"good": "●", "fair": "◐", "poor": "○", "no_standard": "–", "no_data": "▨"}

REASONS: dict[str, Bilingual] = {
    Reason.NONE_MAPPED: Bilingual("none is mapped", "数据中一处也没有"),
    Reason.IMPLAUSIBLY_FEW: Bilingual("implausibly few are mapped", "数据中少得不合情理"),
    Reason.LAYER_MISSING: Bilingual("no source was given", "没有提供数据来源"),
    Reason.BEYOND_EDGE: Bilingual("most lies beyond the edge of the data", "大部分在数据范围之外"),
    Reason.NO_PEOPLE: Bilingual("nobody lives there", "无人居住"),
    Reason.NO_LAND: Bilingual("no land of that kind", "没有该类用地"),
    Reason.TOO_SMALL: Bilingual("too small for an honest figure", "范围过小，数值不可靠"),
    Reason.NOT_GIVEN: Bilingual("no table gives it", "统计表未提供"),
    Reason.NO_PERIOD: Bilingual("not given for the years it needs", "缺少所需年份"),
    Reason.UNDEFINED: Bilingual("the formula has no meaning here", "此处公式无意义"),
    Reason.NOT_COMPARABLE: Bilingual("the series breaks between the years", "数列口径前后不一"),
}

STATE_WORDS: dict[str, Bilingual] = {
    "no_data": Bilingual("no data", "无数据"),
    "reached": Bilingual("within reach", "可达"),
    "not_reached": Bilingual("not within reach", "不可达"),
    "unknown_beyond_edge": Bilingual("unknown beyond the edge", "超出数据范围，未知"),
    "measured": Bilingual("measured", "已测"),
    "empty": Bilingual("nobody there", "无人"),
}

STRENGTHS: dict[str, Bilingual] = {
    "mandatory": Bilingual("mandatory", "强制"),
    "advisory": Bilingual("advisory", "推荐"),
    "information": Bilingual("for information", "参考"),
}

VERDICTS: dict[str, Bilingual] = {
    "breach": Bilingual("breach", "突破"),
    "unknown": Bilingual("unknown", "未知"),
    "pass": Bilingual("pass", "通过"),
}
"""Of a bottom line held against a plan, the worst first."""

LINE_STRENGTHS: dict[str, Bilingual] = {
    "hard": Bilingual("hard", "刚性"),
    "soft": Bilingual("soft", "弹性"),
    "information": Bilingual("for information", "提示"),
}
"""How strongly a bottom line binds; `STRENGTHS` are those of standards."""

_VERBS: dict[str, Bilingual] = {
    "mandatory": Bilingual("requires", "要求"),
    "advisory": Bilingual("recommends", "建议"),
    "information": Bilingual("names", "参考值为"),
}

_SIGNS = {">=": "≥", "<=": "≤"}

CONFIDENCES: dict[str, Bilingual] = {
    "A": Bilingual("read in the text of the standard", "见于标准原文"),
    "B": Bilingual("taken from a secondary source", "引自二手来源"),
    "C": Bilingual(
        "not verified: read the original before relying on it", "未经核实：引用前请查阅原文"
    ),
    "V": Bilingual("recomputed and confirmed", "经重新计算核实"),
}


def say(text: Bilingual, lang: Lang) -> str:
    """The text in one language.

    >>> say(GRADES["fair"], "zh")
    '尚可'
    """
    return text.zh if lang == "zh" else text.en


def grade_label(grade: str, lang: Lang) -> str:
    """Shape and word of a grade.

    >>> grade_label("poor", "en"), grade_label("no_data", "zh")
    ('○ poor', '▨ 无数据')
    """
    return f"{SHAPES[grade]} {say(GRADES[grade], lang)}"


def reason_words(reason: str, lang: Lang) -> str:
    """Why a value is missing; a reason of later versions is shown by its code.

    >>> reason_words("none_mapped", "en"), reason_words("else", "en")
    ('none is mapped', 'else')
    """
    return say(REASONS[reason], lang) if reason in REASONS else reason.replace("_", " ")


def support_words(support: str, lang: Lang) -> str:
    """What the denominator counts.

    >>> support_words("people", "zh"), support_words("street_km", "en")
    ('人口', 'street km')
    """
    return say(SUPPORTS[support], lang) if support in SUPPORTS else support.replace("_", " ")


def bound_words(standard: Standard, lang: Lang) -> str:
    """The threshold as a phrase: at least, at most, between."""
    low = format_value(standard.value, standard.unit, lang)
    high = format_value(standard.upper, standard.unit, lang)
    if standard.operator == ">=" and standard.unit == "%" and standard.value == 100:
        return "达到100%" if lang == "zh" else "100%"
    phrases = {
        ">=": (f"at least {low}", f"不低于{low}"),
        "<=": (f"at most {low}", f"不高于{low}"),
        "between": (f"{low} to {high}", f"{low}至{high}"),
    }
    return phrases[standard.operator][lang == "zh"]


def threshold_words(operator: str, value: float, upper: float | None, unit: str, lang: Lang) -> str:
    """The threshold for a narrow column: signs in place of words.

    >>> threshold_words(">=", 30.0, None, "%", "en"), threshold_words(">=", 100.0, None, "%", "en")
    ('≥ 30%', '100%')
    >>> threshold_words("between", 5.0, 9.0, "m", "zh")
    '5–9米'
    """
    if operator == ">=" and unit == "%" and value == 100:
        return "100%"
    if operator == "between":
        return format_range(value, upper, unit, lang)
    return f"{_SIGNS[operator]} {format_value(value, unit, lang)}"


def demand_words(standard: Standard, lang: Lang) -> str:
    """Who asks for what, as strongly as the source allows and not more."""
    document, verb = say(standard.document, lang), say(_VERBS[standard.strength], lang)
    if standard.confidence == "C":
        return _unverified_demand(document, bound_words(standard, lang), lang)
    gap = "" if lang == "zh" else " "
    return f"{document}{gap}{verb}{gap}{bound_words(standard, lang)}"


def _unverified_demand(document: str, bound: str, lang: Lang) -> str:
    if lang == "zh":
        return f"{document}所引阈值{bound}，未经核实"
    return f"a threshold of {bound} is quoted from {document}, not verified"
