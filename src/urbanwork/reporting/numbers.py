"""Numbers as people read them: at most three significant digits, ranges, units, estimates.

The terminal, the HTML report and later the web use these, so a figure reads alike everywhere.
Worked arithmetic that a reader adds up himself is the exception: `whole` keeps every digit.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal

Lang = Literal["en", "zh"]

NARROW = 0.01
NO_VALUE = "–"
"""What stands where there is no value (the reason stands beside it)."""

_UNITS: dict[str, tuple[str, str]] = {
    "": ("", ""),
    "1": ("", ""),
    "ratio": ("", ""),
    "index": ("", ""),
    "%": ("%", "%"),
    "m": ("m", "米"),
    "km": ("km", "公里"),
    "m2": ("m²", "平方米"),
    "km2": ("km²", "平方公里"),
    "ha": ("ha", "公顷"),
    "min": ("min", "分钟"),
    "people": ("people", "人"),
    "places": ("places", "处"),
    "people/place": ("people per place", "人/处"),
    "people/km2": ("people/km²", "人/平方公里"),
    "people/ha": ("people/ha", "人/公顷"),
    "m2/person": ("m² per person", "平方米/人"),
    "m2/people": ("m² per person", "平方米/人"),
    "m2/m2": ("m² per m²", "平方米/平方米"),
    "km/km2": ("km/km²", "公里/平方公里"),
    "m/m2": ("m/m²", "米/平方米"),
    "1/km2": ("per km²", "个/平方公里"),
    "per km2": ("per km²", "个/平方公里"),
    "count": ("", "个"),
    "years": ("years", "年"),
    "1/km": ("per km", "每公里"),
    "1/yr": ("per year", "每年"),
    "%/yr": ("% per year", "%/年"),
    "points": ("points", "分"),
    "h": ("h", "小时"),
    "days": ("days", "天"),
    "months": ("months", "个月"),
    "1/person": ("per person", "每人"),
    "per 1,000 people": ("per 1,000 people", "每千人"),
    "per 10,000 people": ("per 10,000 people", "每万人"),
    "per 100,000 people": ("per 100,000 people", "每十万人"),
    "per 10,000 vehicles": ("per 10,000 vehicles", "每万车"),
    "per 10,000 firms": ("per 10,000 firms", "每万家企业"),
    "per inspection": ("per inspection", "次/检查"),
    "seats": ("seats", "个学位"),
    "households": ("households", "户"),
    "people/household": ("people per household", "人/户"),
    "rooms": ("rooms", "间"),
    "m3": ("m³", "立方米"),
    "tonnes": ("tonnes", "吨"),
    "tce": ("tonnes of coal equivalent", "吨标准煤"),
    "yuan/m2": ("yuan per m²", "元/平方米"),
    "spaces": ("spaces", "个泊位"),
    "buildings": ("buildings", "栋"),
    "cases": ("cases", "件"),
    "km/h": ("km/h", "公里/小时"),
    "ug/m3": ("µg/m³", "微克/立方米"),
    "yuan": ("yuan", "元"),
    "yuan/person": ("yuan per person", "元/人"),
    "10,000 yuan/person": ("10,000 yuan per person", "万元/人"),
    "100 million yuan/km2": ("100 million yuan per km²", "亿元/平方公里"),
    "m3/person": ("m³ per person", "立方米/人"),
    "m3/10,000 yuan": ("m³ per 10,000 yuan", "立方米/万元"),
    "tce/10,000 yuan": ("t of coal equivalent per 10,000 yuan", "吨标准煤/万元"),
}


_STEPS: dict[Lang, tuple[tuple[float, str], ...]] = {
    "en": ((1e6, " million"),),
    "zh": ((1e8, "亿"), (1e4, "万")),
}


def unit_label(unit: str, lang: Lang) -> str:
    """The unit as it stands in a header or behind a value; an unknown one is shown as it is.

    >>> unit_label("km/km2", "en"), unit_label("km/km2", "zh"), unit_label("stops/km2", "en")
    ('km/km²', '公里/平方公里', 'stops/km²')
    """
    if unit in _UNITS:
        return _UNITS[unit][lang == "zh"]
    return unit.replace("m2", "m²").replace("m3", "m³")


def round_significant(value: float, digits: int = 3) -> float:
    """`value` to `digits` significant digits; inf and nan stay.

    >>> round_significant(12345.6), round_significant(0.012345), round_significant(0.0)
    (12300.0, 0.0123, 0.0)
    """
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def decimals_for(largest: float, *, digits: int = 3) -> int:
    """Decimals that show `largest` with at most `digits` digits, for a column that lines up.

    >>> [decimals_for(value) for value in (0.034, 4.56, 85.3, 100.0, 12345.0)]
    [4, 2, 1, 0, 0]
    """
    if largest == 0 or not math.isfinite(largest):
        return 0
    rounded = abs(round_significant(largest, digits))
    return max(0, digits - 1 - math.floor(math.log10(rounded)))


@lru_cache(4096)
def format_number(value: float | None, lang: Lang = "en", *, decimals: int | None = None) -> str:
    """`value` with at most three significant digits and thousands separators.

    `decimals` caps the digits behind the point so that a column lines up.

    >>> format_number(12345.6), format_number(0.5), format_number(4.567), format_number(None)
    ('12,300', '0.5', '4.57', '–')
    >>> format_number(4.567, decimals=1), format_number(4.0, decimals=1), format_number(-3.0)
    ('4.6', '4.0', '−3')
    """
    if value is None or math.isnan(value):
        return NO_VALUE
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    rounded = round_significant(value)
    if decimals is None:
        text = f"{rounded:,.{decimals_for(rounded)}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{rounded:,.{decimals}f}"
    return _without_minus_zero(text).replace("-", "−")


def _without_minus_zero(text: str) -> str:
    return text.lstrip("-") if not text.strip("-0.,") else text


@lru_cache(4096)
def format_percent(value: float | None, lang: Lang = "en") -> str:
    """A share in percent, never rounded into a full 100 or an empty 0.

    >>> [format_percent(value) for value in (85.34, 99.97, 100.0, 0.02, 0.0, 7.0, None)]
    ['85.3%', '99.9%', '100%', '<0.1%', '0%', '7%', '–']
    """
    if value is None or math.isnan(value):
        return NO_VALUE
    if 99.95 <= value < 100:
        return "99.9%"
    if 0 < value < 0.1:
        return "<0.1%"
    return format_number(round(value, 1), lang) + "%"


def number_words(value: float, unit: str) -> str:
    """The value without its unit, where the unit stands in the head of a column or chart.

    >>> number_words(85.34, "%"), number_words(12345.6, "m")
    ('85.3%', '12,300')
    """
    return format_percent(value) if unit == "%" else format_number(value)


def _label_with_gap(unit: str, lang: Lang) -> str:
    label = unit_label(unit, lang)
    return label if lang == "zh" or label in ("", "%") else f" {label}"


def _bare(value: float, unit: str, lang: Lang) -> str:
    """The value without its unit."""
    if unit == "%":
        return format_percent(value, lang).removesuffix("%")
    return format_number(value, lang)


def format_value(value: float | None, unit: str, lang: Lang = "en") -> str:
    """A value with its unit, for a sentence or a label.

    >>> format_value(640.2, "m"), format_value(640.2, "m", "zh"), format_value(8.123, "km/km2")
    ('640 m', '640米', '8.12 km/km²')
    """
    if value is None or math.isnan(value):
        return NO_VALUE
    return _bare(value, unit, lang) + _label_with_gap(unit, lang)


def format_range(lower: float | None, upper: float | None, unit: str, lang: Lang = "en") -> str:
    """Bounds as a range, one value where they read alike, nothing where they are unknown.

    >>> format_range(61.2, 84.9, "%"), format_range(5.0, 5.0, "m"), format_range(None, 3.0, "m")
    ('61.2–84.9%', '5 m', '')
    """
    if lower is None or upper is None or math.isnan(lower) or math.isnan(upper):
        return ""
    low, high = _bare(lower, unit, lang), _bare(upper, unit, lang)
    numbers = low if low == high else f"{low}–{high}"
    return numbers + _label_with_gap(unit, lang)


def format_bounded(
    value: float | None,
    unit: str,
    lang: Lang = "en",
    *,
    lower: float | None = None,
    upper: float | None = None,
) -> str:
    """A value with its range where the range says more than the value.

    A range narrower than a hundredth of the value is left out: three digits do not show it.

    >>> format_bounded(72.0, "%", lower=61.2, upper=84.9), format_bounded(72.0, "%", lower=72.0)
    ('72% (61.2–84.9%)', '72%')
    >>> format_bounded(17.63, "%", lower=17.6, upper=17.7)
    '17.6%'
    >>> format_bounded(72.0, "%", "zh", lower=61.2, upper=84.9)
    '72%（61.2–84.9%）'
    """
    text, bounds = format_value(value, unit, lang), format_range(lower, upper, unit, lang)
    if value is None or lower is None or upper is None or not bounds or bounds == text:
        return text
    if upper - lower < NARROW * abs(value):
        return text
    return f"{text}（{bounds}）" if lang == "zh" else f"{text} ({bounds})"


def number_in_sentence(value: float, lang: Lang = "en") -> str:
    """A large number as one says it: millions in English, 万 and 亿 in Chinese.

    >>> [number_in_sentence(value, "zh") for value in (830.0, 9_999.0, 12_345.0, 2.5e8)]
    ['830', '1万', '1.23万', '2.5亿']
    >>> number_in_sentence(12_345.0), number_in_sentence(1_234_567.0)
    ('12,300', '1.23 million')
    """
    rounded = round_significant(value)
    for size, word in _STEPS[lang]:
        if rounded >= size:
            return format_number(rounded / size, lang) + word
    return format_number(rounded, lang)


def format_people(
    people: float | None,
    lang: Lang = "en",
    *,
    is_estimate: bool = False,
    lower: float | None = None,
    upper: float | None = None,
) -> str:
    """People for a sentence; an estimate says so and gives its range.

    >>> format_people(12_345.0), format_people(12_345.0, "zh"), format_people(1.0)
    ('12,300 people', '1.23万人', '1 person')
    >>> format_people(12_345.0, is_estimate=True, lower=9_000.0, upper=16_000.0)
    'about 12,300 people (estimated, 9,000–16,000)'
    >>> format_people(12_345.0, "zh", is_estimate=True, lower=9_000.0, upper=16_000.0)
    '约1.23万人（估算，9,000–1.6万）'
    """
    if people is None or math.isnan(people):
        return NO_VALUE
    people = round(people)
    number = number_in_sentence(people, lang)
    text = f"{number}人" if lang == "zh" else f"{number} {'person' if people == 1 else 'people'}"
    if not is_estimate:
        return text
    return _as_estimate(text, lang, people_range(lower, upper, lang))


def people_range(lower: float | None, upper: float | None, lang: Lang) -> str:
    """The range of an estimate of people, for a sentence.

    >>> people_range(9_000.0, 16_000.0, "zh"), people_range(None, None, "en")
    ('9,000–1.6万', '')
    """
    if lower is None or upper is None or math.isnan(lower) or math.isnan(upper):
        return ""
    return f"{number_in_sentence(round(lower), lang)}–{number_in_sentence(round(upper), lang)}"


def _as_estimate(text: str, lang: Lang, bounds: str) -> str:
    if lang == "zh":
        return f"约{text}（估算{'，' + bounds if bounds else ''}）"
    return f"about {text} (estimated{', ' + bounds if bounds else ''})"


def plus_minus(lower: float | None, upper: float | None, lang: Lang = "en") -> str:
    """Half the range of an estimate as ±, for a narrow column.

    >>> plus_minus(9_000.0, 16_000.0), plus_minus(None, 3.0)
    ('±3,500', '')
    """
    if lower is None or upper is None or math.isnan(lower) or math.isnan(upper):
        return ""
    return f"±{format_number((upper - lower) / 2, lang)}"


def whole(value: float) -> str:
    """Every digit of a whole number, for arithmetic that must add up before the reader's eyes.

    >>> whole(1192.4), whole(-3.0)
    ('1,192', '−3')
    """
    return _without_minus_zero(f"{value:,.0f}").replace("-", "−")
