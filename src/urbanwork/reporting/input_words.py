"""Words for what goes into an examination: its files, its layers, its categories of places."""

from __future__ import annotations

from urbanwork.catalogue.models import Bilingual
from urbanwork.sources.category_titles import category_titles

KINDS: dict[str, Bilingual] = {
    "osm": Bilingual("Map extract", "地图数据"),
    "boundary": Bilingual("Boundary", "边界"),
    "areas": Bilingual("Areas", "片区"),
    "population": Bilingual("Population", "人口栅格"),
    "timetable": Bilingual("Timetable", "公交时刻表"),
    "register": Bilingual("Register of places", "设施名录"),
    "corrections": Bilingual("Corrections", "更正"),
    "statistics": Bilingual("Statistics", "统计表"),
    "commutes": Bilingual("Commuters", "通勤数据"),
    "raster": Bilingual("Raster by year", "分年栅格"),
    "projects": Bilingual("Projects", "项目台账"),
    "zones": Bilingual("Zones", "管控区"),
    "ground": Bilingual("What was examined", "体检范围"),
}
"""Kinds of files, as sources name them."""

LAYERS: dict[str, Bilingual] = {
    "streets": Bilingual("streets", "道路"),
    "buildings": Bilingual("buildings", "建筑"),
    "landuse": Bilingual("land use", "土地利用"),
    "people": Bilingual("people", "人口"),
    "timetable": Bilingual("timetable", "公交时刻表"),
    "green": Bilingual("green land", "绿地"),
    "drive": Bilingual("streets for cars", "车行道路"),
}

TABLES: dict[str, Bilingual] = {
    "commutes": Bilingual("table of commuters by home and work", "通勤起讫点表"),
    "raster:built_up": Bilingual("dated rasters of built-up land", "多期建成区栅格"),
    "raster:population": Bilingual("dated rasters of people", "多期人口栅格"),
    "raster:land": Bilingual("raster of permanent land", "陆地栅格"),
    "projects:green_building": Bilingual("table of green building projects", "绿色建筑项目表"),
    "projects:renewal": Bilingual("table of renewal projects", "更新改造项目表"),
    "projects:infrastructure": Bilingual("table of infrastructure projects", "基础设施项目表"),
    "projects:greening": Bilingual("table of greening projects", "绿化项目表"),
    "projects:innovation": Bilingual("table of innovation projects", "创新项目表"),
    "projects:other": Bilingual("table of projects", "项目表"),
}
"""Inputs that a city gives as tables or as rasters of several years."""

_STOPS = {
    "timetable_stop": Bilingual("stop of the timetable", "时刻表站点"),
    "timetable_stop_high": Bilingual("stop of rail or ferry", "轨道或轮渡站点"),
}


def kind_title(kind: str) -> Bilingual:
    """What a source is.

    >>> kind_title("gtfs_rt"), kind_title("register").zh
    (Bilingual(en='gtfs rt', zh='gtfs rt'), '设施名录')
    """
    return KINDS.get(kind, _as_it_is(kind))


def category_title(category: str) -> Bilingual:
    """A category of places as one says it.

    >>> category_title("nursing_home"), category_title("timetable_stop").en
    (Bilingual(en='nursing home', zh='养老院'), 'stop of the timetable')
    """
    if category in _STOPS:
        return _STOPS[category]
    known = category_titles().get(category)
    return Bilingual(*known) if known else _as_it_is(category)


def input_title(key: str) -> Bilingual:
    """What an input of an indicator, or a key of completeness, speaks of.

    >>> input_title("layer:landuse").en, input_title("place:nursing_home").zh
    ('land use', '养老院')
    >>> input_title("variable:gross_domestic_product").zh, input_title("raster:built_up").en
    ('地区生产总值', 'dated rasters of built-up land')
    """
    sort, _, name = key.partition(":")
    if sort == "place":
        return category_title(name)
    if sort == "variable":
        return variable_title(name)
    return TABLES.get(key) or LAYERS.get(name, _as_it_is(name or key))


def variable_title(variable: str) -> Bilingual:
    """A variable of statistics as tables call it.

    >>> variable_title("resident_population")
    Bilingual(en='resident population', zh='常住人口')
    """
    from urbanwork.sources.statistics.variables import load_variables

    known = load_variables().variables.get(variable)
    return Bilingual(*known.title) if known else _as_it_is(variable)


def _as_it_is(word: str) -> Bilingual:
    return Bilingual(word.replace("_", " "), word.replace("_", " "))
