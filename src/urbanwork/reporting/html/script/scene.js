// Draws the map: ground, cells or areas, water, streets, outlines, places, the walk, names.
const TILE = 400;
const NO_DATA = 0, REACHED = 1, NOT_REACHED = 2, UNKNOWN = 3, MEASURED = 4, EMPTY = 5;

class Scene {
  constructor(canvas, city, data) {
    Object.assign(this, { canvas, city, data });
    this.ctx = canvas.getContext('2d');
    this.cache = new Map();
    this.places = [];
    this.paths = [];
    this.labels = this.areaLabels();
    const style = getComputedStyle(document.documentElement);
    this.ink = (name) => style.getPropertyValue(`--${name}`).trim();
    this.hatches = { dense: hatch('#6d7480', 5, 1.9), light: hatch('#b3b8bf', 7, 1.2) };
  }

  resize(width, height, ratio) {
    this.width = width;
    this.height = height;
    this.ratio = ratio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
  }

  draw(view, state) {
    this.aim(view);
    this.drawGround();
    if (state.by === 'areas') this.drawAreas(state);
    else this.drawCells(state);
    this.drawAbove(state);
  }

  // From metres to pixels of the canvas.
  aim(view) {
    this.view = view;
    this.px = 1 / view.k;
    const scale = view.k * this.ratio;
    this.toWorld = [scale, 0, 0, -scale, this.canvas.width / 2 - view.x * scale,
      this.canvas.height / 2 + view.y * scale];
  }

  drawGround() {
    const { ctx } = this;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = this.ink('map-outside');
    ctx.fillRect(0, 0, this.canvas.width, this.canvas.height);
    ctx.setTransform(...this.toWorld);
    this.fillRings('land', 'map-land');
    this.fillRings('green', 'map-green');
  }

  // What lies over cells and areas.
  drawAbove(state) {
    const { ctx } = this;
    ctx.setTransform(...this.toWorld);
    this.fillRings('sea', 'map-sea');
    this.fillRings('water', 'map-water');
    if (this.view.k > 0.28) this.fillBuildings();
    this.drawStreets();
    this.drawOutlines(state);
    this.drawPaths();
    this.drawPlaces();
    ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.drawNames(state);
  }

  // --- ground
  once(key, make) {
    if (!this.cache.has(key)) this.cache.set(key, make());
    return this.cache.get(key);
  }

  ringPath(rings, wanted) {
    const path = new Path2D();
    for (let ring = 0; ring + 1 < rings.start.length; ring += 1) {
      if (!wanted || wanted(rings.owner ? rings.owner[ring] : ring)) addRing(path, rings, ring, true);
    }
    return path;
  }

  fillRings(name, ink) {
    const path = this.once(`ring ${name}`, () => this.ringPath(this.city.ground[name]));
    this.ctx.fillStyle = this.ink(ink);
    this.ctx.fill(path);
  }

  // By tile: one path of all buildings takes seconds to fill, a hundred small ones milliseconds.
  fillBuildings() {
    const { ctx } = this;
    const [west, south, east, north] = this.window();
    ctx.fillStyle = this.ink('map-building');
    for (const [key, path] of this.once('building tiles', () => this.buildingTiles())) {
      const [x, y] = [Math.floor(key / 4096) * TILE, (key % 4096) * TILE];
      if (x < east + 200 && y < north + 200 && x + TILE > west - 200 && y + TILE > south - 200) ctx.fill(path);
    }
  }

  buildingTiles() {
    const rings = this.city.ground.building;
    const tiles = new Map();
    for (let ring = 0; ring + 1 < rings.start.length; ring += 1) {
      const at = rings.start[ring];
      const key = Math.floor(Math.max(0, rings.x[at]) / TILE) * 4096 + Math.floor(Math.max(0, rings.y[at]) / TILE);
      if (!tiles.has(key)) tiles.set(key, new Path2D());
      addRing(tiles.get(key), rings, ring, true);
    }
    return tiles;
  }

  drawCells(state) {
    const indicator = this.data.indicators[state.indicator];
    const groups = this.once(`cells ${state.indicator}`, () => this.groups(
      this.city.ground.cell, this.data.cellClasses(state.indicator), this.city.cellIds.length,
      indicator.of_people ? this.data.cellSizes() : null));
    this.fillGroups(groups, indicator.scale.colours, 0.3);
  }

