"""The options that many commands share: one name, one help text, one default."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

Lang = Literal["en", "zh"]
DEFAULT_LANG: Lang = "zh" if os.environ.get("LANG", "").startswith("zh") else "en"

CityFolder = Annotated[
    Path,
    typer.Argument(help="Folder of the city (it holds city.yaml). 城市文件夹", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document. 输出 JSON")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no table. 安静模式")]
NoProgress = Annotated[bool, typer.Option("--quiet", "-q", help="No progress. 安静模式")]
Language = Annotated[
    Lang,
    typer.Option("--lang", help="Language of what is printed. 输出语言", envvar="URBANWORK_LANG"),
]
PlanCrs = Annotated[
    str | None, typer.Option(help="Coordinate system where the file says none. 坐标系")
]
PlanLayer = Annotated[
    str | None,
    typer.Option(
        "--layer", help="Layer of a file that holds several. 图层名称", show_default=False
    ),
]
PlanDatum = Annotated[
    Literal["wgs84", "gcj02", "bd09"] | None,
    typer.Option(help="Datum of the coordinates. 坐标偏移"),
]
