"""The one call that reads an arrangement from YAML; every fault at once, with file and line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urbanwork.arrangement.fields import ARRANGEMENT_FILE, TO_BE_BOUND
from urbanwork.arrangement.models import (
    Arrangement,
    Ask,
    Body,
    Gap,
    Paragraph,
    Point,
    Rule,
    Section,
    Source,
)
from urbanwork.catalogue.checking import Spot, duplicates, suggestion, table_faults
from urbanwork.catalogue.models import Bilingual
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.quantities.kept_yaml import load_own_yaml

OWN_NAME = "dalian-2016"
"""The arrangement that is used unless a city names another: the founding document."""

CARRIED = Path(__file__).parent / "arrangements"

_TEXTS = ("title", "about", "text", "what", "data", "note")
"""Keys whose value is a text in one language or both."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An arrangement, its file and the spot of each of its asks, for faults found later."""

    arrangement: Arrangement
    path: Path
    spots: Mapping[str, Spot]


def load_arrangement(name: str = OWN_NAME, *, folder: Path = Path()) -> Arrangement:
    """One arrangement: by the name of one that we carry, or by the path of a file.

    A path begins with `.` or `/` or ends with `.yaml`; it is relative to `folder`, that of a city.

    Raises:
        UserError: no arrangement has that name, or the file cannot be read.
        ManyFaultsError: every fault of the file at once, each with file and line.

    >>> load_arrangement().title.zh
    '大连市城市工作会议工作部署'
    """
    return read_arrangement(arrangement_path(name, folder=folder)).arrangement


def carried_names() -> list[str]:
    """Names of the arrangements that come with urbanwork.

    >>> "dalian-2016" in carried_names()
    True
    """
    return sorted(path.stem for path in CARRIED.glob("*.yaml"))


def arrangement_path(name: str, *, folder: Path = Path()) -> Path:
    """The file of an arrangement. Raises UserError for a name that we do not carry."""
    if name.startswith((".", "/")) or name.endswith((".yaml", ".yml")):
        return folder / name
    if name not in carried_names():
        near = suggestion(name, carried_names())
        raise UserError(
            f"arrangement: there is no arrangement '{name}'{near}; a file of your own is given by "
            f"its path, such as ./{name}.yaml"
        )
    return CARRIED / f"{name}.yaml"


def read_arrangement(path: Path) -> Reading:
    """The arrangement of one file, with where each ask stands.

    Raises:
        UserError: the file cannot be read or is not YAML.
        ManyFaultsError: every fault at once, each with file and line.
    """
    data, lines = load_own_yaml(path)
    root = Spot(lines)
    faults = list(table_faults(data, ARRANGEMENT_FILE, root))
    faults = faults or list(_text_faults(data, root))
    faults = faults or list(_cross_faults(data, root))
    if faults:
        raise ManyFaultsError(faults)
    return _arrangement(data, root)


# Faults that fields alone do not show


def _text_faults(value: Any, spot: Spot) -> Iterator[str]:
    """Texts without any language."""
    if isinstance(value, list):
        for place, each in enumerate(value):
            yield from _text_faults(each, spot.at(place))
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in _TEXTS and isinstance(each, dict) and not any(each.values()):
                sentence = f"'{name}' has no text; give en in English, zh in Chinese, or both"
                yield spot.at(name).fault(sentence)
            yield from _text_faults(each, spot.at(name))


def _cross_faults(data: Mapping[str, Any], root: Spot) -> Iterator[str]:
    entries = list(_entries(data, root))
    for kind in ("paragraph", "body", "rule", "section", "point", "ask"):
        found = [(entry["id"], spot) for what, entry, spot in entries if what == kind]
        yield from duplicates(found)
    anchors = [each["id"] for each in data["source"]["paragraphs"]]
    bodies = [each["id"] for each in data["bodies"]]
    yield from _unknown(data["body"], bodies, "body", root.at("body"))
    for what, entry, spot in entries:
        if "anchor" in entry:
            yield from _unknown(entry["anchor"], anchors, "paragraph", spot.at("anchor"))
        for place, anchor in enumerate(entry.get("named_in") or ()):
            yield from _unknown(anchor, anchors, "paragraph", spot.at("named_in", place))
        if what == "ask":
            yield from _ask_faults(entry, data, bodies, spot)


def _entries(data: Mapping[str, Any], root: Spot) -> Iterator[tuple[str, Mapping[str, Any], Spot]]:
    """Everything that has an id: what it is, the entry, where it stands."""
    for place, each in enumerate(data["source"]["paragraphs"]):
        yield "paragraph", each, root.at("source", "paragraphs", place).called(each["id"])
    for kind, key in (("body", "bodies"), ("rule", "rules")):
        for place, each in enumerate(data.get(key) or ()):
            yield kind, each, root.at(key, place).called(each["id"])
    for s, section in enumerate(data["sections"]):
        at = root.at("sections", s)
        yield "section", section, at.called(section["id"])
        for p, point in enumerate(section["points"]):
            yield "point", point, at.at("points", p).called(point["id"])
            for a, ask in enumerate(point["asks"]):
                yield "ask", ask, at.at("points", p, "asks", a).called(ask["id"])


