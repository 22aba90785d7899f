"""What readers tell people about a source: one sentence in each language."""

from __future__ import annotations

Note = dict[str, str]


def note(en: str, zh: str) -> Note:
    """The same sentence in English and Chinese.

    >>> note("3 rows are left out", "略去 3 行")["zh"]
    '略去 3 行'
    """
    return {"en": en, "zh": zh}