  drawAreas(state) {
    const classes = this.data.areaClasses(state.indicator);
    const groups = this.once(`areas ${state.indicator}`, () => this.groups(
      this.city.ground.area, classes, this.city.header.areas.length));
    this.fillGroups(groups, this.data.indicators[state.indicator].area_scale.colours, 0);
  }

  // One path a class; -1 no data, -2 unknown beyond the edge, -3 nothing there. A cell shrinks
  // towards its middle where few people live, so that the eye sees where most of them do.
  groups(rings, classes, count, sizes) {
    const paths = new Map();
    for (let ring = 0; ring + 1 < rings.start.length; ring += 1) {
      const owner = rings.owner[ring];
      if (owner >= count) continue;
      const key = classes[owner];
      if (!paths.has(key)) paths.set(key, new Path2D());
      const size = sizes && key >= 0 ? sizes[owner] : 1;
      if (size === 0) continue;
      if (size < 1) addSmallRing(paths.get(key), rings, ring, size);
      else if (!sizes || key !== -3) addRing(paths.get(key), rings, ring, true);
    }
    return paths;
  }

  fillGroups(paths, colours, seam) {
    const { ctx } = this;
    for (const [key, path] of paths) {
      if (key === -3) {
        ctx.fillStyle = 'rgba(255, 255, 255, 0.55)';
        ctx.fill(path);
      } else if (key < 0) {
        ctx.fillStyle = '#fff';
        ctx.fill(path);
        ctx.fillStyle = this.hatch(key === -1 ? 'dense' : 'light');
        ctx.fill(path);
      } else {
        ctx.fillStyle = colours[key];
        ctx.fill(path);
        if (seam) {
          ctx.strokeStyle = colours[key];
          ctx.lineWidth = seam * this.px;
          ctx.stroke(path);
        }
      }
    }
  }

  hatch(name) {
    const pattern = this.ctx.createPattern(this.hatches[name], 'repeat');
    const size = 1 / (this.view.k * 2);
    pattern.setTransform(new DOMMatrix([size, 0, 0, -size, 0, 0]));
    return pattern;
  }

  // --- streets
  drawStreets() {
    const { ctx, city, view } = this;
    const { k } = view;
    ctx.lineJoin = 'round';
    ctx.lineCap = 'round';
    ctx.strokeStyle = this.ink('map-street');
    const widths = [Math.min(9, Math.max(1.1, k * 13)), Math.min(6, Math.max(0.5, k * 7)), Math.min(2.5, k * 2.6)];
    const shown = [true, k > 0.03, k > 0.13];
    const window_ = this.window();
    for (let rank = 2; rank >= 0; rank -= 1) {
      if (!shown[rank] || !city.hasPaths) continue;
      ctx.lineWidth = widths[rank] * this.px;
      ctx.globalAlpha = [0.95, k > 0.1 ? 0.85 : 0.6, 0.7][rank];
      ctx.stroke(this.streetPath(rank, window_));
    }
    ctx.globalAlpha = 0.95;
    ctx.lineWidth = widths[0] * this.px;
    ctx.stroke(this.once('roads', () => linePath(city.road)));
    ctx.globalAlpha = 1;
  }

  window() {
    const { view } = this;
    const halfW = this.width / view.k / 2 + 20;
    const halfH = this.height / view.k / 2 + 20;
    return [view.x - halfW, view.y - halfH, view.x + halfW, view.y + halfH];
  }

  // Far out all streets as straight lines, near by only what is seen, with every bend.
  streetPath(rank, window_) {
    if (this.view.k < 0.2) {
      const bends = this.view.k > 0.06;
      return this.once(`streets ${rank} ${bends}`, () => this.edgesPath(rank, null, bends));
    }
    return this.edgesPath(rank, window_, true);
  }

