"""Every text of the product in both languages, with the file and line where it stands.

Python is read as a syntax tree and YAML with its lines, so a pair is found where it is written: two
constants beside each other, the second with Chinese in it, or the keys `en` and `zh`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
CHINESE = re.compile(r"[\u3400-\u9fff]")
TEXTUAL = {".py", ".yaml", ".jinja", ".js", ".css", ".md", ".typ"}
LEFT_OUT = {"glossary.yaml", "glossary.py", "GLOSSARY.md", "CHANGELOG.md"}
"""The glossary names the words that are not used."""
_QUOTED = r'"[^"]*[\u3400-\u9fff][^"]*"'
WORDS_OF_OTHERS = re.compile(rf"aliases|begins:|{_QUOTED}, {_QUOTED}, {_QUOTED}")
"""Lines that list what tables and documents of others may say: three words beside each other."""


@dataclass(frozen=True)
class Pair:
    """A text in both languages and where it stands; `is_whole` if nothing is put into it."""

    english: str
    chinese: str
    where: str
    is_whole: bool = True


def files(root: Path = ROOT) -> list[Path]:
    """Sources, catalogue, arrangements, documentation: whatever carries texts for people."""
    found = [*(root / "src" / "urbanwork").rglob("*"), *(root / "docs").rglob("*.md"),
             *(root / "examples").rglob("*"), *root.glob("*.md")]  # fmt: skip
    return sorted(p for p in found if p.suffix in TEXTUAL and p.name not in LEFT_OUT)


def chinese_lines(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Every line with Chinese in it, and where it stands."""
    for path in files(root):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if CHINESE.search(line) and not WORDS_OF_OTHERS.search(line):
                yield f"{path.relative_to(root)}:{number}", line


def pairs(root: Path = ROOT) -> Iterator[Pair]:
    """Every text that stands in both languages."""
    for path in files(root):
        if path.suffix == ".py":
            yield from _of_python(path, root)
        elif path.suffix == ".yaml":
            yield from _of_yaml(path, root)


def _of_python(path: Path, root: Path) -> Iterator[Pair]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        members = node.args if isinstance(node, ast.Call) else getattr(node, "elts", [])
        texts = [_text(member) for member in members]
        if len(texts) == 2 and None not in texts and _is_pair(*texts):
            whole = all(isinstance(member, ast.Constant) for member in members)
            yield Pair(*texts, f"{path.relative_to(root)}:{members[0].lineno}", whole)


def _text(node: ast.expr) -> str | None:
    """The constant parts of a text; what is put in is left out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value for part in node.values if isinstance(part, ast.Constant))
    return None


def _is_pair(english: str, chinese: str) -> bool:
    return bool(english and CHINESE.search(chinese) and not CHINESE.search(english))


def _of_yaml(path: Path, root: Path) -> Iterator[Pair]:
    for document in yaml.compose_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader):
        for node in _maps(document):
            found = {key.value: value for key, value in node.value}
            if {"en", "zh"} <= set(found) and isinstance(found["zh"], yaml.ScalarNode):
                where = f"{path.relative_to(root)}:{found['en'].start_mark.line + 1}"
                yield Pair(found["en"].value, found["zh"].value, where)


def _maps(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from _maps(value)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _maps(each)
