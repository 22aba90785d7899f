"""From a higher document to a lower one: what is answered, what is not, what answers nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from urbanwork.arrangement.loading import CARRIED, Reading, read_arrangement
from urbanwork.arrangement.models import LEVELS, Arrangement
from urbanwork.catalogue.checking import suggestion
from urbanwork.errors import UserError


@dataclass(frozen=True, slots=True)
class Cascade:
    """How a lower document answers a higher one."""

    answered: Mapping[str, tuple[str, ...]]  # ask of the higher -> asks of the lower
    unanswered: tuple[str, ...]  # asks of the higher, in order
    nowhere: tuple[tuple[str, str], ...]  # ask of the lower, what it answers and is not there


def cascade(higher: Arrangement, lower: Arrangement) -> Cascade:
    """Hold the asks of `higher` against the answers of `lower`.

    Raises:
        UserError: `higher` is the lower of the two, or they are one document.
    """
    _check_order(higher, lower)
    found: dict[str, list[str]] = {ask.id: [] for ask in higher.asks()}
    nowhere: list[tuple[str, str]] = []
    for ask in lower.asks():
        for answer in ask.answers:
            document, _, name = answer.partition(":")
            if document == higher.id and name in found:
                found[name].append(ask.id)
            elif document == higher.id:
                nowhere.append((ask.id, answer))
    return Cascade(
        {name: tuple(asks) for name, asks in found.items() if asks},
        tuple(name for name, asks in found.items() if not asks),
        tuple(nowhere),
    )


def _check_order(higher: Arrangement, lower: Arrangement) -> None:
    if higher.id == lower.id:
        raise UserError(f"cascade: both documents are '{higher.id}'; give a higher and a lower one")
    ranks = list(LEVELS)
    if ranks.index(higher.level) > ranks.index(lower.level):
        raise UserError(
            f"cascade: '{higher.id}' is of level {higher.level}, below '{lower.id}' "
            f"({lower.level}); name the higher document first"
        )


def nowhere_faults(higher: Arrangement, lower: Reading) -> Iterator[str]:
    """Answers of `lower` to asks that `higher` does not have, each with file and line."""
    names = [ask.id for ask in higher.asks()]
    for ask in lower.arrangement.asks():
        for place, answer in enumerate(ask.answers):
            document, _, name = answer.partition(":")
            if document == higher.id and name not in names:
                near = suggestion(name, names)
                sentence = f"'{higher.id}' has no ask '{name}'{near}"
                yield lower.spots[ask.id].at("answers", place).fault(sentence)


def cycle_faults(readings: Sequence[Reading]) -> Iterator[str]:
    """Documents that answer each other in a ring, told at an answer of the first of them."""
    answers = {each.arrangement.id: _documents_answered(each.arrangement) for each in readings}
    for reading in readings:
        ring = _ring(reading.arrangement.id, answers)
        if ring:
            ask, place = next(
                (ask, place)
                for ask in reading.arrangement.asks()
                for place, answer in enumerate(ask.answers)
                if answer.partition(":")[0] == ring[1]
            )
            named = " -> ".join(ring)
            sentence = f"the documents answer each other in a ring ({named}); take one answer out"
            yield reading.spots[ask.id].at("answers", place).fault(sentence)
            return


def _documents_answered(arrangement: Arrangement) -> tuple[str, ...]:
    named = (answer.partition(":")[0] for ask in arrangement.asks() for answer in ask.answers)
    return tuple(dict.fromkeys(named))


def _ring(start: str, answers: Mapping[str, Iterable[str]]) -> list[str]:
    """A way from a document back to itself; empty where there is none."""
    ways: list[list[str]] = [[start]]
    seen = {start}
    while ways:
        way = ways.pop()
        for following in answers.get(way[-1], ()):
            if following == start:
                return [*way, start]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []


def answered_documents(reading: Reading) -> list[Reading]:
    """The documents that this one answers, and those that these answer, as far as they are known.

    Known are the arrangements that come with urbanwork and those whose file stands beside this
    one, named after the id: `<id>.yaml`.
    """
    folder = reading.path.parent
    found: dict[str, Reading] = {}
    wanted = list(_documents_answered(reading.arrangement))
    while wanted:
        name = wanted.pop(0)
        path = next((each for each in _places(name, folder) if each.is_file()), None)
        if name in found or name == reading.arrangement.id or path is None:
            continue
        found[name] = read_arrangement(path)
        wanted += _documents_answered(found[name].arrangement)
    return list(found.values())


def _places(name: str, folder: Path) -> tuple[Path, Path]:
    return folder / f"{name}.yaml", CARRIED / f"{name}.yaml"
