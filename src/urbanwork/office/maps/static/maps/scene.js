// The scene of the report with what the office puts on top: zones, tasks, changes of a scenario.
/* global Scene, addRing, addSmallRing, overlap, pick, language */
const INK = { red: '#c62828', yellow: '#f2c200', green: '#1a7f37', '': '#ffffff' };
const PRESSING = ['red', 'yellow', 'green', ''];
const GAINS = ['#5b2a86', '#c9cdd3', '#1d8a83'];
const CLUSTER = 34;

export class OfficeScene extends Scene {
  constructor(canvas, city, data) {
    super(canvas, city, data);
    Object.assign(this, { tasks: [], zones: [], walks: [], changes: [], trial: null, layers: null, spots: [] });
  }

  draw(view, state) {
    this.state = state;
    if (state.by === 'cells' && this.trial?.indicator === state.indicator) this.drawTrial(view, state);
    else super.draw(view, state);
    const { ctx } = this;
    ctx.setTransform(...this.toWorld);
    if (state.zones) this.drawZones();
    this.drawWalks();
    ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    if (state.zones) this.nameZones();
    this.drawChanges();
    this.spots = state.tasks ? this.drawTasks() : [];
    if (state.cross) this.drawCross();
  }

  // --- a scenario: only cells that change are painted, between what lies under and over them,
  // which stays as it is for as long as nobody moves the map
  drawTrial(view, state) {
    this.aim(view);
    const { ctx, trial } = this;
    const { under, over } = this.layersOf(state, trial.how);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(under, 0, 0);
    ctx.setTransform(...this.toWorld);
    ctx.fillStyle = this.ink('map-land');
    ctx.fill(trial.bare);
    this.fillGroups(trial.groups, trial.colours, 0.3);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(over, 0, 0);
  }

  // Have the layers ready for the first change.
  prepare(state) {
    if (state.by === 'cells' && this.view) this.layersOf(state, this.trial?.how ?? 'gains');
  }

  layersOf(state, how) {
    const { view: { x, y, k }, canvas: { width, height }, city } = this;
    const buildings = city.ground.building.start.length;
    const key = [x, y, k, width, height, buildings, state.indicator, state.area, state.cell, how].join(' ');
    if (this.layers?.key !== key) {
      const over = this.layer(() => this.drawAbove(state));
      const under = this.layer(() => {
        this.drawGround();
        if (how === 'gains') this.fillGroups(this.unmoved(state.indicator), GAINS, 0.3);
        else this.drawCells(state);
      });
      this.layers = { key, under, over };
    }
    return this.layers;
  }

  layer(paint) {
    const layer = new OffscreenCanvas(this.canvas.width, this.canvas.height);
    const { ctx } = this;
    this.ctx = layer.getContext('2d');
    paint();
    this.ctx = ctx;
    return layer.transferToImageBitmap();
  }

  // Every cell as one that neither gains nor loses.
  unmoved(number) {
    return this.once(`unmoved ${number}`, () => this.groups(
      this.city.ground.cell, this.data.cellClasses(number).map((each) => (each < 0 ? each : 1)),
      this.city.cellIds.length, this.sizesOf(number)));
  }

  sizesOf(number) { return this.data.indicators[number].of_people ? this.data.cellSizes() : null; }

  // What an answer of the server says of cells: `rows` that change, their class after, and whether
  // they gain; without an answer none changes.
  trialOf(cells, number, how) {
    const { rows, after, gain } = cells ?? { rows: [] };
    const [groups, bare] = [new Map(), new Path2D()];
    const before = this.data.cellClasses(number);
    const sizes = this.sizesOf(number);
    rows.forEach((row, n) => {
      const key = how === 'gains' ? gain[n] + 1 : after[n];
      if (!groups.has(key)) groups.set(key, new Path2D());
      this.addCell(groups.get(key), row, key < 0 || !sizes ? 1 : sizes[row]);
      if (before[row] < 0) this.addCell(bare, row, 1);
    });
    const colours = how === 'gains' ? GAINS : this.data.indicators[number].scale.colours;
    return { indicator: number, how, groups, bare, colours };
  }

  addCell(path, row, size) {
    const { cell } = this.city.ground;
    const { first, last } = this.city.cellBoxes;
    for (let ring = first[row]; ring <= last[row]; ring += 1) {
      if (size === 1) addRing(path, cell, ring, true);
      else if (size > 0) addSmallRing(path, cell, ring, size);
    }
  }

  // --- zones
  drawZones() {
    const { ctx } = this;
    const path = this.once('zones', () => zonePath(this.zones));
    ctx.fillStyle = this.hatch('light');
    ctx.globalAlpha = 0.7;
    ctx.fill(path, 'evenodd');
    ctx.globalAlpha = 1;
    ctx.setLineDash([6 * this.px, 3 * this.px]);
    this.cased(path, 1.75, this.ink('map-ink'), 4, 0.8);
    ctx.setLineDash([]);
  }

  nameZones() {
    if (this.view.k < 0.05) return;
    const taken = [];
    for (const zone of this.zones) {
      if (zone.rings.length) this.nameAt(pick(zone.kind), ...zone.rings[0][0], taken, { width: 140 });
    }
  }

  setZones(zones) {
    this.zones = zones;
    this.cache.delete('zones');
  }

