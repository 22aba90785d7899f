// Explains one number: of the city, an area or a cell. Every text is made here, in one language.
class Panel {
  constructor(node, data, city, walks, go) {
    Object.assign(this, { node, data, city, walks, go });
  }

  show(state) {
    const indicator = this.data.indicators[state.indicator];
    const parts = state.cell >= 0 ? this.ofCell(indicator, state) : this.ofArea(indicator, state);
    this.node.replaceChildren(this.closing(), ...parts.filter(Boolean));
    this.node.hidden = false;
    this.node.scrollTop = 0;
  }

  closing() {
    const cross = svg('svg', { viewBox: '0 0 18 18', 'aria-hidden': 'true' }, svg('path', { d: 'M3 3l12 12M15 3L3 15' }));
    return el('button', { type: 'button', class: 'close', 'aria-label': t('close'), onclick: () => this.go({ cell: -1, area: -1, open: false }) }, cross);
  }

  part(title, ...children) {
    const kept = children.filter((child) => child != null && child !== '');
    return kept.length ? el('section', {}, el('h4', {}, title), ...kept) : null;
  }

  // --- a cell
  ofCell(indicator, state) {
    const { data } = this;
    const cell = state.cell;
    const area = data.cellArea(cell);
    const found = this.reach(indicator, cell);
    return [
      el('p', { class: 'place' }, t('cell_in', { area: area >= 0 ? pick(data.areaNames[area]) : '–' })),
      el('h3', {}, pick(indicator.title)),
      this.cellVerdict(indicator, cell, found),
      el('p', { class: 'small quiet' }, data.grouped > 1 ? t('grouped', { n: data.grouped }) : this.cellPeople(cell)),
      this.working(indicator, cell, found),
      this.nearestPart(indicator, cell, found),
      this.part(t('how'), el('p', { class: 'formula' }, pick(indicator.formula))),
      this.standardPart(indicator),
      this.part(t('limits'), el('p', {}, pick(indicator.limits))),
      this.commandPart(indicator, `--cell ${this.city.cellIds[cell]}`),
    ];
  }

  cellPeople(cell) {
    const people = this.data.arrays.people[cell];
    if (!(people > 0)) return t('nobody');
    const range = [this.data.arrays.people_lower[cell], this.data.arrays.people_upper[cell]];
    return t('people_here', { people: peopleText(people, ...range, this.data.estimated) });
  }

  cellVerdict(indicator, cell, found) {
    const code = this.data.state(indicator, cell);
    const distance = this.data.distance(indicator, cell);
    const value = this.data.value(indicator, cell);
    const words = {
      [NO_DATA]: t('no_data_long'), [REACHED]: t('reached'), [NOT_REACHED]: t('not_reached'),
      [UNKNOWN]: t('unknown_long'), [MEASURED]: t('measured_long'), [EMPTY]: t('empty_long'),
    }[code];
    const walked = found.length === 1 && found[0].path ? found[0].path.total : null;
    const way = distance ?? walked;
    const big = indicator.by_distance ? (way == null || code === NO_DATA ? null : this.wayText(indicator, way))
      : value != null && code !== NO_DATA ? valued(value, indicator.unit) : null;
    const drawn = { [REACHED]: 'good', [NOT_REACHED]: 'poor', [NO_DATA]: 'no_data', [UNKNOWN]: 'no_data' }[code];
    return el('div', { class: 'verdict', 'data-state': this.data.states[code], 'data-distance': distance ?? '' },
      big ? el('p', { class: 'big number' }, big) : null,
      el('p', { class: 'grade' }, drawn ? gradeShape(drawn) : null, words));
  }

  wayText(indicator, hundredths) {
    return withUnit(number(hundredths / 100), indicator.limit ? indicator.limit[1] : 'm');
  }

  // What the walk says: for every category the nearest places and, where it can be walked, the path.
  reach(indicator, cell) {
    const key = `${indicator.id} ${cell}`;
    if (this.kept?.key !== key) this.kept = { key, found: this.reached(indicator, cell) };
    return this.kept.found;
  }

