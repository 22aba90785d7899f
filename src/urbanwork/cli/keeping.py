"""`urbanwork backup` and `restore`: the office of a city in one file, and back to it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from urbanwork.cli.options import DEFAULT_LANG, AsJson, CityFolder, Language
from urbanwork.cli.streams import print_json


def backup(
    city: CityFolder,
    to: Annotated[
        Path, typer.Argument(help="File to write, or a folder for it. 备份文件或文件夹")
    ] = Path(),
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Back the office up into one file, while it runs. 备份。"""
    from urbanwork.office.opening import open_office

    place = open_office(city, is_made=True)
    from urbanwork.office.operation.backup import back_up

    made = back_up(place, to, datetime.now().astimezone())
    if as_json:
        print_json({"file": str(made.path), "files": made.files, "bytes": made.size})
    elif lang == "zh":
        print(f"已备份：{made.path}（{made.files}个文件，{made.size / 1e6:.1f} MB）")
    else:
        print(f"Backed up: {made.path} ({made.files} files, {made.size / 1e6:.1f} MB)")


def restore(
    city: CityFolder,
    file: Annotated[Path, typer.Argument(help="A backup that `urbanwork backup` made. 备份文件")],
    lang: Language = DEFAULT_LANG,
) -> None:
    """Go back to a backup; what is there now is backed up first. 恢复。"""
    from urbanwork.office.opening import open_office

    place = open_office(city)
    from urbanwork.office.operation.backup import restore as went_back

    went_back(place, file, datetime.now().astimezone())
    if lang == "zh":
        print(f"已恢复到 {file}；恢复前的状态存于 {place.folder / 'backups'}")
    else:
        print(f"Restored {file}; what was there before is in {place.folder / 'backups'}")
