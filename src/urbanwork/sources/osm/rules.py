"""Tag rules: which elements are what, matched on columns rather than element by element."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from urbanwork.quantities.arrow import from_numpy, from_text, to_numpy
from urbanwork.sources.osm.tags import Codes, Rows, Tags, distinct, found_at, united

ANY = "*"
"""Stands for every value but `no`."""


class Test(StrEnum):
    """How the value of a tag is held against the values of a condition."""

    IS = ""
    CONTAINS = "~"  # one of these regular expressions is found in it, in capitals or not
    AT_MOST = "<="  # the smallest number in it
    AT_LEAST = ">="  # the largest number in it


@dataclass(frozen=True, slots=True)
class Condition:
    """One of `keys` has a value that passes the test."""

    keys: tuple[str, ...]
    test: Test
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """All conditions hold, and of no exclusion all conditions hold."""

    conditions: tuple[Condition, ...]
    exclusions: tuple[tuple[Condition, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One alternative holds, and no exclusion does."""

    alternatives: tuple[Alternative, ...]
    exclusions: tuple[tuple[Condition, ...], ...] = ()

    def conditions(self) -> Iterator[Condition]:
        """Every condition that stands anywhere in the rule."""
        for alternative in self.alternatives:
            yield from alternative.conditions
            for exclusion in alternative.exclusions:
                yield from exclusion
        for exclusion in self.exclusions:
            yield from exclusion


def keys_of(rules: Iterable[Rule]) -> list[str]:
    """Every key that the rules read, in alphabetical order."""
    keys = {key for rule in rules for condition in rule.conditions() for key in condition.keys}
    return sorted(keys)


class Matcher:
    """Matches rules against the tags of one extract; all words are looked up once."""

    def __init__(self, tags: Tags, rules: Iterable[Rule]) -> None:
        self._tags = tags
        words = {
            word
            for rule in rules
            for condition in rule.conditions()
            if condition.test is Test.IS
            for word in condition.values
        }
        self._codes = _codes_by_word(tags, sorted(words | {"no"}))

    def rows(self, rule: Rule) -> Rows:
        """The elements that the rule holds for, ascending."""
        rows = united([self._alternative(alternative) for alternative in rule.alternatives])
        return self._without(rows, rule.exclusions)

    def _alternative(self, alternative: Alternative) -> Rows:
        first, *others = alternative.conditions
        rows = self._all(first)
        for condition in others:
            rows = rows[self._holds(condition, rows)]
        return self._without(rows, alternative.exclusions)

    def _without(self, rows: Rows, exclusions: tuple[tuple[Condition, ...], ...]) -> Rows:
        for conditions in exclusions:
            hit = np.ones(len(rows), dtype=bool)
            for condition in conditions:
                hit &= self._holds(condition, rows)
            rows = rows[~hit]
        return rows

    def _all(self, condition: Condition) -> Rows:
        parts = []
        for key in condition.keys:
            column = self._tags.column(key)
            parts.append(column.rows[self._passes(condition, column.codes)])
        return united(parts)

    def _holds(self, condition: Condition, rows: Rows) -> NDArray[np.bool_]:
        holds = np.zeros(len(rows), dtype=bool)
        for key in condition.keys:
            codes = self._tags.codes(key, rows)
            carried = np.flatnonzero(codes >= 0)
            holds[carried] |= self._passes(condition, codes[carried])
        return holds

    def _passes(self, condition: Condition, codes: Codes) -> NDArray[np.bool_]:
        if condition.test is Test.IS:
            return self._is(condition, codes)
        used, where = distinct(codes, len(self._tags.dictionary))
        words = self._tags.dictionary.take(from_numpy(used))
        passes = (
            _contains(words, condition)
            if condition.test is Test.CONTAINS
            else np.array([_compares(word, condition) for word in words.to_pylist()], dtype=bool)
        )
        return np.asarray(passes[where], dtype=bool)

    def _is(self, condition: Condition, codes: Codes) -> NDArray[np.bool_]:
        accepted = np.full(len(self._tags.dictionary), ANY in condition.values)
        if ANY in condition.values:
            accepted[self._codes.get("no", _NONE)] = False
        for word in condition.values:
            accepted[self._codes.get(word, _NONE)] = True
        return np.asarray(accepted[codes])


_NONE: Codes = np.empty(0, dtype=np.int32)


def _codes_by_word(tags: Tags, words: list[str]) -> dict[str, Codes]:
    """Codes of the values that are the word, or a list `a;b` with the word in it."""
    wanted = from_text(words)
    listed_codes, parts = tags.listed()
    whole = found_at(tags.dictionary, wanted)
    part = found_at(parts, wanted)
    word = np.concatenate([whole, part])
    code = np.concatenate([np.arange(len(whole), dtype=np.int32), listed_codes])
    word, code = word[word >= 0], code[word >= 0]
    order = np.argsort(word, kind="stable")
    bounds = np.searchsorted(word[order], np.arange(len(words) + 1))
    groups = zip(words, bounds[:-1], bounds[1:], strict=True)
    return {name: code[order[first:end]] for name, first, end in groups if end > first}


def _contains(words: pa.Array, condition: Condition) -> NDArray[np.bool_]:
    pattern = "|".join(f"(?:{value})" for value in condition.values)
    found = pc.match_substring_regex(words, pattern, ignore_case=True)
    return to_numpy(found)


def _compares(word: str, condition: Condition) -> bool:
    numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", word)]
    if not numbers:
        return False
    bound = float(condition.values[0])
    return min(numbers) <= bound if condition.test is Test.AT_MOST else max(numbers) >= bound