  edgesPath(rank, window_, bends) {
    const { city } = this;
    const path = new Path2D();
    for (let e = 0; e < city.from.length; e += 1) {
      if (city.rank[e] !== rank) continue;
      const [ax, ay] = [city.nodeX[city.from[e]], city.nodeY[city.from[e]]];
      const [bx, by] = [city.nodeX[city.to[e]], city.nodeY[city.to[e]]];
      if (window_ && !this.mayShow(window_, e, ax, ay, bx, by)) continue;
      path.moveTo(ax, ay);
      if (bends) {
        for (let n = city.innerStart[e]; n < city.innerStart[e + 1]; n += 1) path.lineTo(city.innerX[n], city.innerY[n]);
      }
      path.lineTo(bx, by);
    }
    return path;
  }

  // An edge may bend out of the box of its ends by no more than its length.
  mayShow(window_, e, ax, ay, bx, by) {
    const room = this.city.innerStart[e] === this.city.innerStart[e + 1] ? 0 : this.city.weight[e] / 200;
    return Math.max(ax, bx) + room >= window_[0] && Math.min(ax, bx) - room <= window_[2]
      && Math.max(ay, by) + room >= window_[1] && Math.min(ay, by) - room <= window_[3];
  }

  // --- outlines, places, the walk
  drawOutlines(state) {
    const { ctx } = this;
    const all = this.once('outline areas', () => this.ringPath(this.city.ground.area));
    this.cased(all, state.by === 'areas' ? 1.5 : 1, 'rgba(20,23,28,0.75)', state.by === 'areas' ? 0 : 2.5, 0.35);
    if (state.area >= 0 && state.area < this.city.header.areas.length) {
      this.cased(this.ringPath(this.city.ground.area, (n) => n === state.area), 2.5, this.ink('map-ink'), 6, 1);
    }
    if (state.cell >= 0) {
      this.cased(this.ringPath(this.city.ground.cell, (n) => n === state.cell), 2.5, this.ink('map-ink'), 6, 1);
    }
    ctx.globalAlpha = 1;
  }

  cased(path, width, colour, casing, strength) {
    const { ctx } = this;
    ctx.lineJoin = 'round';
    if (casing) {
      ctx.globalAlpha = strength;
      ctx.strokeStyle = '#fff';
      ctx.lineWidth = casing * this.px;
      ctx.stroke(path);
    }
    ctx.globalAlpha = 1;
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * this.px;
    ctx.stroke(path);
  }

  drawPaths() {
    const { ctx } = this;
    for (const walk of this.paths) {
      const course = new Path2D();
      walk.points.forEach(([x, y], n) => (n ? course.lineTo(x, y) : course.moveTo(x, y)));
      const offs = new Path2D();
      offs.moveTo(...walk.home);
      offs.lineTo(...walk.points[0]);
      offs.moveTo(...walk.points[walk.points.length - 1]);
      offs.lineTo(...walk.door);
      this.cased(course, this.paths.length > 1 ? 2.5 : 3.5, this.ink('map-ink'), 7, 1);
      ctx.setLineDash([3 * this.px, 3 * this.px]);
      this.cased(offs, 2, this.ink('map-ink'), 0, 1);
      ctx.setLineDash([]);
      this.dot(walk.home[0], walk.home[1], 5, '#fff');
      this.dot(walk.door[0], walk.door[1], 5, this.ink('map-ink'));
    }
  }

  dot(x, y, radius, fill) {
    const { ctx } = this;
    ctx.beginPath();
    ctx.arc(x, y, radius * this.px, 0, 2 * Math.PI);
    ctx.fillStyle = fill;
    ctx.strokeStyle = fill === '#fff' ? this.ink('map-ink') : '#fff';
    ctx.lineWidth = (radius > 4 ? 2 : 1.25) * this.px;
    ctx.fill();
    ctx.stroke();
  }

  drawPlaces() {
    const isFar = this.view.k < 0.05 || (this.places.length > 150 && this.view.k < 0.12);
    const radius = this.view.k > 0.3 ? 4.5 : isFar ? 1.8 : 3;
    for (const place of this.places) this.dot(this.city.placeX[place], this.city.placeY[place], radius, this.ink('map-ink'));
  }

  // --- names
  areaLabels() {
    const { ground, header } = this.city;
    return header.areas.map((id, n) => middleOf(ground.area, n));
  }

  onScreen(x, y) {
    const { view } = this;
    return [this.width / 2 + (x - view.x) * view.k, this.height / 2 - (y - view.y) * view.k];
  }

