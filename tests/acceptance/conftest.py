"""The command line as users run it: a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

URBANWORK = Path(sys.executable).with_name("urbanwork")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]
MakeCity = Callable[..., Path]


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs `urbanwork ARGUMENTS` to its end."""

    def runs(*arguments: str | Path, cwd: Path | None = None) -> Ended:
        command: Sequence[str] = [str(URBANWORK), *map(str, arguments)]
        ended = subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return runs


@pytest.fixture
def make_city(tmp_path: Path) -> MakeCity:
    """Writes a city.yaml with a name, a date and the given lines."""

    def makes(*lines: str, name: str = "town") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        text = "\n".join(["name: Town", "as_of: 2024-01-01", *lines]) + "\n"
        (folder / "city.yaml").write_text(text, encoding="utf-8")
        return folder

    return makes