  reached(indicator, cell) {
    const distance = this.data.distance(indicator, cell);
    const isWalked = this.walks && !/straight|buffer|fire/.test(indicator.measure) && this.data.grouped === 1;
    if (!isWalked || !indicator.parts.length || this.data.state(indicator, cell) === NO_DATA) return [];
    return indicator.parts.map(({ category, limit }) => {
      let near = this.walks.nearest(cell, category, Infinity);
      if (indicator.parts.length === 1 && distance != null) {
        const exact = near.findIndex((way) => Math.abs(way.total - distance) <= 1);
        if (exact > 0) near = near.slice(exact);
      }
      near = near.slice(0, 3);
      const path = near.length ? this.walks.path(cell, near[0]) : null;
      if (path) path.place = near[0].place;
      return { category, limit, near, path };
    });
  }

  working(indicator, cell, found) {
    if (found.length !== 1 || !found[0].path) return null;
    const { path } = found[0];
    const row = (cm, words, total) => el('tr', total ? { class: 'total' } : {},
      el('td', { class: 'number' }, withUnit(grouped(cm / 100), 'm')), el('td', {}, words));
    const metres = [path.before, path.along, path.after].map((cm) => Math.round(cm / 100) * 100);
    metres[1] = Math.round(path.total / 100) * 100 - metres[0] - metres[2];
    const limit = found[0].limit;
    const compared = limit == null ? '' : ` ${path.total / 100 <= limit ? '≤' : '>'} ${valued(limit, 'm')} (${t('limit')})`;
    return this.part(t('walk'), el('table', { class: 'sum', 'data-path-cm': path.total }, el('tbody', {},
      row(metres[0], t('from_home')), row(metres[1], t('along')), row(metres[2], t('to_door')),
      row(path.total, this.city.nameOfPlace(path.place) || t('unnamed'), true))), compared ? el('p', { class: 'small number' }, withUnit(grouped(path.total / 100), 'm') + compared) : '',
      this.closer());
  }

  nearestPart(indicator, cell, found) {
    if (!found.length) return this.elsewhere(indicator);
    if (found.length > 1) return this.partsList(found);
    const [{ near, path }] = found;
    if (!near.length) return this.part(t('nearest'), el('p', {}, t('no_path')));
    const rows = near.map((way) => el('li', {}, el('span', {}, this.city.nameOfPlace(way.place) || t('unnamed')),
      el('span', { class: 'number' }, withUnit(number(way.total / 100), 'm'))));
    const streets = path.streets.filter((street) => street.length >= 100);
    const via = streets.slice(0, 7).map(({ name, length }) => `${name || t('unnamed_way')} (${withUnit(number(length / 100), 'm')})`);
    return this.part(t('nearest'), el('ol', {}, ...rows),
      via.length ? el('p', { class: 'small quiet' }, via.join(' → ') + (streets.length > 7 ? ' …' : '')) : '');
  }

  partsList(found) {
    const within = found.filter(({ near, limit }) => near.length && (limit == null || near[0].total / 100 <= limit));
    const rows = found.map((part) => {
      const way = part.near[0];
      const name = way ? this.city.nameOfPlace(way.place) || t('unnamed') : t('no_path');
      return el('li', {}, el('span', {}, gradeShape(within.includes(part) ? 'good' : 'poor'), ` ${this.categoryName(part.category)}: ${name}`),
        el('span', { class: 'number' }, way ? withUnit(number(way.total / 100), 'm') : ''));
    });
    return this.part(t('of_parts', { n: within.length, m: found.length }), el('ol', {}, ...rows), this.closer());
  }

  closer() {
    return el('button', { type: 'button', class: 'closer', onclick: () => this.go({ near: true }) }, t('closer'));
  }

  categoryName(category) {
    const titles = this.city.header.category_titles || {};
    return titles[category] ? pick(titles[category]) : category.replaceAll('_', ' ');
  }

