"""Lighthouse on the first page and the map of an office, cold: performance and accessibility.

    python benchmarks/office_lighthouse.py http://127.0.0.1:8765 SESSION

The office is served beside (`urbanwork serve`); SESSION is the cookie `sessionid` of a person who
is signed in. Needs npm and chromium (packages.txt); Lighthouse is installed into build/lighthouse.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

VERSION = "12.8.2"  # the last one for the Node of Debian 12
FOLDER = Path(__file__).parents[1] / "build" / "lighthouse"
PAGES = {"first page": "/", "map": "/map/"}
FIGURES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time",
           "cumulative-layout-shift", "interactive")  # fmt: skip
QUIET = "--headless=new --no-sandbox --disable-gpu --disable-quic"


def main(base: str, session: str) -> None:
    program = installed()
    for name, path in PAGES.items():
        for preset in ("desktop", "mobile"):
            told = looked_at(program, base + path, session, preset)
            scores = {key: round(100 * (each["score"] or 0))
                      for key, each in told["categories"].items()}  # fmt: skip
            figures = {each: told["audits"][each].get("displayValue") for each in FIGURES}
            print(f"{name}, {preset}: {scores} {figures}", flush=True)
            for audit in told["categories"]["accessibility"]["auditRefs"]:
                if audit["weight"] and told["audits"][audit["id"]]["score"] == 0:
                    print(f"  {told['audits'][audit['id']]['title']}")


def installed() -> Path:
    program = FOLDER / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        subprocess.run(
            ["npm", "install", "--prefix", str(FOLDER), "--no-audit", "--no-fund",
             f"lighthouse@{VERSION}"],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return program


def looked_at(program: Path, url: str, session: str, preset: str) -> dict:
    """What Lighthouse finds, with an empty cache."""
    headers = json.dumps({"Cookie": f"sessionid={session}; language=en"})
    command = [
        str(program), url, "--quiet", "--output=json", f"--extra-headers={headers}",
        "--only-categories=performance,accessibility", f"--chrome-flags={QUIET}",
        *(["--preset=desktop"] if preset == "desktop" else []),
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": str(shutil.which("chromium"))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["finalDisplayedUrl"] == url, "the session does not open this page"
    return told


if __name__ == "__main__":
    main(*sys.argv[1:3])
