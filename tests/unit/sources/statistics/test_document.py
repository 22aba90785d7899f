"""What docs/statistics.md shows can be used as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from urbanwork.sources.statistics.adapter import COLUMN_KEYS, KEYS, read_adapter
from urbanwork.sources.statistics.variables import load_variables

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "statistics.md"


def adapter() -> str:
    """The adapter of the document."""
    blocks = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    return next(block for block in blocks if "columns:" in block)


def test_the_adapter_of_the_document_is_read(tmp_path: Path) -> None:
    path = tmp_path / "adapter.yaml"
    path.write_text(adapter(), encoding="utf-8")
    assert read_adapter(path, load_variables()).columns


def test_every_key_of_an_adapter_is_in_the_document() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for key in (*KEYS, *COLUMN_KEYS):
        assert re.search(rf"\b{key}\b", text), key
