"""The measures by the names that the catalogue calls them by."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from urbanwork.measures.figures import Figures
from urbanwork.measures.ratio import CellRatio

MEASURES = {
    "reach_share": "access",
    "reach_straight_share": "access",
    "circle_completeness": "access",
    "choice_count": "access",
    "nearest_distance": "access",
    "people_per_place": "access",
    "convenient_transit_share": "transit",
    "frequent_transit_share": "transit",
    "mean_headway": "transit",
    "open_space_share": "green",
    "land_share": "green",
    "park_buffer_share": "green",
    "park_walk_share": "green",
    "park_area_per_person": "green",
    "residential_near_share": "service",
    "greenway_near_share": "service",
    "ground_per_place": "service",
    "place_area_per_person": "service",
    "places_apart_share": "service",
    "unsealed_share": "surface",
    "cycle_way_density": "surface",
    "fire_cover_share": "safety",
    "fire_land_share": "safety",
    "street_density": "form",
    "intersection_density": "form",
    "building_density": "form",
    "floor_area_ratio": "form",
    "population_density": "form",
    "street_land_share": "form",
    "land_use_mix": "form",
    "dead_end_share": "form",
    "pedestrian_detour": "detour",
    "levels_known_share": "completeness",
    "people_seen_share": "completeness",
    "categories_with_data_share": "completeness",
    "street_names_share": "completeness",
    "seats_per_1000": "catchment",
    "seats_enough_share": "catchment",
    "places_filled_share": "catchment",
    "sampled_reach_share": "sampled",
    "sampled_mean": "sampled",
    "sampled_share_at_least": "sampled",
    "sampled_density": "sampled",
}
"""Name of each measure of cells -> the module of this package that holds it."""

AREA_MEASURES: dict[str, str] = {
    "statistic": "statistics",
    "statistic_ratio": "statistics",
    "statistic_difference": "statistics",
    "statistic_change": "statistics",
    "statistic_shortfall": "statistics",
    "land_consumption_rate": "growth",
    "population_growth_rate": "growth",
    "land_consumption_ratio": "growth",
    "land_elasticity": "growth",
    "built_up_per_person": "growth",
    "built_up_change": "growth",
    "expansion_share": "expansion",
    "urban_class_share": "urbanisation",
    "urban_rural_gap": "urbanisation",
    "development_intensity": "urban_form",
    "largest_cluster_km2": "urban_form",
    "dense_built_up_share": "urban_form",
    "location_mismatch": "urban_form",
    "compactness": "urban_shape",
    "built_up_entropy": "urban_shape",
    "density_gradient": "urban_shape",
    "gini": "inequality",
    "theil": "inequality",
    "worst_area": "inequality",
    "worst_decile": "inequality",
    "coordination_degree": "coordination",
    "coupling_degree": "coordination",
    "coordination_level": "coordination",
    "jobs_housing_ratio": "commuting",
    "self_containment": "commuting",
    "mean_commute": "commuting",
    "minimum_commute": "commuting",
    "excess_commute": "commuting",
    "commute_share": "commuting",
    "commute_radius": "commuting",
    "project_share": "projects",
    "project_overrun": "projects",
}
"""Name of each measure of areas -> its module: functions of `tables.Tables` that give `Figures`."""


def resolve(name: str) -> Callable[..., CellRatio]:
    """Return the measure of this name: a function of an `Access` and keyword parameters.

    Raises:
        KeyError: no measure has this name; the message lists all.

    >>> resolve("reach_share").__name__
    'reach_share'
    """
    if name not in MEASURES:
        raise KeyError(f"no measure is called '{name}'; there are {', '.join(sorted(MEASURES))}")
    module = import_module(f"urbanwork.measures.{MEASURES[name]}")
    measure: Callable[..., CellRatio] = getattr(module, name)
    return measure


def resolve_of_areas(name: str) -> Callable[..., Figures]:
    """Return the measure of areas of this name: a function of `Tables` and keyword parameters.

    Raises:
        KeyError: no measure of areas has this name; the message lists all.
    """
    if name not in AREA_MEASURES:
        known = ", ".join(sorted(AREA_MEASURES))
        raise KeyError(f"no measure of areas is called '{name}'; there are {known}")
    module = import_module(f"urbanwork.measures.{AREA_MEASURES[name]}")
    measure: Callable[..., Figures] = getattr(module, name)
    return measure


def measure_named(name: str) -> Callable[..., object]:
    """Return the measure of this name, of cells or of areas, to look at its parameters.

    Raises:
        KeyError: no measure has this name.

    >>> measure_named("statistic_ratio").__name__, measure_named("reach_share").__name__
    ('statistic_ratio', 'reach_share')
    """
    return resolve_of_areas(name) if name in AREA_MEASURES else resolve(name)
