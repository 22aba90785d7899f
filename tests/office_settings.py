"""Settings of the office under test: a small city in a folder of its own for each process."""

import os
import tempfile
from pathlib import Path

from two_squares import two_squares

CITY = two_squares(Path(tempfile.mkdtemp(prefix="urbanwork-office-")))
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
