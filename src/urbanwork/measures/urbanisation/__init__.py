"""The degree of urbanisation of grids, areas and cells."""

from urbanwork.measures.urbanisation.gap import urban_rural_gap
from urbanwork.measures.urbanisation.shares import urban_class_share

__all__ = ["urban_class_share", "urban_rural_gap"]
