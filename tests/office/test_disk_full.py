"""The folder of a served office lies on a disk that really gets full: told, nothing lost, on."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from sent_files import photo
from served_office import ServedOffice
from urbanwork.office.audit import record as recording
from urbanwork.office.audit import verify as verifying

MEGABYTES = 24
PAGE = os.sysconf("SC_PAGE_SIZE")
KEYS = """
import json
from urbanwork.office.ledger.models import TaskEvent
print(json.dumps(list(TaskEvent.objects.exclude(key=None).values_list("key", flat=True))))
"""


@pytest.fixture
def disk(tmp_path) -> Iterator[Path]:
    """A small file system in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"only root may mount a small disk here ({error})")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def served(tmp_path, disk) -> Iterator[ServedOffice]:
    if os.environ.get("DATABASE_URL"):
        pytest.skip("the database of PostgreSQL does not lie in the folder of the office")
    found = ServedOffice(tmp_path)
    found.environment |= {"URBANWORK_OFFICE": str(disk / "office"), "URBANWORK_WORKERS": "1"}
    yield found
    found.stop()


def fill(disk: Path, left: int) -> None:
    """Leave so many bytes of the disk."""
    filler = disk / "filler"
    free = os.statvfs(disk)
    size = filler.stat().st_size if filler.exists() else 0
    size = max(0, size + free.f_bavail * free.f_frsize - left)
    with filler.open("ab") as file:
        file.truncate(min(size, filler.stat().st_size))
        os.posix_fallocate(file.fileno(), 0, max(1, size))


class Client:
    """Sends reports; keeps which were confirmed, which were told to wait, and what was said."""

    def __init__(self, served: ServedOffice, filled: dict) -> None:
        self.begin = f"http://127.0.0.1:{served.port}"
        self.filled = filled
        self.confirmed: list[str] = []
        self.told: dict[str, dict] = {}

    def send(self, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self.filled['key']}", "Content-Type": kind}
        asked = urllib.request.Request(self.begin + path, body or None, headers)
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as fault:
            return fault.code, fault.read()

    def keep(self, key: str, status: int, answer: bytes) -> int:
        if status == 201:
            self.confirmed.append(key)
        else:
            self.told[key] = {"status": status, **json.loads(answer)}
        return status

    def report(self) -> int:
        key = uuid.uuid4().hex
        body = json.dumps({"action": "report", "reason": "进展" * 900, "key": key}).encode()
        path = f"/api/tasks/{self.filled['tasks'][0]['number']}/events"
        return self.keep(key, *self.send(path, body, "application/json"))

    def report_with_photo(self) -> int:
        key, edge = uuid.uuid4().hex, uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in (("action", "report"), ("text", "进展"), ("key", key))
        ]
        head = (f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n'
                "Content-Type: image/jpeg\r\n\r\n").encode()  # fmt: skip
        body = b"".join([*parts, head, photo(900, 700), f"\r\n--{edge}--\r\n".encode()])
        path = f"/api/evidence/reports/{self.filled['tasks'][0]['number']}"
        return self.keep(key, *self.send(path, body, f"multipart/form-data; boundary={edge}"))


@pytest.mark.slow
def test_a_full_disk_is_told_nothing_confirmed_is_lost_and_it_goes_on_with_space(served, disk):
    filled = served.filled(1)
    served.start()
    client = Client(served, filled)
    assert [client.report(), client.report_with_photo()] == [201, 201]
    for pages in (64, 24, 12, 6, 3, 2, 1, 0, 0, 0):
        fill(disk, pages * PAGE)
        for _ in range(4):
            client.report()
            client.report_with_photo()
    assert client.told, "the disk never was full"
    for told in client.told.values():
        assert told["status"] == 507
        assert "disk" in told["en"]
        assert "磁盘已满" in told["zh"]
    path = f"/api/tasks/{filled['tasks'][0]['number']}"
    assert client.send(path, b"", "application/json")[0] == 200  # it can still be read
    (disk / "filler").unlink()
    assert [client.report(), client.report_with_photo()] == [201, 201]
    there = json.loads(served.python(KEYS).splitlines()[-1])
    assert len(there) == len(set(there))
    assert set(client.confirmed) <= set(there)
    assert not set(client.told) & set(there), "told that nothing was changed, yet it was"
    verified = served.urbanwork("audit", "verify", str(served.city))
    assert verified.returncode == 0, verified.stdout


@pytest.fixture
def anchors(disk, monkeypatch) -> Path:
    """Anchors on the small disk; how a real office gets there: its database needs no new page."""
    path = disk / "anchors.log"
    for module in (recording, verifying):
        monkeypatch.setattr(module, "office_place", lambda: SimpleNamespace(anchors=path))
    return path


def test_an_anchor_that_finds_the_disk_full_undoes_nothing_and_the_chain_holds(
    guarded, office, disk, anchors, django_capture_on_commit_callbacks, caplog
):
    with django_capture_on_commit_callbacks(execute=True):
        task = office.assigned()
    fill(disk, 0)
    with django_capture_on_commit_callbacks(execute=True):
        office.do("handler", task, "accept")
        for _ in range(60):  # until the page that the file has is full, and the next line is cut
            office.do("handler", task, "report", reason="进展")
    assert "could not be written" in caplog.text
    assert not anchors.read_bytes().endswith(b"\n"), "no line was cut off"
    (disk / "filler").unlink()
    with django_capture_on_commit_callbacks(execute=True):
        office.do("handler", task, "report", reason="又有空间")
    found = verifying.verify()
    assert found.faults == []
    assert found.entries == 64
    assert ["cut off" in each.en for each in found.notes] == [True]
    assert anchors.read_text().splitlines()[-1].startswith("64 ")
