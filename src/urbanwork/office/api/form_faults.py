"""What a form of the pages has against what a program sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from urbanwork.errors import Fault
from urbanwork.office.pages.language import in_both


def form_fault(filled: Callable[[], Any]) -> Fault:
    """What is wrong, field by field, in both languages; `filled` makes the form anew for each."""
    told = in_both(lambda: _faults(filled()))
    return Fault(told.en, told.zh)


def _faults(form: Any) -> str:
    faults = form.errors.as_data().items()
    return "; ".join(
        text if name == "__all__" else f"{name}: {text}"
        for name, wrong in faults for each in wrong for text in each.messages
    )  # fmt: skip
