"""The same town moved, turned, reordered or cut, for tests of what must not change."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import shapely
from shapely.affinity import affine_transform

from town import at_nodes
from urbanwork.city.model import Network, PreparedCity
from urbanwork.kernels.graph import Snaps, build_graph


def moved(city: PreparedCity, *, east_m: float, north_m: float, turned: float) -> PreparedCity:
    """The town turned about the origin (radians, counter-clockwise) and then moved."""
    cos, sin = np.cos(turned), np.sin(turned)

    def at(x, y):
        return cos * x - sin * y + east_m, sin * x + cos * y + north_m

    def shape(geometry):
        return affine_transform(geometry, [cos, -sin, sin, cos, east_m, north_m])

    def shapes(array):
        return np.array([None if g is None else shape(g) for g in array], object)

    def network(net):
        (x, y), (vx, vy) = at(net.x, net.y), at(net.vertex_x, net.vertex_y)
        return replace(net, x=x, y=y, vertex_x=vx, vertex_y=vy)

    cells, places = city.cells, city.places
    cell_x, cell_y = at(cells.x, cells.y)
    place_x, place_y = at(places.x, places.y)
    door_x, door_y = at(places.entrance_x, places.entrance_y)
    return replace(
        city, boundary=shape(city.boundary), extent=shape(city.extent),
        areas=replace(city.areas, geometry=shapes(city.areas.geometry)),
        cells=replace(cells, geometry=shapes(cells.geometry), x=cell_x, y=cell_y),
        walk=network(city.walk), drive=network(city.drive),
        places=replace(
            places, x=place_x, y=place_y, geometry=shapes(places.geometry), entrance_x=door_x,
            entrance_y=door_y,
        ),
        buildings=replace(city.buildings, geometry=shapes(city.buildings.geometry)),
        land=replace(city.land, geometry=shapes(city.land.geometry)),
    )  # fmt: skip


def reordered(city: PreparedCity, seed: int) -> tuple[PreparedCity, np.ndarray]:
    """The town with cells, places, streets, land and buildings in another order, and the order of
    its cells: `new.cells.id == city.cells.id[order]`."""
    chance = np.random.default_rng(seed)
    cells, places, land = city.cells, city.places, city.land
    order = chance.permutation(len(cells.id))
    new_cell = np.argsort(order)
    place = chance.permutation(len(places.id))
    door = chance.permutation(len(places.entrance_place))
    plot = chance.permutation(len(land.kind))
    overlap = chance.permutation(len(land.overlap_m2))
    house = chance.permutation(len(city.buildings.cell))
    walk, walk_edge = _reordered_edges(city.walk, chance)
    drive, drive_edge = _reordered_edges(city.drive, chance)
    doors = {"entrance_place", "entrance_x", "entrance_y", "walk", "drive"}
    new_places = replace(
        _taken(places, place, but=doors),
        entrance_place=np.argsort(place)[places.entrance_place[door]].astype(np.int32),
        entrance_x=places.entrance_x[door], entrance_y=places.entrance_y[door],
        walk=_renamed(places.walk[door], walk_edge), drive=_renamed(places.drive[door], drive_edge),
    )  # fmt: skip
    new_cells = replace(
        _taken(cells, order, but={"walk", "drive"}),
        walk=_renamed(cells.walk[order], walk_edge), drive=_renamed(cells.drive[order], drive_edge),
    )  # fmt: skip
    new_land = replace(
        land, geometry=land.geometry[plot], kind=land.kind[plot],
        is_open_space=land.is_open_space[plot],
        overlap_land=np.argsort(plot)[land.overlap_land[overlap]].astype(np.int32),
        overlap_cell=new_cell[land.overlap_cell[overlap]].astype(np.int32),
        overlap_m2=land.overlap_m2[overlap],
    )  # fmt: skip
    new_buildings = _taken(city.buildings, house, but=set())
    new_buildings = replace(
        new_buildings, cell=new_cell[city.buildings.cell[house]].astype(np.int32)
    )
    changed = replace(
        city, cells=new_cells, places=new_places, walk=walk, drive=drive, land=new_land,
        buildings=new_buildings, street_m=city.street_m[order], crossings=city.crossings[order],
        street_area_m2=city.street_area_m2[order],
    )  # fmt: skip
    return changed, order


def cut_east_of(city: PreparedCity, x: float) -> tuple[PreparedCity, np.ndarray]:
    """What an extract shows that ends at `x`, and the rows of the cells that it shows.

    Streets that cross the line end at their last node before it, which becomes an exit.
    """
    kept = np.flatnonzero(city.cells.x <= x)
    walk, drive = _cut_network(city.walk, x), _cut_network(city.drive, x)
    nodes = _nodes_at(city, city.cells.x[kept], city.cells.y[kept])
    cells = replace(
        _taken(city.cells, kept, but={"walk", "drive"}), walk=at_nodes(walk, nodes),
        drive=at_nodes(drive, nodes),
        edge_of_data_m=np.minimum(city.cells.edge_of_data_m, x - city.cells.x)[kept],
    )  # fmt: skip
    row = np.full(len(city.cells.id), -1)
    row[kept] = np.arange(len(kept))
    places = _cut_places(city, x, walk, drive)
    land, house = city.land, row[city.buildings.cell]
    overlap = row[land.overlap_cell] >= 0
    left, bottom, _, top = city.extent.bounds
    shown = shapely.box(left, bottom, x, top)
    cut = replace(
        city, extent=shown, cells=cells, walk=walk, drive=drive, places=places,
        land=replace(
            land, overlap_land=land.overlap_land[overlap], overlap_m2=land.overlap_m2[overlap],
            overlap_cell=row[land.overlap_cell[overlap]].astype(np.int32),
        ),
        buildings=replace(city.buildings, cell=house.astype(np.int32)),
        street_m=city.street_m[kept], crossings=city.crossings[kept],
        street_area_m2=city.street_area_m2[kept],
    )  # fmt: skip
    return cut, kept


def _cut_network(network: Network, x: float) -> Network:
    graph = network.graph
    start_in, end_in = network.x[graph.edge_from] <= x, network.x[graph.edge_to] <= x
    kept = np.flatnonzero(start_in & end_in)
    crossing = start_in != end_in
    last = np.where(start_in, graph.edge_from, graph.edge_to)[crossing]
    vertex = (network.start[kept][:, None] + np.arange(2)).ravel()
    cut = replace(
        network,
        graph=build_graph(
            len(network.x), graph.edge_from[kept], graph.edge_to[kept], graph.edge_weight[kept],
            graph.is_forward_only[kept],
        ),
        start=np.arange(0, 2 * len(kept) + 1, 2), vertex_x=network.vertex_x[vertex],
        vertex_y=network.vertex_y[vertex], way=network.way[kept], length_m=network.length_m[kept],
        street_class=network.street_class[kept], street_name=network.street_name[kept],
    )  # fmt: skip
    return replace(cut, exits=at_nodes(cut, np.unique(last)))


def _cut_places(city: PreparedCity, x: float, walk: Network, drive: Network):
    places = city.places
    seen = places.x <= x
    door = np.flatnonzero(seen[places.entrance_place] & (places.entrance_x <= x))
    nodes = _nodes_at(city, places.entrance_x[door], places.entrance_y[door])
    fewer = _taken(
        places, np.flatnonzero(seen),
        but={"entrance_place", "entrance_x", "entrance_y", "walk", "drive"},
    )  # fmt: skip
    return replace(
        fewer,
        entrance_place=(np.cumsum(seen) - 1)[places.entrance_place[door]].astype(np.int32),
        entrance_x=places.entrance_x[door], entrance_y=places.entrance_y[door],
        walk=at_nodes(walk, nodes), drive=at_nodes(drive, nodes),
    )  # fmt: skip


def _nodes_at(city: PreparedCity, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    node = {at: n for n, at in enumerate(zip(city.walk.x, city.walk.y, strict=True))}
    return np.array([node[at] for at in zip(x, y, strict=True)], np.int64)


def _reordered_edges(network: Network, chance: np.random.Generator) -> tuple[Network, np.ndarray]:
    """The network with nodes and edges in another order; the new row of each edge."""
    graph = network.graph
    node = chance.permutation(len(network.x))
    edge = chance.permutation(graph.edge_count)
    new_node, new_edge = np.argsort(node), np.argsort(edge)
    vertex = (network.start[edge][:, None] + np.arange(2)).ravel().astype(np.int64)
    changed = replace(
        network,
        graph=build_graph(
            len(node), new_node[graph.edge_from[edge]], new_node[graph.edge_to[edge]],
            graph.edge_weight[edge], graph.is_forward_only[edge],
        ),
        x=network.x[node], y=network.y[node], vertex_x=network.vertex_x[vertex],
        vertex_y=network.vertex_y[vertex], way=network.way[edge],
        length_m=network.length_m[edge], street_class=network.street_class[edge],
        street_name=network.street_name[edge],
        exits=_renamed(network.exits, new_edge),
    )  # fmt: skip
    return changed, new_edge


def _renamed(snaps: Snaps, new_edge: np.ndarray) -> Snaps:
    if len(new_edge) == 0:
        return snaps
    edge = np.where(snaps.edge >= 0, new_edge[snaps.edge], -1).astype(np.int32)
    return Snaps(edge, snaps.to_start, snaps.to_end, snaps.off)


def _taken(table, rows: np.ndarray, *, but: set[str]):
    """A table of arrays with these rows only, without touching the fields `but`."""
    names = [field.name for field in fields(table) if field.name not in but]
    return replace(table, **{name: getattr(table, name)[rows] for name in names})
