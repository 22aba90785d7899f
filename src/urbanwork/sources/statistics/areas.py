"""Which area of the city a row speaks of: by code, else by name, else none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from urbanwork.sources.layers import WHOLE_CITY, AreaNames
from urbanwork.sources.statistics.words import folded

WHOLE = frozenset(map(folded, (
    "合计", "总计", "全市", "全市合计", "全市总计", "全域", "市合计", "total", "city total",
    "whole city", "city", "all", "grand total",
)))  # fmt: skip
"""What tables call the row of the whole city."""

_SUFFIX = re.compile(
    r"(?:自治县|自治州|自治旗|特别行政区|街道办事处|街道|新区|地区|区|县|市|镇|乡|盟|旗"
    r"|\s+(?:special\s+)?(?:district|county|city|town|township|subdistrict|area|qu|xian|shi))$",
    re.IGNORECASE,
)
CODE, NAME = "code", "name"


@dataclass(frozen=True, slots=True)
class Match:
    """The area of a row: its row in the list of areas, WHOLE_CITY, or None."""

    area: int | None
    by: str = ""  # code, name
    fault: str = ""  # code and name speak of different areas, or the name fits several


@dataclass(slots=True)
class AreaMatcher:
    """Finds areas by what a table calls them; `city` are names and codes of the whole city."""

    areas: AreaNames
    city: Sequence[str] = ()
    _codes: dict[str, int] = field(init=False)
    _names: dict[str, set[int]] = field(init=False)
    _stems: dict[str, set[int]] = field(init=False)
    _prefix: str = field(init=False)
    _known: dict[tuple[str | None, str | None], Match] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._codes = {code_of(str(each)): row for row, each in enumerate(self.areas.id)}
        self._codes.pop("", None)
        self._names, self._stems = {}, {}
        columns = (self.areas.name, self.areas.name_zh, self.areas.name_en, self.areas.id)
        for column in columns:
            for row, name in enumerate(column):
                if name:
                    self._names.setdefault(folded(str(name)), set()).add(row)
                    self._stems.setdefault(stem(str(name)), set()).add(row)
        self._prefix = _city_prefix(self._codes)
        for name in self.city:
            self.learn(name)

    def learn(self, name: str) -> None:
        """Take a name or a code as one of the whole city."""
        for word in (folded(name), stem(name), code_of(name)):
            if word and not self._names.get(word):
                self._names[word] = {WHOLE_CITY}

    def find(self, code: str | None, name: str | None) -> Match:
        """The area of a row with this code, this name, or both."""
        known = self._known.get((code, name))
        if known is None:
            known = self._known[code, name] = self._found(code, name)
        return known

    def _found(self, code: str | None, name: str | None) -> Match:
        by_code = self._by_code(code or name)
        if by_code is not None:
            return self._agreeing(by_code, code, name)
        if code and self._is_elsewhere(code):
            return Match(None)
        rows = self._by_name(name)
        if len(rows) > 1:
            both = " and ".join(str(self.areas.name[row]) for row in sorted(rows))
            return Match(None, fault=f"'{name}' fits {both}; add a column with their codes")
        return Match(next(iter(rows)), NAME) if rows else Match(None)

    def _agreeing(self, area: int, code: str | None, name: str | None) -> Match:
        """A match by code, unless the name beside it is another area's."""
        if area == WHOLE_CITY and name:
            self.learn(name)
        rows = self._by_name(name) if code else set[int]()
        if len(rows) == 1 and area not in rows:
            other = next(iter(rows))
            named = "the whole city" if other == WHOLE_CITY else f"'{self.areas.id[other]}'"
            return Match(None, fault=f"code '{code}' and name '{name}' ({named}) disagree")
        return Match(area, CODE)

    def _by_code(self, text: str | None) -> int | None:
        code = code_of(text or "")
        if not code:
            return None
        if code in self._codes:
            return self._codes[code]
        whole = self._prefix and code == self._prefix.ljust(len(code), "0")
        return WHOLE_CITY if whole or self._names.get(code) == {WHOLE_CITY} else None

    def _is_elsewhere(self, code: str) -> bool:
        """Whether a code is one of another city."""
        plain = code_of(code)
        return bool(plain and self._prefix and not plain.startswith(self._prefix))

    def _by_name(self, name: str | None) -> set[int]:
        if not name:
            return set()
        for form in self._forms(name):
            for known in (self._names, self._stems):
                word = folded(form) if known is self._names else stem(form)
                if word in known:
                    return known[word]
        return {WHOLE_CITY} if folded(name) in WHOLE else set()

    def _forms(self, name: str) -> Iterable[str]:
        """The name, and the name without the city's before it."""
        yield name
        plain = name.strip()
        for city, rows in self._names.items():
            if rows == {WHOLE_CITY} and len(city) < len(plain) and plain.startswith(city):
                yield plain[len(city) :]


def code_of(text: str) -> str:
    """A code of 6, 9 or 12 digits without the zeros that only fill it up; empty for others.

    >>> code_of("210202"), code_of("210202000000"), code_of("210202001000"), code_of("12")
    ('210202', '210202', '210202001', '')
    """
    digits = unicodedata.normalize("NFKC", text).strip()
    if len(digits) not in (6, 9, 12) or not digits.isdigit():
        return ""
    while len(digits) > 6 and digits.endswith("000"):
        digits = digits[:-3]
    return digits


def _city_prefix(codes: Iterable[str]) -> str:
    """The first digits that the codes of all areas share, as far as they name a city or county."""
    several = list(codes)
    is_shared = {length: len({code[:length] for code in several}) == 1 for length in (4, 6)}
    is_fine = bool(several) and min(map(len, several)) > 6
    length = 6 if is_shared[6] and is_fine else 4 if is_shared[4] else 0
    return several[0][:length] if length else ""


def stem(name: str) -> str:
    """A name without the word for its kind of area, folded.

    >>> stem("普兰店市"), stem("普兰店区"), stem("Zhongshan District"), stem("市")
    ('普兰店', '普兰店', 'zhongshan', '市')
    """
    plain = unicodedata.normalize("NFKC", name).strip()
    short = _SUFFIX.sub("", plain)
    return folded(short if len(short) >= 2 else plain)
