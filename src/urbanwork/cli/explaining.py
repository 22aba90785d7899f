"""`urbanwork explain`."""

from __future__ import annotations

import json
from pathlib import Path

from urbanwork.cli.options import Lang


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
    from urbanwork.reporting.plain import json_text

    explanation = last_examination(folder).explain(indicator, area=area, cell=cell)
    if path is not None:
        text = json.dumps(explanation.path_geojson(), ensure_ascii=False, indent=1)
        write_file(path, text.encode())
    if as_json:
        print(json_text(explanation.to_dict()))
        return
    from urbanwork.reporting.explained import print_explanation

    print_explanation(explanation, lang=lang)
    if path is not None:
        print(path)
