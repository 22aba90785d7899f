"""YAML files with the line of every entry, read so that no file can hurt.

Only plain data is read: text, numbers, true/false, null, lists and mappings. A date stays the
text that was written (`2023-06-05`), so that the one who wants a date judges it with its line.
Text follows YAML 1.2: `no` is the code of Norway and `07:00` a time, both text.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanwork.errors import ManyFaultsError, UserError

if TYPE_CHECKING:
    from yaml import MarkedYAMLError
    from yaml.nodes import MappingNode, Node

MAX_BYTES = 8 * 1024 * 1024
"""A hand-written file is far smaller; the limit keeps a wrong file from eating time and memory."""

MAX_ENTRIES = 100_000
"""Values after aliases are expanded, which bounds what an alias bomb can unfold to."""

MAX_DEPTH = 100
"""Lists in lists: the C composer calls itself, so that a deep file would end the process."""

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """The line (from 1) of each entry of one file, by its path of keys and list positions.

    >>> lines = Lines("city.yaml", {(): 1, ("osm",): 4})
    >>> lines.of("osm", "nothing here")  # the nearest entry that exists
    4
    >>> lines.where("osm")
    'city.yaml:4'
    """

    name: str
    by_key: dict[Key, int]

    def of(self, *key: str | int) -> int:
        """The line of an entry, or of the nearest entry around it that stands in the file."""
        while key and key not in self.by_key:
            key = key[:-1]
        return self.by_key.get(key, 1)

    def where(self, *key: str | int) -> str:
        """`name:line`, the start of every message about an entry."""
        return f"{self.name}:{self.of(*key)}"


def load_yaml(path: Path | str, *, is_ours: bool = False) -> tuple[Any, Lines]:
    """The data of a YAML file and the line of every entry in it.

    An empty file gives None. Keys of mappings are text; list positions count from 0. A file that
    comes with urbanwork is not searched for depths that could end the process.

    Raises:
        UserError: the file is missing, unreadable, too large, not UTF-8 or not valid YAML.
        ManyFaultsError: keys given twice, tags or merge keys, all at once with file and line.
    """
    return parse_yaml(_text(Path(path)), name=str(path), is_ours=is_ours)


def parse_yaml(text: str, *, name: str, is_ours: bool = False) -> tuple[Any, Lines]:
    """The same for text at hand; `name` is what messages call it.

    >>> data, lines = parse_yaml("osm: a.pbf\\nareas:\\n  - north\\n  - south\\n", name="city.yaml")
    >>> data, lines.of("areas", 1)
    ({'osm': 'a.pbf', 'areas': ['north', 'south']}, 4)
    """
    data, lines, faults = _parsed(text, name, is_ours=is_ours)
    if faults:
        raise ManyFaultsError(faults)
    return data, lines


def load_yaml_and_faults(path: Path | str) -> tuple[Any, Lines, list[str]]:
    """The same as `load_yaml`, with keys given twice, tags and merge keys as a list of faults.

    For a reader that has faults of its own to report in the same breath. The data is what stands
    in the file without the faulty entries.

    Raises:
        UserError: the file is missing, unreadable, too large, not UTF-8 or not valid YAML.
    """
    return _parsed(_text(Path(path)), str(path))


def _parsed(text: str, name: str, *, is_ours: bool = False) -> tuple[Any, Lines, list[str]]:
    root = _composed(text, name, is_ours=is_ours)
    reader = _Reader(name)
    data = None if root is None else reader.value(root, ())
    return data, Lines(name, reader.lines), reader.faults


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UserError(
                f"{path}: the file has {size:,} bytes, more than the {MAX_BYTES:,} that a "
                "YAML file may have; is it the right file?"
            )
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file; check the path") from None
    except IsADirectoryError:
        raise UserError(f"{path}: this is a folder; give a YAML file") from None
    except OSError as error:
        raise UserError(f"{path}: the file cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path}: the text is not UTF-8 (byte {error.start + 1:,}); save the file as UTF-8"
        ) from None


# The core schema of YAML 1.2: tag, what the text looks like, how it can begin.
_PLAIN = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9][0-9_]*|[-+]?0o[0-7_]+|[-+]?0x[0-9a-fA-F_]+", "-+0123456789"),
    (
        "float",
        r"[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))([eE][-+]?[0-9]+)?"
        r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("merge", r"<<", "<"),
)


def _composed(text: str, name: str, *, is_ours: bool) -> Node | None:
    from yaml import MarkedYAMLError, YAMLError

    try:
        if not is_ours:
            _check_depth(text, name)
        root: Node | None = _loader()(text).get_single_node()
    except MarkedYAMLError as error:
        raise UserError(_syntax_fault(error, text, name)) from None
    except YAMLError as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{name}: this is not valid YAML ({reason})") from None
    return root


def _check_depth(text: str, name: str) -> None:
    from yaml import CollectionEndEvent, CollectionStartEvent

    reader, depth = _loader()(text), 0
    while (event := reader.get_event()) is not None:
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MAX_DEPTH:
            line = event.start_mark.line + 1
            raise UserError(f"{name}:{line}: lists or mappings are nested too deeply to be read")


@cache
def _loader() -> Any:
    """Composes nodes at the speed of C: 25 times that of a reader written in Python."""
    from yaml import CBaseLoader

    class Composer(CBaseLoader):
        """Knows the kinds of YAML 1.2 only; constructs nothing."""

    for kind, pattern, first in _PLAIN:
        whole = re.compile(f"(?:{pattern})$")
        starts = ["" if letter == "\0" else letter for letter in first]
        Composer.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", whole, starts)
    return Composer


def _syntax_fault(error: MarkedYAMLError, text: str, name: str) -> str:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    column = mark.column + 1 if mark else 1
    problem = " ".join(str(error.problem or error.context).split())
    rest = "".join(text.splitlines()[line - 1 : line])[column - 1 :]
    hint = (
        "indent with spaces, not tabs" if rest.startswith("\t") else "check indentation and quotes"
    )
    return f"{name}:{line}: this is not valid YAML at column {column} ({problem}); {hint}"


class _Reader:
    """Turns nodes into plain data, noting lines and faults on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Key, int] = {}
        self.faults: list[str] = []
        self._open: set[int] = set()
        self._count = 0

    def value(self, node: Node, key: Key) -> Any:
        from yaml.nodes import MappingNode, SequenceNode

        self._note(node, key)
        if id(node) in self._open:
            raise UserError(f"{self._at(node)}: an alias (*) contains itself; write it out")
        self._open.add(id(node))
        if isinstance(node, MappingNode):
            result: Any = self._mapping(node, key)
        elif isinstance(node, SequenceNode):
            result = [self.value(item, (*key, place)) for place, item in enumerate(node.value)]
        else:
            result = self._scalar(node)
        self._open.discard(id(node))
        return result

    def _note(self, node: Node, key: Key) -> None:
        self._count += 1
        if self._count > MAX_ENTRIES:
            raise UserError(
                f"{self._at(node)}: the file has more than {MAX_ENTRIES:,} entries, counting what "
                "aliases (*) unfold to; is it the right file?"
            )
        self.lines.setdefault(key, node.start_mark.line + 1)

    def _mapping(self, node: MappingNode, key: Key) -> dict[str, Any]:
        result: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            name = self._key(key_node)
            line = key_node.start_mark.line + 1
            if name in first:
                self._fault(key_node, f"'{name}' is given twice (first in line {first[name]})")
                continue
            first[name] = line
            self.lines[(*key, name)] = line
            result[name] = self.value(value_node, (*key, name))
        return result

    def _key(self, node: Node) -> str:
        from yaml.nodes import ScalarNode

        if not isinstance(node, ScalarNode):
            self._fault(node, "a key must be a word, not a list or a mapping")
            return ""
        if node.tag == "tag:yaml.org,2002:merge":
            self._fault(node, "'<<' is not read; write the entries out")
        return str(node.value)

    def _scalar(self, node: Node) -> Hashable:
        kind = str(node.tag).rpartition(":")[2]
        if kind in ("str", "timestamp", "value"):
            return str(node.value)
        read = {"int": _integer, "float": _number, "bool": _truth, "null": _nothing}.get(kind)
        try:
            if read is not None:
                return read(node.value)
            self._fault(node, f"the tag {node.tag} is not read; give plain text or a number")
        except ValueError:
            self._fault(node, f"'{node.value}' cannot be read as a number")
        return None

    def _fault(self, node: Node, sentence: str) -> None:
        self.faults.append(f"{self._at(node)}: {sentence}")

    def _at(self, node: Node) -> str:
        return f"{self.name}:{node.start_mark.line + 1}"


def _integer(text: str) -> int:
    plain = text.replace("_", "")
    unsigned = plain.lstrip("+-").lower()
    # YAML 1.2: 010 is ten; only 0x and 0o change the base.
    return int(plain, 0) if unsigned.startswith(("0x", "0o", "0b")) else int(plain)


def _number(text: str) -> float:
    plain = text.replace("_", "").lower()
    return float(plain.replace(".inf", "inf").replace(".nan", "nan"))


def _truth(text: str) -> bool:
    return text.lower() == "true"


def _nothing(_: str) -> None:
    return None
