// The scene of the report with what the office puts on top: zones, tasks, changes of a scenario.
/* global Scene, addRing, overlap, pick, language */
const INK = { red: '#c62828', yellow: '#f2c200', green: '#1a7f37', '': '#ffffff' };
const PRESSING = ['red', 'yellow', 'green', ''];
const GAINS = ['#5b2a86', '#c9cdd3', '#1d8a83'];
const CLUSTER = 34;

export class OfficeScene extends Scene {
  constructor(canvas, city, data) {
    super(canvas, city, data);
    Object.assign(this, { tasks: [], zones: [], walks: [], trial: null, spots: [] });
  }

  draw(view, state) {
    this.state = state;
    super.draw(view, state);
    const { ctx } = this;
    ctx.setTransform(...this.toWorld);
    if (state.zones) this.drawZones();
    this.drawWalks();
    ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    if (state.zones) this.nameZones();
    if (this.trial) this.drawChanges();
    this.spots = state.tasks ? this.drawTasks() : [];
    if (state.cross) this.drawCross();
  }

  // Cells of a scenario: who gains and who loses, or the classes that it leaves.
  drawCells(state) {
    if (!this.trial || this.trial.indicator !== state.indicator) { super.drawCells(state); return; }
    const { trial, city, data } = this;
    const indicator = data.indicators[state.indicator];
    if (!trial.groups) trial.groups = this.groups(city.ground.cell, trial.classes, city.cellIds.length, indicator.of_people ? data.cellSizes() : null);
    this.fillGroups(trial.groups, trial.colours, 0.3);
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

  // --- changes of a scenario, numbered
  drawChanges() {
    const { ctx } = this;
    const taken = [];
    this.trial.changes.forEach((change, n) => {
      if (!change.at) return;
      const [x, y] = this.onScreen(...change.at);
      const box = [x - 10, y - 10, x + 10, y + 10];
      const hides = taken.some((other) => overlap(box, other));
      taken.push(box);
      ctx.beginPath();
      ctx.arc(x, y, hides ? 4 : 11, 0, 2 * Math.PI);
      ctx.fillStyle = this.ink('map-ink');
      ctx.strokeStyle = '#fff';
      ctx.lineWidth = 2;
      ctx.fill();
      ctx.stroke();
      if (hides) return;
      ctx.font = `700 11px ${getComputedStyle(document.body).fontFamily}`;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
      ctx.fillStyle = '#fff';
      ctx.fillText(String(n + 1), x, y + 0.5);
    });
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

  // The classes and colours of what a scenario does: `answer.cells` names the rows that change.
  try(answer, indicator, how) {
    if (!answer) { this.trial = null; return; }
    const { cells, changes } = answer;
    const before = indicator < 0 ? new Int8Array(0) : this.data.cellClasses(indicator);
    const classes = how === 'gains' ? before.map((each) => (each < 0 ? each : 1)) : before.slice();
    if (cells) cells.rows.forEach((row, n) => { classes[row] = how === 'gains' ? cells.gain[n] + 1 : cells.after[n]; });
    const colours = how === 'gains' ? GAINS : (cells?.scale ?? this.data.indicators[indicator].scale).colours;
    this.trial = { changes, indicator, classes, colours, groups: null };
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
