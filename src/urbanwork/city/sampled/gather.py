"""Sample the city of a folder: its settings in, the sampled city out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from urbanwork.city.model import PreparedCity
from urbanwork.city.sampled.build import Bounds, read_features, sampled_city, study_region
from urbanwork.city.sampled.definition import Definition, load_definition
from urbanwork.city.sampled.model import SampledCity
from urbanwork.city.settings import CitySettings
from urbanwork.quantities.crs import unproject
from urbanwork.sources.layers import PopulationRaster, Stops

Progress = Callable[[str, str], None]


def sample_of(settings: CitySettings, city: PreparedCity, progress: Progress) -> SampledCity | None:
    """The city sampled by the definition of GHSCI; None without a population raster.

    The boundary is that of the prepared city. Streets and places are those of the extract as it
    stands: registers and corrections have no part in a comparison with a peer.

    Raises:
        UserError: `sampling.crs` is no metric system, or a source cannot be read.
    """
    definition = _definition(settings)
    crs = settings.sampling.crs or city.crs
    numbers = definition.numbers
    where = study_region(unproject(city.boundary, city.crs), crs, numbers.buffer_m)
    raster = _raster(settings, where.bounds_lonlat)
    if raster is None or settings.osm is None:
        return None
    progress("sampling: reading the extract", "采样:读取数据")
    tagged = read_features(settings.osm.path, definition)
    stops = _stops(settings, where.bounds_lonlat)
    return sampled_city(where, tagged, raster, stops, definition, progress)


def _definition(settings: CitySettings) -> Definition:
    """The definition of the peer, with the cells that the city asks for."""
    definition = load_definition()
    numbers = replace(definition.numbers, cell_m=settings.sampling.cell_m)
    return replace(definition, numbers=numbers)


def _raster(settings: CitySettings, bounds: Bounds) -> PopulationRaster | None:
    if settings.population is None:
        return None
    from urbanwork.sources.population import read_population

    source = settings.population
    return read_population(source.path, band=source.band, bounds_lonlat=bounds)


def _stops(settings: CitySettings, bounds: Bounds) -> Stops | None:
    if settings.gtfs is None:
        return None
    from urbanwork.sources.gtfs import Definition as Headway
    from urbanwork.sources.gtfs import ServiceWindow, read_gtfs

    window = settings.gtfs.window
    chosen = ServiceWindow(
        start_s=window.start_s, end_s=window.end_s, days=window.days, dates=window.dates
    )
    headway = Headway.SERVED_DATES_ROUNDED
    feeds = settings.gtfs.paths
    return read_gtfs(feeds, window=chosen, bounds_lonlat=bounds, definition=headway).stops
