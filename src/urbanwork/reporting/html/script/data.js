// The examination as the panel and the map ask for it: by cell, by area, by class.
class Data {
  constructor({ header, arrays }) {
    Object.assign(this, { header, arrays });
    this.indicators = header.indicators;
    this.estimated = header.estimated;
    this.grouped = header.grouped;
    this.states = header.states;
    this.columns = header.areas.length;
    this.names = header.areas.map((area) => area.name);
    this.areaNames = this.names.slice(1);
    this.areaIds = header.areas.slice(1).map((area) => area.id);
    this.indicators.forEach((indicator, n) => { indicator.number = n; });
    this.kept = new Map();
  }

  peopleOf(column) { return this.header.people[column]; }

  cellArea(cell) { return this.arrays.area[cell] - 1; }

  // Whether an indicator says something of cells; one from tables speaks of areas alone.
  hasCells(indicator) {
    return this.arrays.people.length > 0 && `state_${indicator.number}` in this.arrays;
  }

  state(indicator, cell) {
    const states = this.arrays[`state_${indicator.number}`];
    return states ? states[cell] : NO_DATA;
  }

  value(indicator, cell) {
    const values = this.arrays[`value_${indicator.number}`];
    return values && !Number.isNaN(values[cell]) ? values[cell] : null;
  }

  distance(indicator, cell) {
    const ways = this.arrays[`distance_${indicator.number}`];
    return ways && ways[cell] !== 0xffffffff ? ways[cell] : null;
  }

  row(indicator, column) {
    const at = indicator.number * this.columns + column;
    const { grid } = this.header;
    const row = {};
    for (const key of ['value', 'lower', 'upper', 'coverage', 'numerator', 'denominator', 'people_short', 'grade']) row[key] = grid[key][at];
    row.provisional = grid.provisional[at] === 1;
    row.reason = grid.reason[at] >= 0 ? Object.keys(WORDS.reasons)[grid.reason[at]] : null;
    row.note = grid.notes[at] ? pick(grid.notes[at]) : '';
    return row;
  }

  areasWorstFirst(indicator) {
    const sign = indicator.better === 'lower' || indicator.better === 'neither' ? -1 : 1;
    const values = this.areaIds.map((_, area) => this.row(indicator, area + 1).value);
    return this.areaIds.map((_, area) => area).sort((a, b) => (values[a] == null) - (values[b] == null) || sign * (values[a] - values[b]) || a - b);
  }

  worstCells(indicator, area) {
    const { people } = this.arrays;
    const cells = [];
    for (let cell = 0; cell < people.length; cell += 1) {
      if (this.cellArea(cell) === area && this.state(indicator, cell) === NOT_REACHED && people[cell] > 0) cells.push(cell);
    }
    return cells.sort((a, b) => people[b] - people[a] || a - b).slice(0, 5);
  }

  classOf(scale, value) {
    let k = 0;
    while (k < scale.breaks.length && (scale.below ? value > scale.breaks[k] : value >= scale.breaks[k])) k += 1;
    return k;
  }

  cellClasses(number_) {
    const indicator = this.indicators[number_];
    return this.once(`c${number_}`, () => Int8Array.from(this.arrays.people, (_, cell) => this.cellClass(indicator, cell)));
  }

  cellClass(indicator, cell) {
    const code = this.state(indicator, cell);
    if (code === NO_DATA) return -1;
    if (code === EMPTY) return -3;
    if (code === UNKNOWN) return -2;
    const { scale } = indicator;
    if (indicator.by_distance) {
      const way = this.distance(indicator, cell);
      return way == null ? scale.breaks.length : this.classOf(scale, way / 100);
    }
    const value = this.value(indicator, cell);
    return value == null ? -1 : this.classOf(scale, value);
  }

  // Half of all people live in cells with at least `peopleRef`; those are drawn whole.
  get peopleRef() {
    return this.once('ref', () => {
      const sorted = Array.from(this.arrays.people).filter((each) => each > 0).sort((a, b) => b - a);
      const half = sorted.reduce((sum, each) => sum + each, 0) / 2;
      let sum = 0;
      return sorted.find((each) => { sum += each; return sum >= half; }) || 1;
    });
  }

  cellSizes() {
    return this.once('sizes', () => Float32Array.from(this.arrays.people, (people) => (people < 0.5 ? 0 : Math.min(1, Math.max(0.16, Math.sqrt(people / this.peopleRef))))));
  }

  areaClasses(number_) {
    const indicator = this.indicators[number_];
    return this.once(`a${number_}`, () => Int8Array.from(this.areaIds, (_, area) => {
      const { value, reason } = this.row(indicator, area + 1);
      if (value != null) return this.classOf(indicator.area_scale, value);
      return reason === 'beyond_edge' ? -2 : reason === 'no_people' ? -3 : -1;
    }));
  }

  once(key, make) {
    if (!this.kept.has(key)) this.kept.set(key, make());
    return this.kept.get(key);
  }
}
