"""Read one OpenStreetMap extract into layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from shapely.geometry.base import BaseGeometry

from urbanwork.sources.layers import STREET_TAGS, OsmExtract
from urbanwork.sources.osm.boundaries import LEVEL_KEY, boundaries_of, coastline_of
from urbanwork.sources.osm.buildings import buildings_of
from urbanwork.sources.osm.categories import Categories, load_categories
from urbanwork.sources.osm.elements import Elements, read_elements
from urbanwork.sources.osm.extent import extent_of
from urbanwork.sources.osm.features import OWN_RULES, Features, features_of
from urbanwork.sources.osm.frames import Header, checked_header
from urbanwork.sources.osm.land import land_of
from urbanwork.sources.osm.places import places_of
from urbanwork.sources.osm.rules import keys_of
from urbanwork.sources.osm.streets import streets_of
from urbanwork.sources.osm.text import READ_KEYS

LICENCE = "ODbL 1.0, © OpenStreetMap contributors"


def read_osm(
    path: Path,
    *,
    declared_extent: BaseGeometry | None = None,
    categories: Categories | None = None,
) -> OsmExtract:
    """All layers of an OpenStreetMap PBF, in longitude and latitude, sorted by kind and id.

    `declared_extent` (lon/lat) is what the user says the extract covers in full; without it the
    box of the header, as far as there are nodes, else the outline of the nodes. `categories` are
    the tag rules, by default those of `categories.yaml`. `report` of the result counts elements,
    places, repairs and gaps, and names date, program and licence.

    Raises:
        UserError: a file that is missing, truncated, damaged, no PBF, or has no ways.

    Source: https://wiki.openstreetmap.org/wiki/PBF_Format
    """
    header = checked_header(path)
    rules = categories or load_categories()
    keys = {*keys_of([*rules.rules(), *OWN_RULES]), *STREET_TAGS, *READ_KEYS, LEVEL_KEY, "type"}
    elements = read_elements(path, header, sorted(keys))
    return _layers(elements, header, rules, declared_extent)


def _layers(
    elements: Elements, header: Header, rules: Categories, declared: BaseGeometry | None
) -> OsmExtract:
    features = features_of(elements, rules)
    buildings, building_counts = buildings_of(elements, features)
    places, place_counts = places_of(elements, features, rules)
    land, land_counts = land_of(elements, features)
    extent = extent_of(elements, header, declared)
    streets = streets_of(elements)
    boundaries = boundaries_of(elements, features)
    report = {
        **_provenance(header),
        **_counts(elements, features),
        "streets": len(streets.way_id),
        "boundaries": len(boundaries.id),
        **building_counts,
        **place_counts,
        **land_counts,
        "extent_known_from": extent.known_from,
    }
    coastline = coastline_of(elements, features)
    return OsmExtract(streets, buildings, places, land, coastline, boundaries, extent, report)


def _provenance(header: Header) -> dict[str, Any]:
    return {"licence": LICENCE, "data_date": header.data_date, "program": header.program}


def _counts(elements: Elements, features: Features) -> dict[str, Any]:
    ways = elements.ways
    return {
        "nodes": len(elements.nodes.id),
        "ways": len(ways.id),
        "relations": len(elements.relations.id),
        "duplicates": elements.duplicates,
        "ways_cut": int((~ways.is_whole).sum()),
        "references_to_missing_nodes": int((ways.node < 0).sum()),
        "invalid_rings_repaired": int(np.sum(features.areas.is_repaired)),
        "relations_incomplete": int(np.sum(features.areas.is_incomplete)),
    }
