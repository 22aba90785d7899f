"""Builds the documentation site: `python docs/site/build.py [--out build/site] [--no-examples]`.

Writes Markdown in English and Chinese from the catalogue, builds both with MkDocs, and checks every
link. Equal inputs give equal bytes. Needs the packages of the dependency group `docs`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import yaml

from handbook.checked import site_faults
from handbook.examples import work_examples
from handbook.facts import Facts, load_facts
from handbook.guides import PICTURES
from handbook.tree import Nav, navigation, pages_of
from handbook.words import WORDS
from urbanwork.errors import UrbanWorkError
from urbanwork.reporting.numbers import Lang

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LANGUAGES: tuple[Lang, ...] = ("en", "zh")
TOKENS = ROOT / "src/urbanwork/reporting/assets/tokens.css"
LEFT_OUT = ("sitemap.xml", "sitemap.xml.gz", "404.html")
"""What MkDocs writes with the day of the build in it, or for servers only."""


def build(out: Path, work: Path, *, with_examples: bool) -> list[str]:
    """Build the site into `out`; `work` holds example cities and Markdown. Returns all faults."""
    facts = load_facts(work_examples(work / "examples") if with_examples else None)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    running = [_mkdocs(_written(facts, lang, out, work)) for lang in LANGUAGES]
    faults = [line for each in running for line in _ended(each)]
    for name in (f"{lang}/{name}" for lang in LANGUAGES for name in LEFT_OUT):
        (out / name).unlink(missing_ok=True)
    shutil.copyfile(HERE / "theme/choose.html", out / "index.html")
    return faults or site_faults(out.resolve())


def _written(facts: Facts, lang: Lang, out: Path, work: Path) -> Path:
    """The Markdown of one language and the configuration to build it by."""
    pages = pages_of(facts, lang)
    folder = work / lang
    shutil.rmtree(folder, ignore_errors=True)
    for page in pages.values():
        path = folder / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.text, encoding="utf-8")
    shutil.copytree(ROOT / "docs" / PICTURES, folder / PICTURES)
    (folder / "assets").mkdir()
    shutil.copyfile(TOKENS, folder / "assets" / TOKENS.name)
    return _configured(lang, navigation(facts, lang, pages), folder, out)


def _configured(lang: Lang, nav: Nav, folder: Path, out: Path) -> Path:
    title = WORDS["site"].zh if lang == "zh" else WORDS["site"].en
    config = {
        "INHERIT": os.path.relpath(HERE / "mkdocs.yml", folder.parent),
        "site_name": title,
        "docs_dir": str(folder.resolve()),
        "site_dir": str((out / lang).resolve()),
        "nav": nav,
        "theme": {"language": lang, "custom_dir": str(HERE / "theme")},
        "plugins": {"search": {"lang": ["en"] if lang == "en" else ["zh", "en"]}, "offline": {}},
        "extra": {"language": lang},
    }
    path = folder.parent / f"{lang}.yml"
    text = yaml.safe_dump(config, allow_unicode=True, sort_keys=False, width=1000)
    path.write_text(text, encoding="utf-8")
    return path


def _mkdocs(config: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(config)]
    environment = os.environ | {"SOURCE_DATE_EPOCH": "0", "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _ended(process: subprocess.Popen[str]) -> list[str]:
    said, _ = process.communicate()
    return said.splitlines() or ["mkdocs failed"] if process.returncode else []


def main() -> int:
    """Command line: 0 done, 2 with each fault on a line of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build/site")
    parser.add_argument("--work", type=Path, default=ROOT / "build/site-work")
    parser.add_argument("--no-examples", action="store_true")
    given = parser.parse_args()
    started = time.monotonic()
    try:
        faults = build(given.out, given.work, with_examples=not given.no_examples)
    except UrbanWorkError as error:
        faults = [str(error)]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return 2
    count = len(list(given.out.rglob("*.html")))
    seconds = time.monotonic() - started
    print(
        f"{given.out / 'index.html'}: {count} pages, every link leads somewhere ({seconds:.0f} s)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
