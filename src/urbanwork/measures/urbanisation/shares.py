"""Share of people by class of the degree of urbanisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.dated import COVERED, area_sums, around, covered, middles, sample
from urbanwork.measures.figures import Figures, Notes
from urbanwork.measures.tables import Tables
from urbanwork.measures.urbanisation.grid import UrbanGrid, urban_grid
from urbanwork.measures.urbanisation.rules import CLASS_NAMES, LEVEL_1, LEVEL_2
from urbanwork.measures.urbanisation.units import unit_classes
from urbanwork.quantities.measured import Reason
from urbanwork.sources.layers import DatedRaster

Floats = NDArray[np.float64]

NO_RASTER: Notes = (
    "No population raster was given and the city has no cells with people: the degree of "
    "urbanisation needs people by place.",
    "未提供人口栅格，也没有带人口的网格：城镇化程度分类需要人口的空间分布。",
)


def urban_class_share(
    tables: Tables,
    *,
    classes: str | Sequence[str],
    level: int = 1,
    variant: str = "ghsl_2023",
) -> Figures:
    """Share of people who live in cells of given classes of the degree of urbanisation, percent.

        share = 100 * people in cells of the classes / people

    People are those of the population raster at its own resolution, each pixel in the class of the
    cell of 1 km that its middle lies in. `detail` holds people by class, and the class of every
    area by the rules of 2024 and of 2021.

    Args:
        tables: the city.
        classes: names of classes (rules.LEVEL_1, LEVEL_2).
        level: 1 or 2.
        variant: a name of rules.VARIANTS.

    Raises:
        KeyError: an unknown class or variant.

    Source: Eurostat and others, Applying the degree of urbanisation (2021); STANDARDS.md D01-D13.
    """
    names = [classes] if isinstance(classes, str) else list(classes)
    codes = codes_of(level)
    for name in names:
        if name not in codes:
            raise KeyError(f"level {level} has no class '{name}'; it has {', '.join(codes)}")
    grid = urban_grid(tables, level=level, variant=variant)
    if grid is None:
        return Figures.no_data(tables.size, Reason.LAYER_MISSING, *NO_RASTER)
    by_class = people_by_class(tables, grid, level)
    total = np.sum(list(by_class.values()), axis=0)
    inside = np.sum([by_class[name] for name in names], axis=0)
    return _figures(tables, grid, names, (level, variant), by_class, inside, total)


def codes_of(level: int) -> Mapping[str, int]:
    """Names and codes of the classes of a level."""
    return LEVEL_1 if level == 1 else LEVEL_2


def people_by_class(tables: Tables, grid: UrbanGrid, level: int) -> dict[str, Floats]:
    """[A + 1] people by class, computed once for each grid."""
    key = f"urbanisation.people.{level}.{id(grid)}"
    if key not in tables.shared:
        pixel_class = _class_of_pixels(tables, grid)
        people = grid.population.values
        tables.shared[key] = {
            name: area_sums(tables, np.where(pixel_class == code, people, 0.0), grid.population)
            for name, code in codes_of(level).items()
        }
    found: dict[str, Floats] = tables.shared[key]
    return found


def _class_of_pixels(tables: Tables, grid: UrbanGrid) -> NDArray[np.int8]:
    """[rows, columns] class of the pixels of the population raster around the city, -1 beyond."""
    raster: DatedRaster = grid.population
    if raster is grid.people:
        return grid.classes
    row, column = around(tables.city, raster)
    place = sample(grid.people, *middles(raster, row, column, grid.people.crs), grid.people.crs)
    classes = np.full(raster.values.shape, -1, np.int8)
    classes[row, column] = np.where(place >= 0, grid.classes.ravel()[place], -1)
    return classes


def _figures(
    tables: Tables,
    grid: UrbanGrid,
    names: Sequence[str],
    method: tuple[int, str],
    by_class: Mapping[str, Floats],
    inside: Floats,
    total: Floats,
) -> Figures:
    seen = covered(tables, grid.population)
    has = (total > 0) & (seen >= COVERED)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(has, 100.0 * inside / total, np.nan)
    reason = [
        None if ok else Reason.BEYOND_EDGE if part < COVERED else Reason.NO_PEOPLE
        for ok, part in zip(has, seen, strict=True)
    ]
    return Figures.of(
        value,
        note=[_note(grid, names, method, why) for why in reason],
        reason=reason,
        numerator=np.where(has, inside, np.nan),
        denominator=np.where(has, total, np.nan),
        coverage=np.minimum(seen, 1.0),
        period=str(grid.year),
        detail=_detail(tables, grid, method, by_class, total),
    )


def _note(
    grid: UrbanGrid, names: Sequence[str], method: tuple[int, str], why: Reason | None
) -> Notes:
    if why is Reason.NO_PEOPLE:
        return f"Nobody lives there in {grid.year}.", f"{grid.year} 年无人居住。"
    if why is Reason.BEYOND_EDGE:
        return "The population raster does not cover it.", "人口栅格未覆盖该片区。"
    en = ", ".join(CLASS_NAMES[name][0] for name in names)
    zh = "、".join(CLASS_NAMES[name][1] for name in names)
    level, variant = method
    return (
        f"People in {en} (level {level}, {variant}): {grid.made_of[0]}.",
        f"{zh}内的人口（第{level}级，{variant}）：{grid.made_of[1]}。",
    )


def _detail(
    tables: Tables,
    grid: UrbanGrid,
    method: tuple[int, str],
    by_class: Mapping[str, Floats],
    total: Floats,
) -> dict[str, object]:
    level, variant = method
    share = _shares(tables, grid, level, by_class, total)
    detail: dict[str, object] = {
        "level": level,
        "variant": variant,
        "year": grid.year,
        "people_by_class": {name: people.tolist() for name, people in by_class.items()},
    }
    for rules in ("2024", "2021"):
        detail[f"area_class_{rules}"] = unit_classes(share, level=level, rules=rules).tolist()
    return detail


def _shares(
    tables: Tables,
    grid: UrbanGrid,
    level: int,
    by_class: Mapping[str, Floats],
    total: Floats,
) -> dict[str, Floats]:
    """Shares of the people of each area by class; of its ground where nobody lives."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = {name: people / total for name, people in by_class.items()}
    if (total > 0).all():
        return share
    ground = {
        name: area_sums(tables, (grid.classes == code).astype(np.float64), grid.people)
        for name, code in codes_of(level).items()
    }
    land = np.sum([cells for name, cells in ground.items() if name != "water"], axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            name: np.where(total > 0, of_people, ground[name] / land)
            for name, of_people in share.items()
        }
