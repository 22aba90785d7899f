"""What makes commands start faster: packages left out, garbage collected seldom.

The command line runs as if pandas and SciPy were not installed.

pyarrow imports pandas (0.4 s) only to find out whether a value is one of its objects, and numba
imports SciPy (0.4 s) to check for a BLAS that no kernel uses. No command has any use for either;
the library's face (`Examination.areas`) does and is not touched by this.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

HEAVY = ("pandas", "scipy")
NEW_OBJECTS = 50_000
"""So many more objects than before, and Python looks for garbage: it does so at every 700, and
finds none in the thousands of indicators, standards and rows that a command lives with."""


class _Without(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in HEAVY:
            raise ModuleNotFoundError(f"{name} is not used on the command line", name=name)
        return None


def leave_out_heavy_packages() -> None:
    """From now on importing pandas or SciPy fails in this process, as if not installed."""
    sys.meta_path.insert(0, _Without())


def start_lightly() -> None:
    """Leave out what no command needs, and look for garbage seldom; called once, at the start."""
    leave_out_heavy_packages()
    gc.set_threshold(NEW_OBJECTS, 20, 50)
    # pydantic would look through all installed packages for plugins
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def let_heavy_packages_in() -> None:
    """Undo it, for a command that needs them: learning stands on SciPy."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Without)]
