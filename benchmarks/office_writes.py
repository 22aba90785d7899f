"""Reports on tasks, each with a photo, from 16 clients against a served office.

    python benchmarks/office_writes.py [--seconds 20] [--rounds 3] [--pixels 1280x960]
    PGFSYNC=on tests/with_postgresql.sh python benchmarks/office_writes.py

Each write is one form as the page sends it without scripts: text, progress, and a photo of its own,
which the server decodes, strips, encodes anew, forces to disk, and enters with the report and both
entries of the chain in one transaction. 1280x960 is what the page makes of a photo on the phone.
Bar: 100 writes a second, p95 under 300 ms, none lost: afterwards all that was confirmed is counted,
every file is read against its digest, and the chain is verified. The clients share the processors
with the server; its own seconds of processor a write are told too, as they do not depend on what
else the machine does.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLIENTS, TASKS = 16, 320
BOUNDARY = "----urbanworkbenchmark"
URBANWORK = Path(sys.executable).with_name("urbanwork")
AREA = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"A"},'
    '"geometry":{"type":"Polygon","coordinates":[[[121,39],[121.1,39],[121.1,39.1],[121,39.1],'
    "[121,39]]]}}]}"
)


class Photos:
    """Photos of one size, no two of the same pixels, for as good as no time of the clients.

    A few are encoded; each copy gets steps of quantisation of its own for fine detail, so that its
    pixels differ and the store cannot take it for one that it has.
    """

    def __init__(self, width: int, height: int) -> None:
        self.base = [self._encoded(width, height, seed) for seed in range(4)]

    def _encoded(self, width: int, height: int, seed: int) -> bytes:
        import numpy as np
        from PIL import Image

        chance = np.random.default_rng(seed)
        coarse = chance.integers(0, 255, (height // 16, width // 16, 3), dtype=np.uint8)
        smooth = np.asarray(
            Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
        )
        noisy = smooth + chance.normal(0, 6, smooth.shape)
        out = io.BytesIO()
        exif = Image.Exif()
        exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 3.0, 0.0), 3: "E", 4: (121.0, 3.0, 0.0)})
        Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(
            out, "JPEG", quality=85, exif=exif
        )
        return out.getvalue()

    def one(self, chance: random.Random) -> bytes:
        data = bytearray(chance.choice(self.base))
        table = data.index(b"\xff\xdb") + 5
        for place in range(table + 2, table + 12):
            data[place] = min(255, max(1, data[place] + chance.randint(-2, 2)))
        return bytes(data)


@dataclass
class Client:
    """One person who reports: what was confirmed, how long each took, what went wrong."""

    port: int
    session: str
    tasks: list[str]
    seed: int
    photos: Photos
    seconds: list[float] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookies = f"sessionid={self.session}"
        self.connection.request("GET", self._path(0), headers={"Cookie": cookies})
        answer = self.connection.getresponse()
        page = answer.read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        cookie = re.search(r"csrftoken=(\w+)", str(answer.headers))
        if token is None or cookie is None:
            raise SystemExit(f"{self._path(0)}: {answer.status}, no form")
        self.headers = {
            "Cookie": f"{cookies}; csrftoken={cookie[1]}",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        }
        self.token = token[1]

    def run(self, until: float) -> None:
        chance = random.Random(self.seed)
        number = 0
        while time.perf_counter() < until:
            key = f"{chance.getrandbits(128):032x}"
            body = self._form(key, self.photos.one(chance), number)
            began = time.perf_counter()
            self.connection.request("POST", self._path(number), body, self.headers)
            answer = self.connection.getresponse()
            answer.read()
            self.seconds.append(time.perf_counter() - began)
            if answer.status == 302:
                self.confirmed.append(key)
            else:
                self.faults.append(f"{answer.status}")
            number += 1

    def _path(self, number: int) -> str:
        return f"/ledger/{self.tasks[number % len(self.tasks)]}/report/"

    def _form(self, key: str, photo: bytes, number: int) -> bytes:
        fields = {
            "csrfmiddlewaretoken": self.token, "key": key, "action": "report",
            "text": f"进展{number}", "percent": str(number % 100),
        }  # fmt: skip
        head = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        head += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        return head.encode() + photo + f"\r\n--{BOUNDARY}--\r\n".encode()


@contextmanager
def served(city: Path) -> Iterator[tuple[int, int]]:
    """The port and the process of a server of the city."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port = tried.getsockname()[1]
    command = [str(URBANWORK), "serve", str(city), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        if not (process.stdout and process.stdout.readline()):
            raise SystemExit("the office did not open")
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def processor_seconds(pid: int) -> float:
    """Seconds of processor that a process and its children took so far."""
    total = 0.0
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(each.parent.name) == pid or int(fields[1]) == pid:
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def round_of(clients: list[Client], seconds: float) -> None:
    """All clients at once, each sending the next as soon as the last is answered."""
    until = time.perf_counter() + seconds
    threads = [threading.Thread(target=each.run, args=(until,)) for each in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] * 1_000


def lost(city: Path, keys: list[str]) -> dict[str, object]:
    """What of all that was confirmed is not there, there twice, or not whole."""
    from urbanwork.office.opening import open_office

    open_office(city)
    from urbanwork.office.evidence.check import check
    from urbanwork.office.evidence.models import Evidence
    from urbanwork.office.ledger.models import TaskEvent

    events = set(TaskEvent.objects.filter(action="report").values_list("key", flat=True))
    files = list(Evidence.objects.values_list("key", flat=True))
    whole = check(reads_content=True)
    return {
        "reports": len(set(keys) - events),
        "photos": len({f"{key}:0" for key in keys} - set(files)),
        "twice": len(files) - len(set(files)),
        "files": len(whole.missing) + len(whole.damaged),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seconds", type=float, default=20)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--pixels", default="1280x960")
    given = asked.parse_args()
    width, height = map(int, given.pixels.split("x"))
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        city = Path(folder) / "city"
        city.mkdir()
        (city / "areas.geojson").write_text(AREA, encoding="utf-8")
        (city / "city.yaml").write_text(
            "name: Bench\njurisdiction: CN\nas_of: 2026-06-01\nareas: areas.geojson\n", "utf-8"
        )
        measure(city, Photos(width, height), given)


def measure(city: Path, photos: Photos, given: argparse.Namespace) -> None:
    filling = [
        sys.executable,
        str(HERE.parent / "tests" / "peopled_office.py"),
        str(city),
        str(TASKS),
    ]
    made = json.loads(subprocess.run(filling, check=True, stdout=subprocess.PIPE).stdout)
    numbers = [each["number"] for each in made["tasks"]]
    kind = "PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite"
    print(f"{kind}, {CLIENTS} clients, photos of {given.pixels}, {len(photos.base[0]) // 1000} kB")
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    keys: list[str] = []
    with served(city) as (port, pid):
        rates = []
        for number in range(given.rounds + 1):
            clients = [
                Client(
                    port,
                    made["sessions"]["handler"],
                    numbers[each::CLIENTS],
                    1_000 * number + each,
                    photos,
                )
                for each in range(CLIENTS)
            ]
            for each in clients:
                each.open()
            before, began = processor_seconds(pid), time.perf_counter()
            round_of(clients, given.seconds if number else 3)
            took, used = time.perf_counter() - began, processor_seconds(pid) - before
            done = [key for each in clients for key in each.confirmed]
            keys += done
            if number == 0:
                continue
            seconds = [value for each in clients for value in each.seconds]
            faults = [fault for each in clients for fault in each.faults]
            rates.append(len(done) / took)
            print(
                f"  {len(done) / took:6.1f} writes/s  p50 {percentile(seconds, 0.5):5.0f} ms  "
                f"p95 {percentile(seconds, 0.95):5.0f} ms  most {max(seconds) * 1000:5.0f} ms  "
                f"server {1000 * used / max(1, len(done)):5.1f} ms of processor a write  "
                f"faults {len(faults)} {sorted(set(faults))}  load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
    print(
        f"median {statistics.median(rates):.1f} writes/s ({min(rates):.1f}-{max(rates):.1f}); "
        f"of {len(keys):,} confirmed lost: {lost(city, keys)}"
    )
    verified = subprocess.run(
        [str(URBANWORK), "audit", "verify", str(city)], check=False, capture_output=True, text=True
    )
    print(verified.stdout.strip().splitlines()[-1] if verified.stdout else verified.stderr.strip())


if __name__ == "__main__":
    main()
