"""Who is told when a kernel has to be compiled in the midst of a command.

Apart from the compiler: a command line that needs no kernel imports none.
"""

from __future__ import annotations

from collections.abc import Callable


class _Setting:
    tell: Callable[[], None] | None = None


def tell_of_compiling(tell: Callable[[], None] | None) -> None:
    """Call `tell` when the first kernel of this process compiles; None: nobody is told."""
    _Setting.tell = tell


def compiling_begins() -> None:
    """Called before each kernel compiles; tells once."""
    tell, _Setting.tell = _Setting.tell, None
    if tell is not None:
        tell()
