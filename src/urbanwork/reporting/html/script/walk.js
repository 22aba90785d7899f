// The walk from a cell to a place: Dijkstra on the very network that was measured, in centimetres.
class Walks {
  constructor(city) {
    this.city = city;
    const a = city.arrays;
    const edges = city.from.length;
    const degree = new Uint32Array(city.nodeX.length);
    for (let e = 0; e < edges; e += 1) { degree[city.from[e]] += 1; degree[city.to[e]] += 1; }
    this.row = starts(degree);
    this.half = new Int32Array(2 * edges);
    const fill = this.row.slice();
    for (let e = 0; e < edges; e += 1) {
      this.half[fill[city.from[e]]++] = e;
      this.half[fill[city.to[e]]++] = e;
    }
    this.cell = { edge: undelta(a.cell_edge), along: a.cell_along, off: a.cell_off,
      x: city.metres('cell_px'), y: city.metres('cell_py') };
    this.gate = { edge: undelta(a.gate_edge), along: a.gate_along, off: a.gate_off,
      x: city.metres('gate_x'), y: city.metres('gate_y'), place: undelta(a.gate_place) };
    this.kept = { cell: -1, tree: null };
  }

  // Distances from a cell to every node, with the edge by which each was reached.
  from(cell) {
    if (this.kept.cell === cell) return this.kept.tree;
    const { city } = this;
    const distance = new Float64Array(city.nodeX.length).fill(Infinity);
    const by = new Int32Array(city.nodeX.length).fill(-1);
    const edge = this.cell.edge[cell] - 1;
    const heap = new Heap();
    if (edge >= 0) {
      const along = this.cell.along[cell];
      const off = this.cell.off[cell];
      const reach = (node, cost) => {
        if (cost < distance[node]) { distance[node] = cost; heap.push(cost, node); }
      };
      if (!city.oneWay[edge] || along === 0) reach(city.from[edge], off + along);
      reach(city.to[edge], off + city.weight[edge] - along);
    }
    while (heap.size) {
      const [cost, node] = heap.pop();
      if (cost > distance[node]) continue;
      for (let h = this.row[node]; h < this.row[node + 1]; h += 1) {
        const e = this.half[h];
        const forward = city.from[e] === node;
        if (!forward && city.oneWay[e]) continue;
        const next = forward ? city.to[e] : city.from[e];
        const total = cost + city.weight[e];
        if (total < distance[next]) { distance[next] = total; by[next] = e; heap.push(total, next); }
      }
    }
    this.kept = { cell, tree: { distance, by } };
    return this.kept.tree;
  }

  // Centimetres from a cell to an entrance, and how the last edge is entered.
  to(cell, tree, gate) {
    const { city } = this;
    const edge = this.gate.edge[gate] - 1;
    if (edge < 0 || this.cell.edge[cell] === 0) return { total: Infinity };
    const along = this.gate.along[gate];
    const off = this.gate.off[gate];
    const rest = city.weight[edge] - along;
    let best = { total: tree.distance[city.from[edge]] + along + off, end: city.from[edge] };
    const other = tree.distance[city.to[edge]] + rest + off;
    if (other < best.total && (!city.oneWay[edge] || rest === 0)) best = { total: other, end: city.to[edge] };
    if (this.cell.edge[cell] - 1 === edge) {
      const ahead = along - this.cell.along[cell];
      const same = Math.abs(ahead) + off + this.cell.off[cell];
      if (same <= best.total && (ahead >= 0 || !city.oneWay[edge])) best = { total: same, end: -1 };
    }
    return best;
  }

  // The nearest places of a category: [{place, gate, total, end}], nearest first, one a place.
  nearest(cell, category, most) {
    const number_ = this.city.header.categories.indexOf(category);
    const tree = this.from(cell);
    const found = new Map();
    for (let gate = 0; gate < this.gate.place.length; gate += 1) {
      const place = this.gate.place[gate];
      if (this.city.arrays.place_category[place] !== number_) continue;
      const way = this.to(cell, tree, gate);
      const known = found.get(place);
      if (way.total < Infinity && (!known || way.total < known.total)) found.set(place, { place, gate, ...way });
    }
    return [...found.values()].sort((a, b) => a.total - b.total || a.place - b.place).slice(0, most);
  }

  // The way itself: points, the streets it follows, and its three parts in centimetres.
  path(cell, way) {
    const { city } = this;
    const tree = this.from(cell);
    const first = { edge: this.cell.edge[cell] - 1, at: this.cell.along[cell] };
    const last = { edge: this.gate.edge[way.gate] - 1, at: this.gate.along[way.gate] };
    const pieces = [];
    if (way.end < 0) pieces.push(this.piece(first.edge, first.at, last.at));
    else {
      const atEnd = way.end === city.from[last.edge] ? 0 : city.weight[last.edge];
      pieces.push(this.piece(last.edge, atEnd, last.at));
      let node = way.end;
      while (tree.by[node] >= 0) {
        const e = tree.by[node];
        const forward = city.to[e] === node;
        pieces.push(this.piece(e, forward ? 0 : city.weight[e], forward ? city.weight[e] : 0));
        node = forward ? city.from[e] : city.to[e];
      }
      pieces.push(this.piece(first.edge, first.at, node === city.from[first.edge] ? 0 : city.weight[first.edge]));
      pieces.reverse();
    }
    const points = pieces.flatMap((piece) => piece.points);
    const before = this.cell.off[cell];
    const after = this.gate.off[way.gate];
    return {
      home: [this.cell.x[cell], this.cell.y[cell]],
      door: [this.gate.x[way.gate], this.gate.y[way.gate]],
      points, before, after, along: way.total - before - after, total: way.total,
      streets: mergedStreets(pieces.filter((piece) => piece.length > 0)),
    };
  }

  piece(edge, from, to) {
    const { city } = this;
    const weight = Math.max(city.weight[edge], 1);
    return {
      name: city.nameOfStreet(edge), length: Math.abs(to - from),
      points: between(city.course(edge), from / weight, to / weight),
    };
  }
}

function mergedStreets(pieces) {
  const out = [];
  for (const { name, length } of pieces) {
    const last = out[out.length - 1];
    if (last && last.name === name) last.length += length;
    else out.push({ name, length });
  }
  return out;
}

class Heap {
  constructor() { this.keys = []; this.items = []; }

  get size() { return this.keys.length; }

  push(key, item) {
    let at = this.keys.length;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (this.keys[up] <= key) break;
      this.keys[at] = this.keys[up];
      this.items[at] = this.items[up];
      at = up;
    }
    this.keys[at] = key;
    this.items[at] = item;
  }

  pop() {
    const top = [this.keys[0], this.items[0]];
    const key = this.keys.pop();
    const item = this.items.pop();
    const count = this.keys.length;
    if (!count) return top;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= count) break;
      if (down + 1 < count && this.keys[down + 1] < this.keys[down]) down += 1;
      if (this.keys[down] >= key) break;
      this.keys[at] = this.keys[down];
      this.items[at] = this.items[down];
      at = down;
    }
    this.keys[at] = key;
    this.items[at] = item;
    return top;
  }
}
