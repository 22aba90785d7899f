"""People from a raster of any coordinate system and resolution."""

from urbanwork.sources.population.raster import read_population
from urbanwork.sources.population.zonal import covered_share, rings_in, zonal_people

__all__ = ["covered_share", "read_population", "rings_in", "zonal_people"]
