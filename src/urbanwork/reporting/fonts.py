"""The fonts of printed reports: a full-coverage Chinese font that is installed, or a clear word."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanwork.errors import UserError

if TYPE_CHECKING:
    import typst

FOLDER = "URBANWORK_FONTS"
"""Environment variable that names a folder of fonts besides those of the system."""

FULL_COVERAGE = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC",
    "Noto Serif CJK SC", "Source Han Serif SC", "PingFang SC", "Microsoft YaHei", "SimSun",
)  # fmt: skip
"""Families that hold the characters of GB 18030 that names and texts need, best first."""


def installed_fonts() -> typst.Fonts:
    """All fonts of the system and of `URBANWORK_FONTS`.

    Raises UserError where the variable names no folder.
    """
    import typst

    named = os.environ.get(FOLDER)
    if named and not Path(named).is_dir():
        raise UserError(f"{FOLDER}: there is no folder '{named}'; name one that holds fonts")
    return typst.Fonts(font_paths=[named] if named else [])


def chinese_family(fonts: Any) -> str:
    """The best full-coverage Chinese family among `fonts`.

    Raises UserError, with how to install one, where there is none.
    """
    families = set(fonts.families())
    for family in FULL_COVERAGE:
        if family in families:
            return family
    raise UserError(
        "a printed report needs a Chinese font that holds all characters, and none is installed: "
        "install one ('apt install fonts-noto-cjk' on Debian and Ubuntu, 'brew install "
        f"font-noto-sans-cjk' on macOS), or put a font file into a folder and name it in {FOLDER}; "
        f"looked for {', '.join(FULL_COVERAGE)}"
    )
