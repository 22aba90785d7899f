"""Two years of a small town with hostile names, examined: what pages of comparisons are made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from pbftown import PbfTown, examined
from urbanwork.examination.errata import add_erratum
from urbanwork.examination.frozen import freeze

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>=HYPERLINK('x')"
KINDERGARTEN = "life.kindergarten_300m"
QUARTERS = {
    HOSTILE: shapely.box(-1000, -150, -500, 150), "Old Town": shapely.box(-500, -150, 0, 150),
    "Harbour": shapely.box(0, -150, 500, 150), "East Gate": shapely.box(500, -150, 1000, 150),
}  # fmt: skip


def town_of_year(folder: Path, year: int, kindergartens: tuple[int, ...]) -> Path:
    """The folder of the examination of one year."""
    town = PbfTown()
    town.street(*((x, 0) for x in range(-1200, 1201, 200)), name="Long Street")
    for x in range(-950, 1000, 50):
        town.house((x, 25))
    for x in kindergartens:
        town.place((x, -12), amenity="kindergarten", name=HOSTILE)
    folder.mkdir(parents=True, exist_ok=True)
    town.raster(folder / "people.tif", np.full((1, 20), 150.0), west=-1000, north=50, pixel_m=100)
    town.city(folder, "population: people.tif", boundary=shapely.box(-1000, -150, 1000, 150),
              areas=QUARTERS, extent=shapely.box(-1400, -500, 1400, 500), jurisdiction="CN",
              name=f"'{HOSTILE.replace(chr(39), '')}'")  # fmt: skip
    text = (folder / "city.yaml").read_text().replace("as_of: 2024", f"as_of: {year}")
    text = text.replace("extent: extent.geojson", f"extent: extent.geojson, date: {year}-01-01")
    (folder / "city.yaml").write_text(text)
    return examined(folder)


def two_years(folder: Path) -> list[Path]:
    """A frozen year with an erratum, and the next."""
    first = town_of_year(folder / "first", 2024, (-750, 0))
    freeze(first)
    detour = "form.pedestrian_detour"
    add_erratum(first, indicator=detour, area="city", value=9.0, was=published(first, detour),
                why=HOSTILE, by="Bureau")  # fmt: skip
    return [first, town_of_year(folder / "second", 2025, (-750, 0, 700))]


def published(folder: Path, indicator: str) -> float:
    """The value of the whole city as it stands in the table."""
    import pyarrow.parquet as pq

    rows = pq.read_table(folder / "indicators.parquet").to_pylist()
    found = next(r for r in rows if r["indicator"] == indicator and r["area"] == "city")
    return float(found["value"])
