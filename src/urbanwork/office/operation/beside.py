"""Processes beside the server, which end with it.

Not threads: the workers of the server are forks, and a fork of a process with threads may inherit
a lock that nobody will ever open.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Thread

SECONDS_TO_END = 5
LOOKS_EVERY = 1.0
log = logging.getLogger("urbanwork.beside")


def run_beside(work: Callable[[], None]) -> int:
    """Run something in a process of its own, from a process without threads; its number."""
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        Thread(target=_end_with, args=(parent,), daemon=True).start()
        work()
        code = 0
    except Exception:
        log.exception("a process beside the server has ended")
    finally:
        os._exit(code)


def _end_with(parent: int) -> None:
    """Nothing goes on where the server is gone, however it went."""
    while os.getppid() == parent:
        time.sleep(LOOKS_EVERY)
    os._exit(0)


def end(children: Iterable[int]) -> None:
    """End them, and wait until they have."""
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
        until = time.monotonic() + SECONDS_TO_END
        while time.monotonic() < until and not _is_over(child):
            time.sleep(0.02)


def _is_over(child: int) -> bool:
    try:
        return os.waitpid(child, os.WNOHANG)[0] == child
    except ChildProcessError:
        return True