  // --- the walk of an explanation
  drawWalks() {
    const { ctx } = this;
    for (const { points } of this.walks) {
      if (!points.length) continue;
      const path = new Path2D();
      points.forEach(([x, y], n) => (n ? path.lineTo(x, y) : path.moveTo(x, y)));
      this.cased(path, 3.5, this.ink('map-ink'), 7, 1);
      this.dot(...points[0], 5, '#fff');
      this.dot(...points[points.length - 1], 5, this.ink('map-ink'));
    }
    ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    for (const { points, name } of this.walks) {
      if (points.length) this.nameAt(name, ...points[points.length - 1], [], { bold: true, lift: -13, force: true });
    }
    ctx.setTransform(...this.toWorld);
  }

  // --- tasks: a shape for each light; those that lie on each other are one mark with their number
  drawTasks() {
    const { ctx } = this;
    const spots = this.clusters();
    for (const spot of spots) {
      const size = spot.tasks.length > 1 ? 10 : 7;
      lightShape(ctx, spot.light, spot.x, spot.y, size + 2);
      ctx.fillStyle = '#fff';
      ctx.fill();
      lightShape(ctx, spot.light, spot.x, spot.y, size);
      ctx.fillStyle = INK[spot.light] ?? '#fff';
      ctx.fill();
      ctx.strokeStyle = this.ink('map-ink');
      ctx.lineWidth = 1.25;
      ctx.stroke();
      if (spot.tasks.length > 1) this.counted(spot);
    }
    return spots;
  }

  counted(spot) {
    const { ctx } = this;
    ctx.font = `700 11px ${getComputedStyle(document.body).fontFamily}`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    this.haloed(String(spot.tasks.length), spot.x + 13, spot.y);
  }

  clusters() {
    const found = new Map();
    for (const task of this.tasks) {
      const at = this.placeOf(task);
      if (!at) continue;
      const [x, y] = this.onScreen(...at);
      if (x < -20 || y < -20 || x > this.width + 20 || y > this.height + 20) continue;
      const key = `${Math.round(x / CLUSTER)} ${Math.round(y / CLUSTER)}`;
      const spot = found.get(key);
      if (!spot) found.set(key, { x, y, light: task.light, tasks: [task] });
      else {
        spot.tasks.push(task);
        if (PRESSING.indexOf(task.light) < PRESSING.indexOf(spot.light)) spot.light = task.light;
      }
    }
    return [...found.values()];
  }

  // Where a task stands: at its point, else in the middle of its area.
  placeOf(task) {
    if (task.x != null) return [task.x, task.y];
    const label = this.labels[task.area];
    return label ? [label.x, label.y] : null;
  }

  spotAt(sx, sy) {
    return this.spots.find((spot) => Math.hypot(spot.x - sx, spot.y - sy) < 16);
  }

  // --- changes of a scenario, numbered: a pin, so that the cells around it are seen
  drawChanges() {
    const { ctx } = this;
    const taken = [];
    this.changes.forEach((change, n) => {
      if (!change.at) return;
      const [x, y] = this.onScreen(...change.at);
      const box = [x - 10, y - 36, x + 10, y - 16];
      const hides = taken.some((other) => overlap(box, other));
      taken.push(box);
      this.pin(x, y, hides ? 0 : 26);
      if (hides) return;
      ctx.font = `700 11px ${getComputedStyle(document.body).fontFamily}`;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
      ctx.fillStyle = '#fff';
      ctx.fillText(String(n + 1), x, y - 25.5);
    });
  }

  pin(x, y, height) {
    const { ctx } = this;
    const marks = [[x, y, 3.5], ...(height ? [[x, y - height, 11]] : [])];
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x, y - height);
    ctx.lineWidth = 2;
    ctx.strokeStyle = this.ink('map-ink');
    ctx.stroke();
    ctx.fillStyle = this.ink('map-ink');
    ctx.strokeStyle = '#fff';
    for (const [atX, atY, radius] of marks) {
      ctx.beginPath();
      ctx.arc(atX, atY, radius, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
  }

  // Which point Enter means, while the map has the focus of the keyboard.
  drawCross() {
    const { ctx } = this;
    const [x, y] = [this.width / 2, this.height / 2];
    for (const [colour, width] of [['#fff', 4], [this.ink('map-ink'), 1.5]]) {
      ctx.beginPath();
      ctx.moveTo(x - 9, y);
      ctx.lineTo(x + 9, y);
      ctx.moveTo(x, y - 9);
      ctx.lineTo(x, y + 9);
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.stroke();
    }
  }
}

function zonePath(zones) {
  const path = new Path2D();
  for (const { rings } of zones) {
    for (const ring of rings) {
      ring.forEach(([x, y], n) => (n ? path.lineTo(x, y) : path.moveTo(x, y)));
      path.closePath();
    }
  }
  return path;
}

// Red is a square, yellow a diamond, green a circle, without a deadline a ring: as in lists.
export function lightShape(ctx, light, x, y, size) {
  ctx.beginPath();
  if (light === 'red') ctx.rect(x - size * 0.85, y - size * 0.85, size * 1.7, size * 1.7);
  else if (light === 'yellow') {
    ctx.moveTo(x, y - size * 1.15);
    ctx.lineTo(x + size * 1.15, y);
    ctx.lineTo(x, y + size * 1.15);
    ctx.lineTo(x - size * 1.15, y);
    ctx.closePath();
  } else ctx.arc(x, y, size, 0, 2 * Math.PI);
}
