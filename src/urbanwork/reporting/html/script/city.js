// The basemap as plain arrays in metres: streets, rings, places. x to the east, y to the north.
const STREETS = {
  major: ['motorway', 'trunk', 'primary', 'secondary', 'motorway_link', 'trunk_link',
    'primary_link', 'secondary_link'],
  small: ['service', 'footway', 'path', 'steps', 'track', 'cycleway', 'corridor', 'bridleway',
    'platform', 'elevator'],
};

function rankOf(street) {
  if (STREETS.major.includes(street)) return 0;
  return STREETS.small.includes(street) ? 2 : 1;
}

class City {
  constructor({ header, arrays }) {
    this.header = header;
    this.arrays = arrays;
    this.step = header.step;
    this.hasPaths = header.has_paths;
    this.ground = {};
    for (const name of ['land', 'sea', 'water', 'green', 'building', 'area', 'cell']) {
      this.ground[name] = this.rings(name);
    }
    this.road = this.rings('road');
    this.placeX = this.metres('place_x');
    this.placeY = this.metres('place_y');
    if (this.hasPaths) this.readStreets();
    this.cellIds = Array.from(arrays.cell_high, (high, n) => (
      ((BigInt(high) << 32n) | BigInt(arrays.cell_low[n])).toString(16)));
    this.cellBoxes = this.boxes(this.ground.cell, this.cellIds.length);
    this.areaBoxes = this.boxes(this.ground.area, header.areas.length);
    this.home = this.extentOf(this.cellIds.length ? this.ground.cell : this.ground.area);
  }

  metres(name) {
    const units = undelta(this.arrays[name]);
    const out = new Float32Array(units.length);
    for (let n = 0; n < units.length; n += 1) out[n] = units[n] * this.step;
    return out;
  }

  rings(name) {
    const owner = this.arrays[`${name}_of`];
    return {
      start: starts(this.arrays[`${name}_size`]),
      x: this.metres(`${name}_x`),
      y: this.metres(`${name}_y`),
      owner: owner ? undelta(owner) : null,
    };
  }

  readStreets() {
    const a = this.arrays;
    this.nodeX = this.metres('node_x');
    this.nodeY = this.metres('node_y');
    this.from = undelta(a.edge_from);
    this.to = Int32Array.from(a.edge_span, (span, n) => this.from[n] + unfold(span));
    this.weight = a.edge_weight;
    this.oneWay = a.edge_one_way;
    this.innerStart = starts(a.edge_inner);
    this.innerX = this.metres('inner_x');
    this.innerY = this.metres('inner_y');
    const ranks = this.header.classes.map(rankOf);
    this.rank = Uint8Array.from(a.edge_class, (number_) => ranks[number_]);
    this.edgeName = a.edge_name;
  }

  nameOfStreet(edge) {
    const number_ = this.edgeName[edge];
    return number_ ? this.header.names[number_ - 1] : '';
  }

  // Points of an edge from its start to its end, as [x, y, x, y, ...].
  course(edge) {
    const out = [this.nodeX[this.from[edge]], this.nodeY[this.from[edge]]];
    for (let n = this.innerStart[edge]; n < this.innerStart[edge + 1]; n += 1) {
      out.push(this.innerX[n], this.innerY[n]);
    }
    out.push(this.nodeX[this.to[edge]], this.nodeY[this.to[edge]]);
    return out;
  }

  // [west, south, east, north] of each owner of rings, and the rings it owns.
  boxes(rings, count) {
    const box = new Float32Array(count * 4);
    const first = new Int32Array(count).fill(-1);
    const last = new Int32Array(count).fill(-2);
    for (let n = 0; n < count; n += 1) box.set([Infinity, Infinity, -Infinity, -Infinity], n * 4);
    for (let ring = 0; ring + 1 < rings.start.length; ring += 1) {
      const at = rings.owner[ring];
      if (first[at] < 0) first[at] = ring;
      last[at] = ring;
      for (let n = rings.start[ring]; n < rings.start[ring + 1]; n += 1) {
        box[at * 4] = Math.min(box[at * 4], rings.x[n]);
        box[at * 4 + 1] = Math.min(box[at * 4 + 1], rings.y[n]);
        box[at * 4 + 2] = Math.max(box[at * 4 + 2], rings.x[n]);
        box[at * 4 + 3] = Math.max(box[at * 4 + 3], rings.y[n]);
      }
    }
    return { box, first, last };
  }

  extentOf(rings) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let n = 0; n < rings.x.length; n += 1) {
      box[0] = Math.min(box[0], rings.x[n]);
      box[1] = Math.min(box[1], rings.y[n]);
      box[2] = Math.max(box[2], rings.x[n]);
      box[3] = Math.max(box[3], rings.y[n]);
    }
    return box;
  }

  // The cell or area under a point, -1 for none.
  under(kind, x, y) {
    const { box, first, last } = kind === 'cell' ? this.cellBoxes : this.areaBoxes;
    const rings = this.ground[kind];
    for (let n = 0; n < first.length; n += 1) {
      const inBox = x >= box[n * 4] && y >= box[n * 4 + 1] && x <= box[n * 4 + 2] && y <= box[n * 4 + 3];
      if (inBox && first[n] >= 0 && isInside(rings, first[n], last[n], x, y)) return n;
    }
    return -1;
  }

  nameOfPlace(place) {
    const { place_names: names, place_names_zh: zh, place_names_en: en } = this.header;
    return (language.now === 'zh' ? zh[place] : en[place]) || names[place];
  }
}

function isInside(rings, first, last, x, y) {
  let inside = false;
  for (let ring = first; ring <= last; ring += 1) {
    const [begin, end] = [rings.start[ring], rings.start[ring + 1]];
    for (let n = begin, m = end - 1; n < end; m = n, n += 1) {
      const crosses = (rings.y[n] > y) !== (rings.y[m] > y);
      const at = ((rings.x[m] - rings.x[n]) * (y - rings.y[n])) / (rings.y[m] - rings.y[n]) + rings.x[n];
      if (crosses && x < at) inside = !inside;
    }
  }
  return inside;
}
