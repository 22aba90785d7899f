from __future__ import annotations

import re
from pathlib import Path

from urbanwork.sources.corrections import read_corrections
from urbanwork.sources.corrections.reading import KEYS

GUIDE = Path(__file__).parents[4] / "docs" / "corrections.md"


def test_the_example_of_the_guide_can_be_read(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "corrections.yaml"
    path.write_text(example, encoding="utf-8")
    assert [(one.action, one.what) for one in read_corrections(path)] == [
        ("add", "place"), ("close", "place"), ("move", "place"), ("close", "street"),
        ("add", "street"),
    ]  # fmt: skip


def test_the_guide_speaks_of_every_key() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    keys = {key for needed, possible in KEYS.values() for key in (*needed, *possible)}
    missing = [key for key in sorted(keys) if key not in text]
    assert missing == []
