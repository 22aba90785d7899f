"""Numbers, dates and coordinates as people write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_DEGREES = re.compile(
    r"^([NSEWnsew东西南北]?)\s*(\d{1,3})\s*[°度]\s*(?:(\d{1,2}(?:\.\d+)?)\s*[′'’分]\s*)?"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:[″\"”秒]|''))?\s*([NSEWnsew东西南北]?)$"
)
_DATE = re.compile(
    r"^(\d{4})\s*(?:[-/.年]\s*(\d{1,2})\s*(?:[-/.月]\s*(\d{1,2})\s*日?)?月?|年)?(?:[T\s].*)?$"
)
_COMPACT_DATE = re.compile(r"^(\d{4})(\d{2})(\d{2})$")


def quantity(text: str | None) -> float | None:
    """The first number of a text: seats or beds; None where there is none.

    >>> [quantity(text) for text in ("1,200 人", "约 300", "360个", "-5", "none", None)]
    [1200.0, 300.0, 360.0, None, None, None]
    """
    if text is None:
        return None
    plain = re.sub(r"(?<=\d)[,\s](?=\d{3}\b)", "", unicodedata.normalize("NFKC", text))
    match = _NUMBER.search(plain)
    value = float(match.group()) if match else -1.0
    return value if value >= 0 else None


def coordinate(text: str | None) -> float | None:
    """One coordinate in degrees or metres, also in degrees, minutes, seconds; None for others.

    >>> [coordinate(text) for text in ("121.5", "28,104", "121°38'24\\"", "西经15度24分", "E")]
    [121.5, 28.104, 121.64, None, None]
    >>> coordinate("15°24′36″W")
    -15.41
    """
    if text is None:
        return None
    plain = unicodedata.normalize("NFC", text).strip()
    sexagesimal = _DEGREES.match(plain)
    if sexagesimal:
        return _from_degrees(sexagesimal)
    plain = unicodedata.normalize("NFKC", plain).rstrip("°")
    if re.fullmatch(r"-?\d+,\d+", plain):
        plain = plain.replace(",", ".")
    try:
        return float(plain) if re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d+)?", plain, re.I) else None
    except ValueError:
        return None


def _from_degrees(match: re.Match[str]) -> float:
    before, degrees, minutes, seconds, after = match.groups()
    value = int(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    is_negative = any(letter and letter in "SWsw南西" for letter in (before, after))
    return round(-value if is_negative else value, 9)


def coordinate_pair(text: str | None) -> tuple[float | None, float | None]:
    """Longitude and latitude written in one cell; the larger of a Chinese pair is the longitude.

    >>> coordinate_pair("121.64, 38.91"), coordinate_pair("POINT (24.9 60.2)")
    ((121.64, 38.91), (24.9, 60.2))
    >>> coordinate_pair("38.91,121.64")  # 121.64 can be no latitude
    (121.64, 38.91)
    """
    numbers = [float(word) for word in _NUMBER.findall(text or "")]
    if len(numbers) != 2:
        return None, None
    if abs(numbers[1]) > 90 >= abs(numbers[0]):
        numbers.reverse()
    return numbers[0], numbers[1]


def iso_date(text: str | None) -> str | None:
    """A date as ISO text, as precise as it is given; None for what is no date.

    >>> [iso_date(text) for text in ("2023/9/1", "20230901", "2023年9月", "2005", "1.9.2023")]
    ['2023-09-01', '2023-09-01', '2023-09', '2005', None]
    """
    plain = unicodedata.normalize("NFKC", text or "").strip()
    match = _COMPACT_DATE.match(plain) or _DATE.match(plain)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    parts = [f"{year:04d}", *(f"{part:02d}" for part in (month, day) if part is not None)]
    return "-".join(parts)


def is_after(opened: str | None, day: str) -> bool:
    """Whether something opens after a day even if a date such as 2023 means its first day.

    >>> is_after("2023-09-01", "2023-06-05"), is_after("2023", "2023-06-05"), is_after(None, "2023")
    (True, False, False)
    """
    if opened is None:
        return False
    first = opened + "-01-01"[len(opened) - 4 :] if len(opened) < 10 else opened
    return first > day
