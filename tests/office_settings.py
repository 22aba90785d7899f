"""Settings of the office under test: a small city in a folder of its own for each process."""

import json
import os
import tempfile
from pathlib import Path

CITY = Path(tempfile.mkdtemp(prefix="urbanwork-office-"))
SQUARES = [
    {
        "type": "Feature",
        "properties": {"name": name},
        "geometry": {"type": "Polygon", "coordinates": [
            [[east, 39], [east + 0.1, 39], [east + 0.1, 39.1], [east, 39.1], [east, 39]],
        ]},
    }
    for name, east in (("东区", 121.6), ("西区", 121.5))
]  # fmt: skip
(CITY / "areas.geojson").write_text(
    json.dumps({"type": "FeatureCollection", "features": SQUARES}), encoding="utf-8"
)
(CITY / "city.yaml").write_text(
    "name: Testtown\njurisdiction: CN\nas_of: 2026-06-30\nareas: areas.geojson\n",
    encoding="utf-8",
)
os.environ["URBANWORK_CITY"] = str(CITY)
os.environ.pop("URBANWORK_OFFICE", None)

from urbanwork.office.settings import *  # noqa: E402, F403

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False

if "sqlite" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    # a file for each process of the tests, which need not survive a power cut
    DATABASES["default"]["TEST"] = {"NAME": str(CITY / "test.sqlite3")}  # noqa: F405
    _options = DATABASES["default"]["OPTIONS"]  # noqa: F405
    _options["init_command"] = _options["init_command"].replace("=FULL", "=OFF")