  elsewhere(indicator) {
    if (!indicator.parts.length) return null;
    if (/straight|buffer/.test(indicator.measure)) return el('section', {}, el('p', { class: 'quiet' }, t('beeline')));
    if (/fire/.test(indicator.measure)) return el('section', {}, el('p', { class: 'quiet' }, t('driven')));
    return this.walks ? null : el('section', {}, el('p', { class: 'quiet' }, t('paths_elsewhere')));
  }

  // --- an area or the city
  ofArea(indicator, state) {
    const { data } = this;
    const column = state.area + 1;
    const row = data.row(indicator, column);
    const name = column === 0 ? pick(data.names[0]) : pick(data.areaNames[state.area]);
    return [
      el('p', { class: 'place' }, column === 0 ? `${name} · ${t('whole')}` : name),
      el('h3', {}, pick(indicator.title)),
      this.areaVerdict(indicator, row),
      this.gauge(indicator, row),
      el('p', { class: 'small quiet' }, data.peopleOf(column) > 0 ? t('people_area', { people: this.areaPeople(column) }) : ''),
      row.value == null ? null : this.part(t('numbers_in'), el('p', { class: 'worked number' }, this.sum(indicator, row)), ...this.doubts(indicator, row)),
      this.part(t('how'), el('p', { class: 'formula' }, pick(indicator.formula))),
      this.standardPart(indicator),
      this.part(t('limits'), el('p', {}, pick(indicator.limits))),
      this.placesToGo(indicator, state),
      this.commandPart(indicator, column === 0 ? '' : `--area ${shellWord(data.areaIds[state.area])}`),
    ];
  }

  areaPeople(column) {
    const { header } = this.data;
    return peopleText(header.people[column], header.people_lower[column], header.people_upper[column], this.data.estimated);
  }

  areaVerdict(indicator, row) {
    const grade = Object.keys(WORDS.grades)[row.grade] || 'no_data';
    const why = row.value == null ? row.note || (row.reason ? pick(WORDS.reasons[row.reason]) : '') : '';
    return el('div', { class: 'verdict' },
      row.value == null ? null : el('p', { class: 'big number' }, valued(row.value, indicator.unit)),
      el('p', { class: 'grade' }, gradeShape(grade), pick(WORDS.grades[grade])),
      why ? el('p', { class: 'small' }, why) : null,
      row.provisional ? el('p', { class: 'small quiet' }, t('provisional')) : null);
  }

  sum(indicator, row) {
    const support = pick(indicator.support);
    const scale = row.numerator ? (row.value * row.denominator) / row.numerator : 1;
    const factor = Math.abs(scale - 1) < 1e-3 ? '' : ` × ${number(scale)}`;
    const about = indicator.estimated && this.data.estimated ? '≈ ' : '';
    const gap = language.now === 'zh' ? `（${support}）` : ` (${support})`;
    return `${about}${number(row.numerator)} ÷ ${number(row.denominator)}${gap}${factor} = ${valued(row.value, indicator.unit)}`;
  }

  doubts(indicator, row) {
    const range = ranged(row.lower, row.upper, indicator.unit);
    const out = [];
    if (row.coverage != null && row.coverage < 0.9995) out.push(t('coverage', { share: `${percent(row.coverage * 100)}%` }));
    if (range && range !== valued(row.value, indicator.unit)) out.push(t('range_is', { range }));
    if (row.people_short > 0) {
      const gap = language.now === 'zh' ? '' : ' ';
      out.push(peopleText(row.people_short, null, null, this.data.estimated) + gap + t('short_people') + (language.now === 'zh' ? '。' : '.'));
    }
    return out.map((words) => el('p', {}, words));
  }

