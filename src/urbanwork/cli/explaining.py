"""`urbanwork explain`."""

from __future__ import annotations

import json
from pathlib import Path

from urbanwork.cli.options import Lang
from urbanwork.cli.streams import print_json


def show_explanation(
    folder: Path,
    indicator: str,
    *,
    area: str | None,
    cell: str | None,
    path: Path | None,
    as_json: bool,
    lang: Lang,
) -> None:
    """Print where a number comes from; write the walked path when asked."""
    from urbanwork.api import last_examination
    from urbanwork.city.store import write_file

    explanation = last_examination(folder).explain(indicator, area=area, cell=cell)
    if path is not None:
        text = json.dumps(explanation.path_geojson(), ensure_ascii=False, indent=1)
        write_file(path, text.encode())
    if as_json:
        print_json(explanation.to_dict())
        return
    from urbanwork.reporting.explained import print_explanation

    print_explanation(explanation, lang=lang)
    if path is not None:
        print(path)
