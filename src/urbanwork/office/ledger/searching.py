"""Words to search tasks by: Latin words as they are, Chinese in pairs of characters.

A trigram index finds nothing for words of two characters, and most Chinese words have two.
"""

from __future__ import annotations

import re

from urbanwork.office.ledger.models import Task

_HAN = re.compile(r"[㐀-鿿豈-﫿]+")
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
LONGEST = 60
"""Longer runs without a break are no words that anyone searches for; they are cut."""


def search_words(task: Task) -> str:
    """The words of a task, each once, between spaces."""
    return f" {' '.join(words(f'{task.number} {task.title} {task.text}'))} "


def words(text: str) -> list[str]:
    """Words of a text in order, each once.

    >>> words("补建幼儿园 Kindergarten-2")
    ['补建', '建幼', '幼儿', '儿园', 'kindergarten', '2']
    """
    found: dict[str, None] = {}
    for run in _WORD.findall(_HAN.sub(lambda match: f" {match[0]} ", text.lower())):
        is_han = _HAN.fullmatch(run) is not None and len(run) > 1
        pieces = [run[at : at + 2] for at in range(len(run) - 1)] if is_han else [run[:LONGEST]]
        found.update(dict.fromkeys(pieces))
    return list(found)
