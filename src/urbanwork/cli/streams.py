"""What the command line is given and writes to, whatever the shell hands over."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from urbanwork.cli.options import Lang
from urbanwork.errors import UserError


def prepare_streams() -> None:
    """Write anything to any output: one that is closed, or whose encoding lacks characters.

    What the encoding lacks is shown as its number.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the shell, as by `2>&-`
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def check_arguments(arguments: Sequence[str]) -> None:
    """Raises UserError for an argument that is not Unicode: no settings or results could name it.

    >>> check_arguments(["examine", "城"])
    """
    for argument in arguments:
        if any("\ud800" <= letter <= "\udfff" for letter in argument):
            shown = argument.encode("utf-8", "backslashreplace").decode()
            raise UserError(f"'{shown}' is not text in UTF-8; rename the file or folder")


def stages(lang: Lang, *, quiet: bool) -> Callable[[str, str], None]:
    """What tells the stages of a command on standard error, one line each; nothing if quiet."""
    if quiet:
        return lambda en, zh: None
    return lambda en, zh: print(f"… {zh if lang == 'zh' else en}", file=sys.stderr, flush=True)


def print_json(data: Any) -> None:
    """The one document that `--json` prints."""
    from urbanwork.reporting.plain import json_text

    print(json_text(data))
