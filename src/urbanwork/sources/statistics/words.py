"""Words as tables write them, folded so that one meaning has one form."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

_MARKS = re.compile(r"[\s_:：\-—－–./·、,，;；'’\"“”]+")
_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_BLANKS = re.compile(r"[\s,，]+")


@cache
def folded(text: str) -> str:
    """A name without capitals, blanks and marks; brackets stay.

    >>> folded(" 人口数_合计 "), folded("Resident population"), folded("０-14岁")
    ('人口数合计', 'residentpopulation', '014岁')
    """
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())


def without_brackets(text: str) -> str:
    """A header without what stands in its brackets.

    >>> without_brackets("性别比（女=100）")
    '性别比'
    """
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", text)).strip()


def in_brackets(text: str) -> list[str]:
    """What stands in the brackets of a header: often its unit.

    >>> in_brackets("人均住房\\n建筑面积\\n（平方米/人）")
    ['平方米/人']
    """
    return [each.strip() for each in _BRACKETS.findall(unicodedata.normalize("NFKC", text))]


@cache
def unit_folded(text: str) -> str:
    """A unit without capitals and blanks.

    >>> unit_folded(" 10,000 People "), unit_folded("km²"), unit_folded("％")
    ('10000people', 'km2', '%')
    """
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text).casefold())


def nearest(word: str, known: Iterable[str]) -> str:
    """A question after the nearest known word, for the end of a message; empty if none is near.

    >>> nearest("resident_populaton", ["resident_population", "households"])
    "; did you mean 'resident_population'?"
    """
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def listed(words: Iterable[str], most: int = 12) -> str:
    """Words for a message, the rest counted."""
    several = [word for word in words if word]
    more = f" and {len(several) - most} more" if len(several) > most else ""
    return (", ".join(several[:most]) or "none") + more
