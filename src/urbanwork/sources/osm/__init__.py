"""The OpenStreetMap reader: an extract in, layers of arrays out."""

from urbanwork.sources.osm.categories import Categories, Category, load_categories
from urbanwork.sources.osm.read import read_osm

__all__ = ["Categories", "Category", "load_categories", "read_osm"]
