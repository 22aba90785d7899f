"""How alike two names are, whatever their script, spelling and order of words."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[^\W_]+")
_NUMERALS = {word: str(value) for value, word in enumerate("零一二三四五六七八九十")}
_COUNT = "[一二三四五六七八九十]+"
_NUMBER = re.compile(rf"\d+|{_COUNT}(?=[小中大幼医号路街校院园])|第{_COUNT}")
OTHER_NUMBER = 0.3
"""第一小学 and 第二小学 share most of their name and are two schools."""

Names = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is compared of one name."""

    pieces: frozenset[str]
    weight: float  # of all pieces together
    is_chinese: bool
    numbers: frozenset[str]


class NameComparer:
    """Compares names; parts that many of the names share count for little.

    The likeness is a Dice coefficient of pieces (pairs of Chinese characters, groups of three
    letters), each weighted by how rare it is: 2 sum(both) / (sum(one) + sum(other)).

    >>> comparer = NameComparer(["大连市第一小学", "大连市第二小学", "Colegio San José", None])
    >>> comparer.likeness(["San Jose"], ["Colegio San José"]) > 0.5
    True
    >>> comparer.likeness(["大连市第一小学"], ["大连市第二小学"]) < 0.3
    True
    """

    def __init__(self, names: Iterable[str | None]) -> None:
        pieces = {name: _pieces(name) for name in sorted({name for name in names if name})}
        counts = Counter(piece for held in pieces.values() for piece in held)
        total = max(1, len(pieces))
        self._weight = {piece: math.log(1 + total / count) for piece, count in counts.items()}
        self._rarest = math.log(1 + total)
        self._known = {name: self._looked_at(name, held) for name, held in pieces.items()}

    def likeness(self, one: Names, other: Names) -> float | None:
        """The best likeness (0 to 1) of any two of the names; None where they share no script."""
        right = [self._of(name) for name in other if name]
        found = [
            self._likeness(left, each)
            for left in (self._of(name) for name in one if name)
            for each in right
            if left.is_chinese == each.is_chinese
        ]
        return max(found) if found else None

    def _likeness(self, left: _Known, right: _Known) -> float:
        total = left.weight + right.weight
        likeness = 2 * self._weigh(left.pieces & right.pieces) / total if total else 0.0
        differ = left.numbers and right.numbers and left.numbers != right.numbers
        return likeness * (OTHER_NUMBER if differ else 1.0)

    def _of(self, name: str) -> _Known:
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._looked_at(name, _pieces(name))
        return known

    def _looked_at(self, name: str, pieces: frozenset[str]) -> _Known:
        return _Known(pieces, self._weigh(pieces), bool(_CHINESE.search(name)), _numbers(name))

    def _weigh(self, pieces: frozenset[str]) -> float:
        # fsum is exact: the last bit must not hang on the order of a set.
        return math.fsum(self._weight.get(piece, self._rarest) for piece in pieces)


def plain_name(name: str) -> str:
    """A name without capitals, accents and marks.

    >>> plain_name("C.E.I.P. San José — Nº 2")
    'ceip san jose no 2'
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name)).casefold()
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(_WORD.findall(re.sub(r"(?<=\b\w)\.(?=\w\b)|['’]", "", bare)))


def _pieces(name: str) -> frozenset[str]:
    pieces = set[str]()
    plain = plain_name(name)
    for run in _CHINESE.findall(plain):
        pieces.update(run[place : place + 2] for place in range(max(1, len(run) - 1)))
    for word in _CHINESE.sub(" ", plain).split():
        padded = f" {word} "
        pieces.update(padded[place : place + 3] for place in range(len(padded) - 2))
    return frozenset(pieces)


def _numbers(name: str) -> frozenset[str]:
    found = _NUMBER.findall(unicodedata.normalize("NFKC", name))
    digits = ("".join(_NUMERALS.get(letter, letter) for letter in word) for word in found)
    return frozenset(word.lstrip("第0") for word in digits)
