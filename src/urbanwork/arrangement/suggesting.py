"""Codes and indicators that a sentence seems to speak of, by its words. Proposals, no more."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from urbanwork.catalogue.models import Catalogue
from urbanwork.catalogue.vocabulary import ASKS
from urbanwork.quantities.kept_yaml import load_own_yaml

MOST_CODES = 3
MOST_INDICATORS = 4
LEAST_SCORE = 2.5
"""About one word of a title that one title in twelve has, or two that more have."""
NEAR_THE_BEST = 0.3
"""Indicators whose words fit less well than this part of the best are not proposed."""

_FILE = Path(__file__).parent / "keywords.yaml"
_WORD = re.compile(r"[a-z0-9]{4,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_COMMON = frozenset((
    "with", "from", "that", "this", "than", "into", "over", "under", "within", "their", "they",
    "those", "which", "have", "been", "more", "most", "people", "city", "urban", "share", "level",
    "area", "areas", "development", "number", "first", "second", "third", "fourth", "fifth",
    "sixth",
))  # fmt: skip
_STEM = 6
"""Letters by which English words are the same: planning and planned, not plan and plant."""

Keywords = Mapping[str, Mapping[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a sentence seems to ask for."""

    codes: tuple[str, ...]  # likeliest first
    indicators: tuple[str, ...]  # ids, or serves:<code> where no title fits


class Suggester:
    """Holds the words of the catalogue's titles, each weighed by how rare it is."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.keywords: Keywords = load_own_yaml(_FILE)[0]
        self.titles = {
            key: words(f"{each.title.en} {each.quantity}") | words(each.title.zh)
            for key, each in catalogue.indicators.items()
        }
        counts = Counter(word for title in self.titles.values() for word in title)
        self.weights = {word: math.log(len(self.titles) / n) for word, n in counts.items()}

    def suggest(self, sentence: str) -> Suggestion:
        """Codes whose keywords the sentence has, and their indicators with its words in titles."""
        codes = self._codes(sentence)
        return Suggestion(codes, self._indicators(sentence, codes))

    def _codes(self, sentence: str) -> tuple[str, ...]:
        lower = sentence.lower()
        scores = {code: _keyword_score(lower, self.keywords[code]) for code in ASKS}
        ranked = sorted((code for code in ASKS if scores[code]), key=lambda code: -scores[code])
        return tuple(ranked[:MOST_CODES])

    def _indicators(self, sentence: str, codes: tuple[str, ...]) -> tuple[str, ...]:
        asked = words(sentence)
        scores = {
            key: sum(self.weights[word] for word in title & asked)
            for key, title in self.titles.items()
            if set(codes) & set(self.catalogue.indicators[key].serves)
        }
        least = max(LEAST_SCORE, NEAR_THE_BEST * max(scores.values(), default=0.0))
        fit = {key: score for key, score in scores.items() if score >= least}
        return self._of_every_word(fit, asked) or self._by_code(codes)

    def _of_every_word(self, fit: dict[str, float], asked: frozenset[str]) -> tuple[str, ...]:
        """The best, those first that speak of words of the sentence that none before does."""
        chosen: list[str] = []
        left = set(asked)

        def worth(key: str) -> tuple[float, float]:
            return sum(self.weights[word] for word in self.titles[key] & left), fit[key]

        while fit.keys() - set(chosen) and len(chosen) < MOST_INDICATORS:
            best = max((key for key in fit if key not in chosen), key=worth)
            chosen.append(best)
            left -= self.titles[best]
        return tuple(chosen)

    def _by_code(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        served = {code for each in self.catalogue.indicators.values() for code in each.serves}
        return tuple(f"serves:{code}" for code in codes if code in served)[:1]


def words(text: str) -> frozenset[str]:
    """What a text can share with another: beginnings of English words, pairs of Chinese letters.

    >>> sorted(words("Planned parks, 公园绿地"))
    ['parks', 'planne', '公园', '园绿', '绿地']
    """
    english = {each[:_STEM] for each in _WORD.findall(text.lower()) if each not in _COMMON}
    pairs = {run[at : at + 2] for run in _CHINESE.findall(text) for at in range(len(run) - 1)}
    return frozenset(english | pairs)


def _keyword_score(lower: str, keywords: Mapping[str, list[str]]) -> float:
    """Keywords found, longer ones worth more, since they say more."""
    english = (each for each in keywords["en"] if re.search(rf"\b{re.escape(each)}", lower))
    chinese = (each for each in keywords["zh"] if each.lower() in lower)
    return sum(math.sqrt(len(each)) for each in english) + sum(
        math.sqrt(2 * len(each)) for each in chinese
    )
