"""`urbanwork office tick`: what time alone changes in an office, from a timer of the machine."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from urbanwork.cli.options import DEFAULT_LANG, AsJson, CityFolder, Language
from urbanwork.cli.streams import print_json


def tick(
    folder: CityFolder,
    only_lights: Annotated[
        bool,
        typer.Option(
            "--lights", help="Lights and advice only, not what the night does. 仅更新亮灯"
        ),
    ] = False,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Bring lights, advice and notices up to now; twice changes nothing. 更新亮灯与督办建议。

    The server does this by itself, every few minutes and each night; this is for a timer of your
    own. It delivers no notices: the server does.
    """
    from urbanwork.office.opening import open_office

    open_office(folder, is_made=True)
    from urbanwork.office.supervising.fitting import check_tables
    from urbanwork.office.supervising.ticking import tick as run

    check_tables()
    done = run(nightly=not only_lights)
    if as_json:
        print_json(asdict(done))
    elif lang == "zh":
        print(f"亮灯更新{done.relit}项，新增督办建议{done.advised}条，新增通知{done.told}条。")
    else:
        print(f"Lights: {done.relit}; new advice: {done.advised}; news: {done.told}.")
