"""What-ifs answered by one process of the server, whatever the number of its workers.

A prepared city takes half a gigabyte, so that it is opened once: in a process beside the workers,
which they ask through a socket that no other user of the machine can reach. When nobody has asked
for `UNUSED_S`, or when the process dies, the next one takes its place and holds nothing until it is
asked: memory goes back to the machine whole. Without such a process (tests, a shell) the question
is answered where it is asked. Decision 0103.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Final

from urbanwork.errors import Fault, ManyFaultsError, UserError, in_chinese
from urbanwork.office.maps import marks, pieces, standing, trying
from urbanwork.office.maps.last import last_examination
from urbanwork.office.maps.turns import BusyError
from urbanwork.office.operation.beside import run_beside

SOCKET: Final = "URBANWORK_WHAT_IF_SOCKET"
"""In the environment of a served office: where its what-ifs are answered."""
UNUSED_S: Final = 30 * 60.0
"""The city is let go when nobody has asked for so long."""
_LOOKS_EVERY_S: Final = 30.0
_MOST_SECONDS: Final = standing.MOST_SECONDS + 20.0
NO_ANSWER: Final = Fault(
    "what-ifs do not answer; ask again in a moment", "推演没有响应，请稍后重试"
)
INTERRUPTED: Final = Fault(
    "what-ifs were interrupted; ask again in a moment", "推演中断，请稍后重试"
)
NOT_EXAMINED: Final = Fault(
    "the city was not examined yet; examine it first", "城市尚未体检，请先体检"
)
_log = logging.getLogger(__name__)


# Asking


def state() -> dict[str, str]:
    """Whether the city stands open (`state`) and why not (`fault`); asking begins to open it."""
    found = dict(_asked("state"))
    return {"state": found["state"], "fault": Fault(*found["fault"]) if found["fault"] else ""}


def tried(
    changes: Any, indicator: str, who: str, levels: Sequence[str], lang: str
) -> dict[str, Any]:
    """What changes do, as `trying.tried` says it; `changes` are those that were sent.

    Raises:
        UserError: the city is not open, or a change is none or means what is not there.
        BusyError: too many wait.
    """
    given = {"changes": changes, "indicator": indicator, "who": who, "levels": list(levels)}
    return dict(_asked("try", **given, lang=lang))


def zones(levels: Sequence[str]) -> dict[str, Any]:
    """The zones of these levels in the metres of the map; `state` says whether they are known."""
    return dict(_asked("zones", levels=list(levels)))


def zones_geojson(levels: Sequence[str]) -> dict[str, Any] | None:
    """The zones of these levels in longitude and latitude; None while the city is opened."""
    found = _asked("zones_geojson", levels=list(levels))
    return None if found is None else dict(found)


def held() -> dict[str, Any]:
    """What is held: `is_held`, `fault`, and the `bytes` of the process that holds it."""
    return dict(_asked("held"))


def _asked(question: str, **given: Any) -> Any:
    address = os.environ.get(SOCKET)
    if not address:
        return _ANSWERS[question](**given)
    found = _sent(address, {"question": question, "given": given})
    if "faults" in found:
        raise _fault(found["faults"])
    if "busy" in found:
        raise BusyError
    return found["answer"]


def _fault(told: Sequence[Sequence[str]]) -> UserError:
    """The error of faults that came as English and Chinese."""
    faults = [Fault(en, zh) for en, zh in told]
    return UserError(faults[0]) if len(faults) == 1 else ManyFaultsError(faults)


def _sent(address: str, question: dict[str, Any]) -> dict[str, Any]:
    try:
        asked = json.dumps(question).encode()
    except RecursionError:  # nested so deep that it was read, and cannot be written
        raise UserError(trying.NO_CHANGE) from None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(_MOST_SECONDS)
        try:
            line.connect(address)
            line.sendall(asked)
            line.shutdown(socket.SHUT_WR)
            told = _whole(line)
        except OSError as error:
            _log.warning("what-ifs do not answer: %s", error)
            raise UserError(NO_ANSWER) from error
    if not told:
        raise UserError(INTERRUPTED)
    return dict(json.loads(told))


def _whole(line: socket.socket) -> bytes:
    parts = []
    while part := line.recv(2**16):
        parts.append(part)
    return b"".join(parts)


# Answering


def _state() -> dict[str, Any]:
    now = standing.standing()
    told = (now.fault, in_chinese(now.fault)) if now.fault else ()
    return {"state": now.state, "fault": told}


def _try(
    changes: Any, indicator: str, who: str, levels: Sequence[str], lang: Any
) -> dict[str, Any]:
    exam = last_examination()
    if exam is None:
        raise UserError(NOT_EXAMINED)
    frame = pieces.frame_of(exam)
    asker = trying.Asker(who, tuple(levels))
    wanted = trying.changes_of(changes, frame)
    return trying.tried(standing.standing(), wanted, indicator, asker, exam, lang)


def _zones(levels: Sequence[str]) -> dict[str, Any]:
    now, exam = standing.standing(), last_examination()
    if now.prepared is None or exam is None:
        return {"state": now.state, "zones": []}
    drawn = marks.zones_on_map(levels, pieces.frame_of(exam), now.prepared)
    return {"state": "ready", "zones": drawn}


def _zones_geojson(levels: Sequence[str]) -> dict[str, Any] | None:
    now = standing.standing()
    return None if now.prepared is None else marks.zones_geojson(levels, now.prepared)


def _held() -> dict[str, Any]:
    now = standing.begun()
    is_held = now is not None and now.session is not None
    return {"is_held": is_held, "fault": now.fault if now else "", "bytes": _bytes_of_its_own()}


def _bytes_of_its_own() -> int:
    """Memory of this process that is neither a file nor shared; 0 where nobody can tell."""
    try:
        _, resident, shared, *_ = Path("/proc/self/statm").read_text().split()
    except OSError:
        return 0
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")


_ANSWERS: Final[dict[str, Callable[..., Any]]] = {
    "state": _state, "try": _try, "zones": _zones, "zones_geojson": _zones_geojson, "held": _held,
}  # fmt: skip


# The process beside the workers


@contextmanager
def door() -> Iterator[socket.socket]:
    """A socket that listens, in a folder of its own that only this user may enter.

    It is opened before the processes fork, so that a question waits while one process takes the
    place of another.
    """
    with (
        tempfile.TemporaryDirectory(prefix="urbanwork-") as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening,
    ):
        listening.bind(str(Path(folder) / "what-if"))
        listening.listen(64)
        os.environ[SOCKET] = str(Path(folder) / "what-if")
        try:
            yield listening
        finally:
            del os.environ[SOCKET]


@contextmanager
def held_beside() -> Iterator[int]:
    """A process that answers; its number. It alone listens: is it gone, nobody waits for it."""
    with door() as listening:
        child = run_beside(lambda: hold(listening))
        listening.close()
        yield child


def hold(listening: socket.socket, *, unused_s: float = UNUSED_S) -> None:
    """Answer for ever: by one process after the other, each until it is no longer used."""
    os.environ.pop(SOCKET, None)  # here it is answered, not asked
    while True:
        begun = time.monotonic()
        child = run_beside(lambda: answer(listening, unused_s=unused_s))
        _, status = os.waitpid(child, 0)
        if status != 0:
            _log.error("the process of what-ifs has ended (%d); the next one begins", status)
            time.sleep(max(0.0, 1.0 - (time.monotonic() - begun)))


def answer(listening: socket.socket, *, unused_s: float) -> None:
    """Answer questions, each in a thread, until a city is held that nobody has asked for."""
    listening.settimeout(min(_LOOKS_EVERY_S, unused_s))
    used = time.monotonic()
    while standing.begun() is None or time.monotonic() - used < unused_s or standing.is_busy():
        try:
            line, _ = listening.accept()
        except TimeoutError:
            continue
        question = _read(line)
        if question.get("question") != "held":
            used = time.monotonic()
        Thread(target=_tell, args=(line, question), daemon=True).start()


def _read(line: socket.socket) -> dict[str, Any]:
    line.settimeout(_MOST_SECONDS)
    try:
        return dict(json.loads(_whole(line)))
    except (OSError, ValueError, RecursionError):
        return {}


def _tell(line: socket.socket, question: dict[str, Any]) -> None:
    with line:
        try:
            told = json.dumps(_answered(question)).encode()
            line.sendall(told)
        except OSError:
            return  # who asked has gone
        except Exception:
            _log.exception("a what-if was not answered")


def _answered(question: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"answer": _ANSWERS[question["question"]](**question["given"])}
    except BusyError:
        return {"busy": True}
    except UserError as error:
        return {"faults": [(each, in_chinese(each)) for each in error.faults]}