def _ask_faults(
    ask: Mapping[str, Any], data: Mapping[str, Any], bodies: Sequence[str], spot: Spot
) -> Iterator[str]:
    if ask.get("lead"):
        yield from _unknown(ask["lead"], bodies, "body", spot.at("lead"))
    for place, body in enumerate(ask.get("cooperating") or ()):
        yield from _unknown(body, bodies, "body", spot.at("cooperating", place))
        if body == ask.get("lead"):
            yield spot.at("cooperating", place).fault(f"'{body}' leads; it cannot co-operate too")
    rules = [f"rule:{each['id']}" for each in data.get("rules") or ()]
    for place, rule in enumerate(ask.get("bottom_lines") or ()):
        if rule.startswith("rule:"):
            yield from _unknown(rule, rules, "rule", spot.at("bottom_lines", place))
    for place, answer in enumerate(ask.get("answers") or ()):
        if answer.partition(":")[0] == data["id"]:
            sentence = f"'{answer}' is of this document; an ask answers those of higher ones"
            yield spot.at("answers", place).fault(sentence)
    if not (ask.get("indicators") or ask.get("gap") or ask.get("state") == TO_BE_BOUND):
        yield spot.fault(
            "it has neither 'indicators' nor 'gap'; bind it, or say what cannot be measured yet"
        )


def _unknown(name: str, known: Sequence[str], what: str, spot: Spot) -> Iterator[str]:
    if name not in known:
        near = suggestion(name, known) if known else "; this file has none"
        yield spot.fault(f"there is no {what} '{name}'{near}")


# From plain data to the model


def _arrangement(data: Mapping[str, Any], root: Spot) -> Reading:
    spots = {entry["id"]: spot for what, entry, spot in _entries(data, root) if what == "ask"}
    name = Path(root.lines.name).name
    arrangement = Arrangement(
        id=data["id"],
        title=_words(data["title"]),
        date=data["date"],
        level=data["level"],
        body=data["body"],
        source=_source(data["source"]),
        bodies={each["id"]: _body(each) for each in data["bodies"]},
        rules={
            each["id"]: Rule(each["id"], _words(each["title"]), _words(each["data"]))
            for each in data.get("rules") or ()
        },
        sections=tuple(_section(each) for each in data["sections"]),
        version=_version(data),
        origins={key: f"{name}:{spot.lines.of(*spot.key)}" for key, spot in spots.items()},
    )
    return Reading(arrangement, Path(root.lines.name), spots)


def _words(text: Mapping[str, str | None]) -> Bilingual:
    """Both languages; where one is missing the other stands for it."""
    en, zh = text.get("en"), text.get("zh")
    return Bilingual(en or zh or "", zh or en or "")


def _source(data: Mapping[str, Any]) -> Source:
    return Source(
        title=_words(data["title"]),
        language=data["language"],
        note=_words(data["note"]) if data.get("note") else None,
        address=data.get("address"),
        sha256=data.get("sha256"),
        paragraphs=tuple(
            Paragraph(each["id"], each["begins"], _words(each["about"]))
            for each in data["paragraphs"]
        ),
    )


def _body(data: Mapping[str, Any]) -> Body:
    return Body(data["id"], _words(data["title"]), data["kind"], tuple(data.get("named_in") or ()))


def _section(data: Mapping[str, Any]) -> Section:
    points = tuple(
        Point(
            each["id"], _words(each["title"]), each["anchor"],
            tuple(_ask(ask) for ask in each["asks"]),
        )
        for each in data["points"]
    )  # fmt: skip
    return Section(data["id"], _words(data["title"]), points)


def _ask(data: Mapping[str, Any]) -> Ask:
    gap = data.get("gap")
    return Ask(
        id=data["id"],
        codes=tuple(data.get("codes") or ()),
        text=_words(data["text"]),
        anchor=data["anchor"],
        indicators=tuple(data.get("indicators") or ()),
        bottom_lines=tuple(data.get("bottom_lines") or ()),
        lead=data.get("lead"),
        cooperating=tuple(data.get("cooperating") or ()),
        gap=Gap(_words(gap["what"]), _words(gap["data"])) if gap else None,
        answers=tuple(data.get("answers") or ()),
        is_bound=data.get("state") != TO_BE_BOUND,
    )


def _version(data: Any) -> str:
    """Hash of what the file says: comments and spaces do not change it."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