  // Value, range and threshold on one line.
  gauge(indicator, row) {
    if (row.value == null) return null;
    const asked = indicator.standard ? indicator.standard.value : null;
    const top = indicator.unit === '%' ? 100 : 1.1 * Math.max(row.value, row.upper ?? 0, asked ?? 0, 1e-9);
    const at = (value) => 6 + 314 * Math.min(1, Math.max(0, value / top));
    const box = svg('svg', { class: 'gauge', viewBox: '0 0 326 40', 'aria-hidden': 'true' },
      svg('path', { d: 'M6 26H320', stroke: '#d8dbdf', 'stroke-width': 2 }));
    if (row.lower != null) box.append(svg('path', { d: `M${at(row.lower)} 26H${at(row.upper)}`, stroke: '#5f84a8', 'stroke-width': 8, opacity: 0.55 }));
    if (asked != null) {
      box.append(svg('path', { d: `M${at(asked)} 14V36`, stroke: '#14171c', 'stroke-width': 1.5, 'stroke-dasharray': '3 2' }),
        svg('text', { x: Math.min(at(asked), 296), y: 10, 'text-anchor': at(asked) > 240 ? 'end' : 'middle' }, `${t('asked')} ${pick(indicator.standard.bound)}`));
    }
    box.append(svg('circle', { cx: at(row.value), cy: 26, r: 5.5, fill: '#14171c', stroke: '#fff', 'stroke-width': 1.5 }));
    return box;
  }

  placesToGo(indicator, state) {
    const { data } = this;
    const button = (words, change) => el('button', { type: 'button', onclick: () => this.go(change) }, words);
    if (state.area < 0) {
      const order = data.areasWorstFirst(indicator);
      return this.part(t('by_area'), el('ol', { class: 'cells' }, ...order.map((area) => el('li', {},
        button(pick(data.areaNames[area]), { area, cell: -1 }), el('span', { class: 'number' }, valued(data.row(indicator, area + 1).value, indicator.unit))))));
    }
    const cells = data.worstCells(indicator, state.area);
    const way = (cell) => (data.distance(indicator, cell) == null ? '' : this.wayText(indicator, data.distance(indicator, cell)));
    return this.part(t('worst_cells'), el('ol', { class: 'cells' }, ...cells.map((cell) => el('li', {},
      button(peopleText(data.arrays.people[cell], null, null, data.estimated), { cell, area: -1, by: 'cells', near: true }), el('span', { class: 'number' }, way(cell))))));
  }

  standardPart(indicator) {
    const { standard } = indicator;
    if (!standard) return this.part(t('standard'), el('p', { class: 'quiet' }, t('no_standard')));
    const clause = pick(standard.clause);
    const where = [pick(standard.edition), clause ? `${t('clause')} ${clause}` : ''].filter(Boolean).join(', ');
    return this.part(t('standard'),
      el('p', {}, el('strong', {}, pick(standard.bound)), ` · ${pick(standard.document)}${where ? `, ${where}` : ''}`),
      el('p', { class: 'quiet' }, `${pick(WORDS.strengths[standard.strength])} · ${t('confidence')}: ${pick(WORDS.confidences[standard.confidence])}`));
  }

  commandPart(indicator, where) {
    return this.part(t('recompute'), el('pre', {}, `urbanwork explain CITY ${indicator.id}${where ? ` ${where}` : ''}`));
  }
}

function shellWord(word) {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function gradeShape(grade) {
  const circle = (kind) => svg('circle', { cx: 6.5, cy: 6.5, r: 5, class: kind });
  const inside = {
    good: [circle('mark-ink')],
    fair: [circle('mark-line'), svg('path', { d: 'M6.5 1.5a5 5 0 0 0 0 10z', class: 'mark-ink' })],
    poor: [circle('mark-line')],
    no_standard: [svg('path', { d: 'M2 6.5h9', class: 'mark-line' })],
    no_data: [svg('path', { d: 'M1.5 1.5h10v10h-10zM1.5 7l5.5-5.5M2 11.5L11.5 2M6 11.5l5.5-5.5', class: 'mark-line' })],
  }[grade];
  return svg('svg', { class: 'shape', viewBox: '0 0 13 13', 'aria-hidden': 'true' }, ...inside);
}
