"""Files that pages are made of: gathered at start, named by their content, compressed.

They lie in `<office>/cache/static/<key>`; the key changes with any of them, so that a new version
of the product gathers anew and an old one that still runs keeps its own.
"""

from __future__ import annotations

import hashlib
import os
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from urbanwork.office.place import OfficePlace

STATIC = "URBANWORK_STATIC"
"""In the environment of a served office: where its gathered files lie."""
_LIBRARIES = ("django", "django-allauth", "whitenoise")


def static_folder(place: OfficePlace) -> Path:
    """Where the files of this version of the product lie, or will."""
    return place.cache / "static" / _key()


def gather() -> None:
    """Gather the files in the folder of the settings, unless they are there.

    Django is set up; the folder appears whole or not at all.
    """
    from django.conf import settings
    from django.contrib.staticfiles.management.commands.collectstatic import Command
    from django.core.management import call_command

    from urbanwork.city.store import write_folder
    from urbanwork.office.operation.hashed import HashedFiles

    def write(folder: Path) -> None:
        command = Command()
        command.storage = HashedFiles(location=str(folder))
        call_command(command, verbosity=0, interactive=False)

    target = Path(str(settings.STATIC_ROOT))
    if not target.exists():
        write_folder(target, write)


def _key() -> str:
    digest = hashlib.sha256("".join(map(version, _LIBRARIES)).encode())
    for path in _sources():
        facts = os.stat(path)
        digest.update(f"{path}:{facts.st_size}:{facts.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def _sources() -> list[Path]:
    office = Path(str(files("urbanwork.office")))
    shared = Path(str(files("urbanwork.reporting"))) / "assets"
    found = [*office.glob("*/static/**/*"), *shared.glob("**/*")]
    return sorted(path for path in found if path.is_file())
