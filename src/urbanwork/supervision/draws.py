"""Random draws that anyone can recompute (双随机): objects by class, inspectors by lot.

1. Before the draw the office publishes a commitment: hashes of the lists, of the rules and of a
   secret, and the public value that will be added (a lottery of a coming day, say).
2. Once that value is known, the secret is shown, and both together decide.
3. The record holds all of it; `faults` recomputes the draw from nothing else.

Every object has a ticket, HMAC-SHA-256 of its id under the seed; of each class the lowest tickets
are drawn. Nobody who knows only the commitment can foresee them, and nobody can change the lists,
the rules or the secret afterwards. Without a public value the office could have tried secrets until
one pleased it, before it committed: such a record says so.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.quantities.bilingual import Bilingual

PROTOCOL: Final = "urbanwork-draw-1"
_SECRET: Final = 64
"""Hexadecimal digits of a secret: 32 bytes, for instance from `secrets.token_hex(32)`."""


_CHANGED: Final = Bilingual(
    "Recomputing gives another result than the record shows.",
    "复算结果与公布的记录不一致。",
)


@dataclass(frozen=True, slots=True)
class Subject:
    """An object of inspection: its id, its class of risk, and whose it is (for recusal)."""

    id: str
    risk: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Inspector:
    """Who may inspect, and the objects or owners that they must keep away from (回避)."""

    id: str
    avoids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rate:
    """How much of a class is drawn: a share as exact text (`0.05`), and at least so many."""

    share: str
    minimum: int = 0

    def number(self, of: int) -> int:
        """How many of so many, rounded up, never more than there are.

        >>> Rate("0.05", minimum=2).number(100), Rate("0.05", minimum=2).number(1)
        (5, 1)
        """
        return min(of, max(self.minimum, -int(-Fraction(self.share) * of // 1)))


@dataclass(frozen=True, slots=True)
class DrawRules:
    """What is drawn (R12, R13, R16): rates by class, a least share of all, inspectors an object."""

    rates: Mapping[str, Rate]
    inspectors: int = 2
    least_share: str = "0"


@dataclass(frozen=True, slots=True)
class Lists:
    """The two libraries (两库): objects and inspectors; their order does not matter."""

    subjects: tuple[Subject, ...]
    inspectors: tuple[Inspector, ...]


def commit(
    lists: Lists, rules: DrawRules, secret: str, *, occasion: str, public_source: str = ""
) -> dict[str, Any]:
    """What is published before the draw. `public_source` names the value that will be added.

    Raises:
        ManyFaultsError: lists or rules by which no draw is possible, all at once.
    """
    problems = [*_problems(lists, rules), *_problems_of_secret(secret)]
    if problems:
        raise ManyFaultsError(problems)
    promise: dict[str, Any] = {
        "protocol": PROTOCOL,
        "occasion": occasion,
        "public_source": public_source,
        "lists_sha256": _sha256(_plain_lists(lists)),
        "rules_sha256": _sha256(_plain_rules(rules)),
        "secret_sha256": hashlib.sha256(secret.encode()).hexdigest(),
    }
    return {**promise, "commitment": _sha256(promise)}


def draw(
    commitment: Mapping[str, Any], lists: Lists, rules: DrawRules, secret: str, public: str = ""
) -> dict[str, Any]:
    """The record of a draw, to be published whole.

    Raises:
        UserError: lists, rules or secret are not those that were committed to, or the public value
            that the commitment promises is missing.
    """
    again = commit(
        lists, rules, secret,
        occasion=commitment.get("occasion", ""), public_source=commitment.get("public_source", ""),
    )  # fmt: skip
    if again != dict(commitment):
        changed = sorted(key for key in again if again[key] != commitment.get(key))
        raise UserError(f"draw: {', '.join(changed)} differ from what was committed to beforehand")
    if bool(again["public_source"]) != bool(public):
        raise UserError("draw: give the public value exactly where the commitment names a source")
    return {
        "commitment": again,
        "lists": _plain_lists(lists),
        "rules": _plain_rules(rules),
        "secret": secret,
        "public": public,
        "drawn": _drawn(lists, rules, seed_of(again["commitment"], secret, public)),
    }


def faults(record: Mapping[str, Any]) -> list[Bilingual]:
    """What is wrong with a published record; nothing where it recomputes.

    The reader holds the public value against its source: no record can prove it. A draw without
    one recomputes too; `note` says what that leaves open.
    """
    try:
        lists, rules = _read_lists(record["lists"]), _read_rules(record["rules"])
        promised, secret, public = record["commitment"], record["secret"], record["public"]
        again = draw(promised, lists, rules, secret, public)
    except UserError as error:
        return [Bilingual(f"The record does not hold: {error}.", f"记录不成立：{error}。")]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [Bilingual(
            f"The record cannot be read ({type(error).__name__}: {error}).",
            f"记录无法读取（{type(error).__name__}：{error}）。",
        )]  # fmt: skip
    if _canonical(again) != _canonical(record):
        return [_CHANGED]
    return []


def note(record: Mapping[str, Any]) -> Bilingual | None:
    """What a record leaves open although it recomputes."""
    if record["commitment"]["public_source"]:
        return None
    return Bilingual(
        "No public value was added: who committed could have chosen the secret.",
        "未加入公开随机值，承诺方可能挑选过种子。",
    )


def seed_of(commitment: str, secret: str, public: str) -> bytes:
    """The seed: SHA-256 of commitment, secret and public value, one a line."""
    return hashlib.sha256("\n".join((commitment, secret, public)).encode()).digest()


def ticket(seed: bytes, *names: str) -> str:
    """The ticket of an object, or of an inspector for an object; the lowest are drawn."""
    return hmac.new(seed, "\0".join(names).encode(), hashlib.sha256).hexdigest()


def _drawn(lists: Lists, rules: DrawRules, seed: bytes) -> list[dict[str, Any]]:
    order = sorted(lists.subjects, key=lambda one: (ticket(seed, "object", one.id), one.id))
    chosen = [
        one
        for risk, rate in rules.rates.items()
        for one in _first(order, risk, rate)
    ]  # fmt: skip
    taken = set(chosen)
    rest = [one for one in order if one not in taken]
    wanted = Rate(rules.least_share).number(len(order))
    chosen += rest[: max(0, wanted - len(chosen))]
    away = _keeping_away(lists.inspectors)
    return [
        {
            "object": one.id,
            "class": one.risk,
            "inspectors": _inspectors(one, lists, rules, seed, away),
        }
        for one in sorted(chosen, key=lambda one: one.id)
    ]


def _first(order: Sequence[Subject], risk: str, rate: Rate) -> list[Subject]:
    of_class = [one for one in order if one.risk == risk]
    return of_class[: rate.number(len(of_class))]


def _inspectors(
    one: Subject, lists: Lists, rules: DrawRules, seed: bytes, keep_away: Mapping[str, set[str]]
) -> list[str]:
    nobody: set[str] = set()
    barred = keep_away.get(one.id, nobody) | keep_away.get(one.owner, nobody)
    free = [each.id for each in lists.inspectors if each.id not in barred]
    return sorted(free, key=lambda name: (ticket(seed, "inspector", one.id, name), name))[
        : rules.inspectors
    ]


def _keeping_away(inspectors: Iterable[Inspector]) -> dict[str, set[str]]:
    """Who must keep away from each object or owner (回避)."""
    found: dict[str, set[str]] = {}
    for each in inspectors:
        for avoided in each.avoids:
            found.setdefault(avoided, set()).add(each.id)
    return found


def _too_few_inspectors(lists: Lists, wanted: int) -> Iterator[str]:
    keep_away = _keeping_away(lists.inspectors)
    nobody: set[str] = set()
    for one in lists.subjects:
        barred = keep_away.get(one.id, nobody) | keep_away.get(one.owner, nobody)
        if len(lists.inspectors) - len(barred) < wanted:
            yield f"objects: '{one.id}' has fewer than {wanted} inspectors who may inspect it"


def _problems(lists: Lists, rules: DrawRules) -> list[str]:
    """Why no draw is possible, whatever the seed."""
    found = [*_problems_of_ids("objects", [one.id for one in lists.subjects]),
             *_problems_of_ids("inspectors", [one.id for one in lists.inspectors])]  # fmt: skip
    unknown = sorted({one.risk for one in lists.subjects} - set(rules.rates))
    found += [f"rules: no rate for the class '{risk}'" for risk in unknown]
    shares = {**{risk: rate.share for risk, rate in rules.rates.items()}, "all": rules.least_share}
    found += [
        f"rules: the share of '{risk}' is '{share}'; give one from 0 to 1"
        for risk, share in shares.items()
        if not _is_share(share)
    ]
    found += [f"rules: the minimum of '{risk}' is below 0"
              for risk, rate in rules.rates.items() if rate.minimum < 0]  # fmt: skip
    if rules.inspectors < 2:
        found.append(f"rules: {rules.inspectors} inspectors an object; the law wants 2 or more")
    found += _too_few_inspectors(lists, rules.inspectors)
    return found


def _problems_of_ids(what: str, ids: Sequence[str]) -> list[str]:
    twice = (
        sorted({each for each in ids if ids.count(each) > 1}) if len(set(ids)) < len(ids) else []
    )
    odd = [each for each in ids if not each.strip() or not each.isprintable()]
    return [*(f"{what}: '{each}' is given twice" for each in twice),
            *(f"{what}: {each!r} is no id" for each in odd)]  # fmt: skip


def _problems_of_secret(secret: str) -> list[str]:
    is_hex = len(secret) >= _SECRET and not set(secret) - set("0123456789abcdef")
    return (
        [] if is_hex else [f"secret: give at least {_SECRET} hexadecimal digits, drawn at random"]
    )


def _is_share(text: str) -> bool:
    try:
        return 0 <= Fraction(text) <= 1
    except (ValueError, ZeroDivisionError):
        return False


def _canonical(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _sha256(data: object) -> str:
    return hashlib.sha256(_canonical(data)).hexdigest()


def _plain_lists(lists: Lists) -> dict[str, Any]:
    return {
        "objects": [
            {"id": one.id, "class": one.risk, "owner": one.owner}
            for one in sorted(lists.subjects, key=lambda one: one.id)
        ],
        "inspectors": [
            {"id": one.id, "avoids": sorted(one.avoids)}
            for one in sorted(lists.inspectors, key=lambda one: one.id)
        ],
    }


def _plain_rules(rules: DrawRules) -> dict[str, Any]:
    rates = {
        risk: {"share": rate.share, "minimum": rate.minimum}
        for risk, rate in sorted(rules.rates.items())
    }
    return {"rates": rates, "inspectors": rules.inspectors, "least_share": rules.least_share}


def _read_lists(plain: Mapping[str, Any]) -> Lists:
    return Lists(
        tuple(Subject(one["id"], one["class"], one["owner"]) for one in plain["objects"]),
        tuple(Inspector(one["id"], frozenset(one["avoids"])) for one in plain["inspectors"]),
    )


def _read_rules(plain: Mapping[str, Any]) -> DrawRules:
    rates = {risk: Rate(one["share"], one["minimum"]) for risk, one in plain["rates"].items()}
    return DrawRules(rates, plain["inspectors"], plain["least_share"])
