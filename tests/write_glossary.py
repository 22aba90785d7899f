"""Write the section of GLOSSARY.md that is made from reporting/glossary.yaml.

Run `python tests/write_glossary.py` after a change of the terms.
"""

from __future__ import annotations

from pathlib import Path

from urbanwork.reporting.glossary import as_markdown

FILE = Path(__file__).resolve().parents[1] / "GLOSSARY.md"
BEGIN, END = "<!-- terms -->\n", "<!-- end of terms -->"


def main() -> None:
    """Put the terms between their marks."""
    before, _, rest = FILE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    FILE.write_text(f"{before}{BEGIN}\n{as_markdown()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
