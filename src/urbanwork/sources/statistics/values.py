"""Numbers and years as tables write them."""

from __future__ import annotations

import re
import unicodedata
from math import isfinite

BLANKS = frozenset((
    "", "-", "--", "—", "——", "–", "…", "……", "...", "..", "n/a", "na", "nan", "null", "none",
    "nd", "无", "空", "缺", "不详", "未统计", "无数据", "暂无", "x", "*",
))  # fmt: skip
"""How tables write that there is no figure."""

_NUMBER = re.compile(r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)\s*(\D.*)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d)[,  ](?=\d{3}(?:\D|$))")
_YEAR = re.compile(
    r"(?:FY\s*)?(\d{4})(?:\.0+)?\s*(?:年(?:末|底|度)?|[-/.]\d{1,2}[-/.]\d{1,2}.*)?", re.I
)

FIRST_YEAR, LAST_YEAR = 1900, 2100


def number_of(text: str | None) -> tuple[float, float, str] | None:
    """A number, the value of its last digit, and the unit behind it; None where there is none.

    >>> number_of("7,450,785"), number_of("753.9 万人"), number_of("…")
    ((7450785.0, 1.0, ''), (753.9, 0.1, '万人'), None)
    >>> number_of("12-14")
    Traceback (most recent call last):
    ValueError: 12-14

    Raises:
        ValueError: a text that is neither a number nor a sign that there is none.
    """
    if text is None or text.strip().casefold() in BLANKS:
        return None
    if text.isascii() and text.isdigit():
        return float(text), 1.0, ""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    match = _NUMBER.fullmatch(_THOUSANDS.sub("", plain))
    unit = (match.group(2) or "").strip() if match else ""
    if match is None or re.search(r"\d{2}|^[.,]|#", unit):
        raise ValueError(text)
    digits = match.group(1)
    if not isfinite(float(digits)):
        raise ValueError(text)
    return float(digits), _last_digit(digits), unit


def _last_digit(digits: str) -> float:
    mantissa, _, exponent = digits.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return float(f"1e{int(exponent or 0) - decimals}")


def year_of(text: str | None) -> int | None:
    """The year that a text names; None where it names none.

    >>> [year_of(text) for text in ("2020", "2020年末", "2020-11-01", "2020.0", "20", None)]
    [2020, 2020, 2020, 2020, None, None]
    """
    match = _YEAR.fullmatch(unicodedata.normalize("NFKC", text or "").strip())
    year = int(match.group(1)) if match else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else None
