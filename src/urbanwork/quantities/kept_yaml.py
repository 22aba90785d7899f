"""What YAML files that come with urbanwork say, kept beside the user's other caches.

Reading them takes a tenth of a second at every start, and they change only with urbanwork itself.
An entry is one file per YAML file; it counts only while the text, the code that reads it and
Python are the ones that made it. Where nothing can be kept, the file is read as any other.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from urbanwork.quantities import yamlfile
from urbanwork.quantities.yamlfile import Lines, load_yaml

_PACKAGE = Path(__file__).resolve().parents[1]
_DIGEST = 32


def load_own_yaml(path: Path) -> tuple[Any, Lines]:
    """The same as `load_yaml`; a file of the package is parsed only once for all processes.

    Raises:
        UserError: the file is missing, unreadable, too large, not UTF-8 or not valid YAML.
        ManyFaultsError: keys given twice, tags or merge keys, all at once with file and line.
    """
    if not path.resolve().is_relative_to(_PACKAGE):
        return load_yaml(path)
    try:
        text = path.read_bytes()
    except OSError:
        return load_yaml(path)
    entry, key = _entry(path), _key(text)
    kept = _read(entry, key)
    if kept is None:
        data, lines = load_yaml(path, is_ours=True)
        _write(entry, key, marshal.dumps((data, lines.by_key)))
        return data, lines
    return kept[0], Lines(str(path), kept[1])


def cache_folder() -> Path:
    """Where urbanwork keeps what belongs to no city."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = os.path.expanduser("~/.cache")
    return Path(base if base.startswith("/") else home) / "urbanwork"


def _entry(path: Path) -> Path:
    name = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    return cache_folder() / "yaml" / name[:32]


def _key(text: bytes) -> bytes:
    code = Path(yamlfile.__file__).read_bytes() + Path(__file__).read_bytes()
    parts = (text, code, sys.version.encode())
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()


def _read(entry: Path, key: bytes) -> tuple[Any, dict[Any, int]] | None:
    """What was kept under this very key, unbroken; None where there is nothing of the kind."""
    try:
        kept = entry.read_bytes()
    except OSError:
        return None
    content = kept[2 * _DIGEST :]
    if kept[:_DIGEST] != key or kept[_DIGEST : 2 * _DIGEST] != hashlib.sha256(content).digest():
        return None
    data, by_key = marshal.loads(content)  # noqa: S302 - plain data that we wrote ourselves
    return data, by_key


def _write(entry: Path, key: bytes, content: bytes) -> None:
    """Put the entry there whole; where that is not possible, go without it."""
    temporary = entry.with_name(f"{entry.name}.{os.getpid()}")
    with suppress(OSError):
        entry.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(key + hashlib.sha256(content).digest() + content)
        temporary.replace(entry)
