"""The city of a demonstration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

FOLDER: Final = "urbanwork-demo"


def sample(folder: Path, tell: Callable[[str, str], None]) -> Path:
    """The sample city in a folder, made and examined where it is not yet.

    Raises:
        UserError: the folder cannot be written to, or holds a city that cannot be examined.
    """
    from urbanwork.api import examine, open_city
    from urbanwork.city.create import sample_city

    if not (folder / "city.yaml").exists():
        sample_city(folder)
    if not open_city(folder).examinations:
        examine(folder, progress=tell)
    return folder