  drawNames(state) {
    const taken = [];
    for (const walk of this.paths) this.nameAt(this.city.nameOfPlace(walk.place), ...walk.door, taken, { bold: true, lift: -13, force: this.paths.length === 1 });
    if (this.view.k > 0.3) {
      for (const place of this.places) {
        this.nameAt(this.city.nameOfPlace(place), this.city.placeX[place], this.city.placeY[place], taken, { lift: -11 });
      }
    }
    if (this.view.k < 0.6 || state.by === 'areas') this.nameAreas(taken);
    if (this.view.k > 0.32 && this.city.hasPaths) this.nameStreets(taken);
  }

  nameAreas(taken) {
    const order = this.labels.map((label, n) => [label, n]).sort((a, b) => b[0].size - a[0].size);
    for (const [label, n] of order) {
      const wide = Math.sqrt(label.size) * this.view.k;
      if (wide > 34) this.nameAt(pick(this.data.areaNames[n]), label.x, label.y, taken, { bold: true, width: Math.max(96, wide * 1.2) });
    }
  }

  nameAt(name, x, y, taken, { bold = false, lift = 0, force = false, width = 180 } = {}) {
    if (!name) return;
    const { ctx } = this;
    const [sx, sy] = this.onScreen(x, y);
    if (sx < 0 || sy < 0 || sx > this.width || sy > this.height) return;
    ctx.font = `${bold ? '600 ' : ''}12px ${getComputedStyle(document.body).fontFamily}`;
    const lines = wrapped(ctx, name, width);
    const wide = Math.max(...lines.map((line) => ctx.measureText(line).width));
    const box = [sx - wide / 2 - 3, sy + lift - 8 * lines.length, sx + wide / 2 + 3, sy + lift + 8 * lines.length];
    if (!force && taken.some((other) => overlap(box, other))) return;
    taken.push(box);
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    lines.forEach((line, n) => this.haloed(line, sx, sy + lift + (n - (lines.length - 1) / 2) * 14));
  }

  haloed(text, x, y) {
    const { ctx } = this;
    ctx.lineJoin = 'round';
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = 'rgba(255,255,255,0.92)';
    ctx.strokeText(text, x, y);
    ctx.fillStyle = this.ink('map-ink');
    ctx.fillText(text, x, y);
  }

  nameStreets(taken) {
    const { ctx, city } = this;
    const window_ = this.window();
    const seen = new Map();
    for (let e = 0; e < city.from.length; e += 1) {
      const [a, b] = [city.from[e], city.to[e]];
      if (!city.edgeName[e] || (city.rank[e] > 0 && this.view.k < 0.6)) continue;
      if (!this.mayShow(window_, e, city.nodeX[a], city.nodeY[a], city.nodeX[b], city.nodeY[b])) continue;
      const known = seen.get(city.edgeName[e]);
      if (known === undefined || city.weight[e] > city.weight[known]) seen.set(city.edgeName[e], e);
    }
    ctx.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    for (const edge of [...seen.values()].sort((p, q) => city.weight[q] - city.weight[p]).slice(0, 60)) this.nameStreet(edge, taken);
  }

  nameStreet(edge, taken) {
    const { ctx, city } = this;
    const line = city.course(edge);
    const [[x, y]] = between(line, 0.5, 0.5);
    const name = city.nameOfStreet(edge);
    const wide = ctx.measureText(name).width;
    if (wide > (city.weight[edge] / 100) * this.view.k * 1.6) return;
    const [sx, sy] = this.onScreen(x, y);
    const box = [sx - wide / 2, sy - wide / 3 - 6, sx + wide / 2, sy + wide / 3 + 6];
    if (taken.some((other) => overlap(box, other))) return;
    taken.push(box);
    let turn = Math.atan2(-(line[line.length - 1] - line[1]), line[line.length - 2] - line[0]);
    if (turn > Math.PI / 2) turn -= Math.PI;
    if (turn < -Math.PI / 2) turn += Math.PI;
    ctx.save();
    ctx.translate(sx, sy);
    ctx.rotate(turn);
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    this.haloed(name, 0, 0);
    ctx.restore();
  }
}
