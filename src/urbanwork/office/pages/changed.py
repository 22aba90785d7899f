"""What changed between the last examination and the one before, kept under both digests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from urbanwork.office.maps.last import key_of
from urbanwork.office.pages.kept import kept_or_begun

VERSION: Final = "1"
MOST: Final = 12
TOLD: Final = ("city", "cannot_tell", "data", "definition")
"""Verdicts that are shown, the city first: what only the data did is told apart."""


def before(exam: Path) -> Path | None:
    """The examination before one, by when it was made; None where there is none."""
    found = (path.parent for path in exam.parent.glob("*/manifest.json"))
    made = exam.joinpath("manifest.json").stat().st_mtime
    earlier = [path for path in found if path.joinpath("manifest.json").stat().st_mtime < made]
    return max(
        earlier, key=lambda path: path.joinpath("manifest.json").stat().st_mtime, default=None
    )


def changed(exam: Path) -> Mapping[str, Any] | None:
    """What changed since the examination before, or None while it is being compared.

    `before` is the id of the other one, empty where there is none; `fault` says why they could not
    be compared; `counts` and `rows` are of figures of the whole city.
    """
    earlier = before(exam)
    if earlier is None:
        return {"before": "", "rows": [], "counts": []}
    name = f"changed-{key_of(earlier)}-{key_of(exam)}-{VERSION}"
    found: Mapping[str, Any] | None = kept_or_begun(name, lambda: _compared(earlier, exam))
    return found


def _compared(earlier: Path, exam: Path) -> dict[str, Any]:
    from urbanwork.examination.compare import compare
    from urbanwork.reporting.compared import counts, plain_comparison

    comparison = compare([earlier, exam])
    plain = plain_comparison(comparison)
    step = plain["steps"][-1]
    rows = [
        _row(each)
        for each in step["changes"]
        if each["area"] == "city" and each["verdict"] in TOLD and each["difference"]
    ]
    rows.sort(key=lambda row: (TOLD.index(row["verdict"]), -row["people"]))
    tally = [
        {"code": code, "word": {"en": word.en, "zh": word.zh}, "count": number}
        for code, word, number in counts(comparison, comparison.steps[-1])
    ]
    return {"before": earlier.name, "rows": rows[:MOST], "counts": tally,
            "more": max(0, len(rows) - MOST)}  # fmt: skip


def _row(each: Mapping[str, Any]) -> dict[str, Any]:
    from urbanwork.reporting.numbers import format_value

    def worth(name: str) -> dict[str, str]:
        return {lang: format_value(each[name], each["unit"], lang) for lang in ("en", "zh")}

    return {
        "indicator": each["indicator"], "title": {"en": each["title_en"], "zh": each["title_zh"]},
        "before": worth("before"), "after": worth("after"), "verdict": each["verdict"],
        "sentence": {"en": each["sentence_en"], "zh": each["sentence_zh"]},
        "people": abs(each["people_reached_change"] or each["people_short_change"] or 0.0),
    }  # fmt: skip
