"""Words to search tasks by: Latin words as they are, Chinese in pairs of characters.

A trigram index finds nothing for words of two characters, and most Chinese words have two. One
character alone is found as the beginning of a pair, or as the last of its run, which is kept too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from urbanwork.office.ledger.models import Task

_HAN = re.compile(r"[㐀-鿿豈-﫿]+")
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
LONGEST: Final = 60
"""Longer runs without a break are no words that anyone searches for; they are cut."""
MOST: Final = 5_000
"""So many words of a task are kept; an index of PostgreSQL takes a megabyte a row."""


def search_words(task: Task) -> str:
    """The words that a task is found by, each once, between spaces."""
    return f" {' '.join(kept(f'{task.number} {task.title} {task.text}'))} "


def kept(text: str) -> list[str]:
    """Words that a text is found by, in order, each once.

    >>> kept("补建幼儿园 Kindergarten-2")
    ['补建', '建幼', '幼儿', '儿园', '园', 'kindergarten', '2']
    """
    found: dict[str, None] = {}
    for run in _runs(text):
        found.update(dict.fromkeys([*_pieces(run), run[-1]] if is_han(run) else _pieces(run)))
    return list(found)[:MOST]


def words(text: str) -> list[str]:
    """Words that a text to look for must have, in order, each once.

    >>> words("补建幼儿园 园 Kindergarten-2")
    ['补建', '建幼', '幼儿', '儿园', '园', 'kindergarten', '2']
    """
    return list(dict.fromkeys(piece for run in _runs(text) for piece in _pieces(run)))


def is_lone(word: str) -> bool:
    """Whether a word is one Chinese character: it is sought as the beginning of those kept."""
    return len(word) == 1 and is_han(word)


def is_han(run: str) -> bool:
    """Whether a run of characters is Chinese."""
    return _HAN.fullmatch(run) is not None


def _runs(text: str) -> Iterator[str]:
    """What stands between spaces and marks, Chinese apart from the rest."""
    yield from _WORD.findall(_HAN.sub(lambda match: f" {match[0]} ", text.lower()))


def _pieces(run: str) -> list[str]:
    if is_han(run) and len(run) > 1:
        return [run[at : at + 2] for at in range(len(run) - 1)]
    return [run[:LONGEST]]
