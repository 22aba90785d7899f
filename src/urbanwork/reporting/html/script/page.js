// Brings the page to life: state, its copy in the address, and who listens to whom.
class Page extends Sheet {
  constructor(city, data) {
    super();
    Object.assign(this, { city, data });
    this.stage = $('stage');
    this.canvas = $('canvas');
    this.map = $('map');
    this.state = { indicator: 0, by: 'cells', cell: -1, area: -1, open: false };
    this.canvas.hidden = false;
    $('static-map').hidden = true;
    this.walks = city.hasPaths && data.grouped === 1 ? new Walks(city) : null;
    this.scene = new Scene(this.canvas, city, data);
    this.panel = new Panel($('panel'), data, city, this.walks, (change) => this.change(change));
    this.camera = new Camera(this.stage, this.canvas, city, {
      onChange: () => this.later(), onPick: (point) => this.pick(point), onHover: (at) => this.hover(at),
      onHome: () => this.goHome(),
      isFull: () => this.map.classList.contains('full'),
    });
    this.listen();
  }

  start() {
    this.measure();
    this.fillSelect();
    this.readHash();
    this.render();  // first the words, for the room that they leave decides the view
    if (!this.viewFromHash) this.goHome();
    if (this.state.open && !this.viewFromHash) this.change({});
    this.draw();
  }

  // Cells where they are wanted and the indicator has values in them; else areas.
  get by() {
    const indicator = this.data.indicators[this.state.indicator];
    return this.state.by === 'cells' && this.data.hasCells(indicator) ? 'cells' : 'areas';
  }

  // --- the state and its copy in the address
  readHash() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const first = document.querySelector('#indicator option').value;
    const at = (id) => this.data.indicators.findIndex((indicator) => indicator.id === id);
    const cell = wanted.get('cell') ? this.city.cellIds.indexOf(wanted.get('cell')) : -1;
    const area = wanted.get('area') ? this.data.areaIds.indexOf(wanted.get('area')) : -1;
    this.state = {
      indicator: Math.max(0, at(wanted.get('i')) >= 0 ? at(wanted.get('i')) : at(this.first ?? first)),
      by: wanted.get('by') === 'areas' ? 'areas' : 'cells', cell, area,
      open: cell >= 0 || area >= 0 || wanted.get('area') === 'city',
    };
    const view = (wanted.get('at') || '').split(',').map(Number);
    this.viewFromHash = view.length === 3 && view.every(Number.isFinite) && view[2] > 0;
    if (this.viewFromHash) this.camera.view = { x: view[0], y: view[1], k: view[2] };
  }

  writeHash() {
    const { state, camera: { view } } = this;
    const wanted = new URLSearchParams({ lang: language.now, i: this.data.indicators[state.indicator].id, by: state.by });
    if (state.cell >= 0) wanted.set('cell', this.city.cellIds[state.cell]);
    else if (state.area >= 0) wanted.set('area', this.data.areaIds[state.area]);
    else if (state.open) wanted.set('area', 'city');
    wanted.set('at', [view.x.toFixed(0), view.y.toFixed(0), view.k.toPrecision(4)].join(','));
    try { history.replaceState(null, '', `#${wanted}`); } catch { location.hash = wanted; }
  }

  change({ near, ...next }) {
    const before = this.state;
    this.state = { ...before, ...next };
    this.render();
    const isChosen = this.state.cell >= 0 || this.state.area >= 0;
    if (near && isChosen) this.camera.fit(this.chosenBox(), this.rooms().slice(-1));
    else if (isChosen && this.state.open) this.camera.reveal(this.chosenBox(), this.rooms().slice(-1)[0]);
    this.writeHash();
  }

  render() {
    const { state, data } = this;
    const indicator = data.indicators[state.indicator];
    $('indicator').value = indicator.id;
    $('question').textContent = pick(indicator.question);
    drawLegend($('legend'), indicator, this.by, data);
    for (const button of document.querySelectorAll('[data-by]')) {
      button.setAttribute('aria-pressed', String(button.dataset.by === this.by));
      button.disabled = button.dataset.by === 'cells' && !data.hasCells(indicator);
    }
    for (const button of document.querySelectorAll('button[data-indicator]')) {
      if (button.dataset.indicator === indicator.id) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
    this.choosePlaces(indicator);
    this.scene.paths = state.cell >= 0 ? this.panel.reach(indicator, state.cell).map((part) => part.path).filter(Boolean) : [];
    if (state.open) this.panel.show(state);
    else $('panel').hidden = true;
    this.draw();
  }

  seen() { return { ...this.state, by: this.by }; }

  goHome() {
    this.camera.fit(this.city.home, this.rooms());
  }

  // What the cards and the panel leave free of the stage: beside them, or between them.
  rooms() {
    const stage = this.stage.getBoundingClientRect();
    const panel = $('panel').hidden ? null : $('panel').getBoundingClientRect();
    const isWide = innerWidth > 860;
    const room = { left: 16, right: 16, top: 16, bottom: 40 };
    if (panel && isWide) room.right = stage.right - panel.left + 64;
    if (panel && !isWide) room.bottom = Math.min(stage.height - 80, Math.max(40, stage.bottom - panel.top + 16));
    if (!isWide) return [room];
    const [choose, key] = ['.map-choose', '.map-key'].map((name) => this.map.querySelector(name).getBoundingClientRect());
    const tools = panel ? room.right : 72;
    return [
      { ...room, left: choose.right - stage.left + 16, right: tools },
      { ...room, right: tools, top: choose.bottom - stage.top + 16, bottom: stage.bottom - key.top + 16 },
    ];
  }

  // The chosen cell with its walk, or the chosen area.
  chosenBox() {
    const { state, city, scene } = this;
    if (state.cell < 0) return city.areaBoxes.box.slice(state.area * 4, state.area * 4 + 4);
    const box = city.cellBoxes.box.slice(state.cell * 4, state.cell * 4 + 4);
    for (const walk of scene.paths) {
      for (const [x, y] of [walk.home, walk.door, ...walk.points]) {
        box[0] = Math.min(box[0], x);
        box[1] = Math.min(box[1], y);
        box[2] = Math.max(box[2], x);
        box[3] = Math.max(box[3], y);
      }
    }
    return box;
  }

  // --- choosing
  pick([x, y]) {
    const cell = this.city.under('cell', x, y);
    const area = this.city.under('area', x, y);
    if (this.by === 'areas') this.change({ cell: -1, area, open: area >= 0 });
    else this.change({ cell, area: -1, open: cell >= 0 });
    if (this.state.open) this.tell();
  }

  tell() {
    const { panel } = this;
    $('said').textContent = panel.node.querySelector('.verdict')?.textContent || '';
  }

  hover(at) {
    const tip = $('tip');
    if (!at) { tip.hidden = true; return; }
    const [x, y] = this.camera.toWorld(...at);
    const words = this.tipWords(x, y);
    tip.hidden = !words;
    tip.textContent = words || '';
    tip.style.left = `${Math.min(at[0] + 14, this.stage.clientWidth - tip.offsetWidth - 4)}px`;
    tip.style.top = `${Math.max(4, at[1] - 34)}px`;
  }

  tipWords(x, y) {
    const { data, state } = this;
    const indicator = data.indicators[state.indicator];
    const area = this.city.under('area', x, y);
    if (this.by === 'areas') {
      if (area < 0) return '';
      const row = data.row(indicator, area + 1);
      return `${pick(data.areaNames[area])}: ${row.value == null ? t('no_data') : valued(row.value, indicator.unit)}`;
    }
    const cell = this.city.under('cell', x, y);
    if (cell < 0) return '';
    const code = data.state(indicator, cell);
    const plain = { [NO_DATA]: t('no_data'), [UNKNOWN]: t('unknown'), [EMPTY]: t('empty') }[code];
    if (plain) return plain;
    const way = data.distance(indicator, cell);
    const value = indicator.by_distance ? (way == null ? t('not_reached') : this.panel.wayText(indicator, way)) : valued(data.value(indicator, cell), indicator.unit);
    return `${value} · ${peopleText(data.arrays.people[cell], null, null, data.estimated)}`;
  }

  showIndicator(id, area, toMap) {
    const indicator = this.data.indicators.findIndex((each) => each.id === id);
    if (indicator < 0) return;
    const at = area ? this.data.areaIds.indexOf(area) : -1;
    this.change({ indicator, area: at, cell: -1, open: at >= 0, near: at >= 0 });
    const narrow = innerWidth <= 860;
    if (toMap || narrow) this.map.scrollIntoView({ block: 'start' });
  }

  fillSelect() {
    const select = $('indicator');
    this.first = this.first ?? select.value;
    const groups = this.data.header.dimensions.map(({ id, title }) => el('optgroup', { label: pick(title) },
      ...this.data.indicators.filter((each) => each.dimension === id).map((each) => el('option', { value: each.id }, pick(each.title)))));
    select.replaceChildren(...groups);
    select.disabled = false;
  }

  // --- listening
  listen() {
    $('indicator').addEventListener('change', (event) => this.showIndicator(event.target.value));
    document.addEventListener('click', (event) => {
      const button = event.target.closest('button[data-indicator]');
      if (button) this.showIndicator(button.dataset.indicator, button.dataset.area, button.dataset.go === 'map');
    });
    for (const button of document.querySelectorAll('[data-by]')) button.addEventListener('click', () => this.change({ by: button.dataset.by, cell: -1, area: -1, open: false }));
    for (const button of document.querySelectorAll('[data-map]')) button.addEventListener('click', () => this.tool(button));
    $('explain-city').addEventListener('click', () => { this.change({ cell: -1, area: -1, open: true }); $('panel').focus(); });
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.escape(); });
    addEventListener('hashchange', () => { if (location.hash.includes('=')) { this.readHash(); setLanguage(wantedLanguage()); } });
    for (const details of document.querySelectorAll('.area-tables')) details.addEventListener('toggle', () => labelCells(details), { once: true });
    new ResizeObserver(() => { if (this.stage.clientWidth && !this.printing) { this.measure(); this.draw(); } }).observe(this.stage);
    addEventListener('beforeprint', () => this.toPaper());
    addEventListener('afterprint', () => this.fromPaper());
  }

  tool(button) {
    const act = { in: () => this.camera.zoom(1.6), out: () => this.camera.zoom(1 / 1.6), home: () => this.goHome(), full: () => this.full(button) };
    act[button.dataset.map]();
  }

  full(button) {
    const on = this.map.classList.toggle('full');
    button.setAttribute('aria-pressed', String(on));
    button.setAttribute('aria-label', t(on ? 'leave_full' : 'full_screen'));
    document.body.style.overflow = on ? 'hidden' : '';
    this.measure();
    this.draw();
  }

  escape() {
    if (this.state.open) { this.change({ cell: -1, area: -1, open: false }); this.canvas.focus(); }
    else if (this.map.classList.contains('full')) this.full(document.querySelector('[data-map=full]'));
  }

  // On paper the map takes the width of the sheet, the whole city in view, and all methods open.
  toPaper() {
    this.printing = { view: this.camera.view, opened: [...document.querySelectorAll('details:not([open]):not(.area-tables):not(.more)')] };
    this.printing.opened.forEach((details) => { details.open = true; });
    this.scene.resize(688, 446, 3);
    const [west, south, east, north] = this.city.home;
    const k = Math.min(650 / (east - west), 410 / (north - south));
    this.scene.draw({ x: (west + east) / 2, y: (south + north) / 2, k }, this.seen());
  }

  fromPaper() {
    this.printing?.opened.forEach((details) => { details.open = false; });
    this.printing = null;
    this.measure();
    this.draw();
  }
}

// On a phone each row is a card, so every cell carries the title of its column.
function labelCells(details) {
  const heads = [...details.querySelectorAll('thead th')].slice(1);
  const words = (head, lang) => head.querySelector(`[lang|="${lang}"]`)?.textContent || head.textContent;
  for (const row of details.querySelectorAll('tbody tr')) {
    [...row.querySelectorAll('td')].forEach((cell, n) => {
      cell.dataset.en = words(heads[n], 'en');
      cell.dataset.zh = words(heads[n], 'zh');
    });
  }
}

function $(id) { return document.getElementById(id); }

function wantedLanguage() {
  const wanted = new URLSearchParams(location.hash.slice(1)).get('lang');
  if (wanted === 'en' || wanted === 'zh') return wanted;
  const isChinese = document.documentElement.lang.startsWith('zh') || navigator.language.startsWith('zh');
  return isChinese ? 'zh' : 'en';
}

function setLanguage(lang) {
  language.now = lang;
  document.documentElement.lang = lang === 'zh' ? 'zh-Hans' : 'en';
  for (const button of document.querySelectorAll('[data-lang]')) button.setAttribute('aria-pressed', String(button.dataset.lang === lang));
  for (const name of ['aria-label', 'data-title']) {
    for (const node of document.querySelectorAll(`[data-en-${name}]`)) node.setAttribute(name, node.getAttribute(`data-${lang}-${name}`));
  }
  document.title = document.querySelector('title').getAttribute('data-title');
  if (page) { page.fillSelect(); page.render(); }
}

async function copyLink(button) {
  page?.writeHash();
  try { await navigator.clipboard.writeText(location.href); } catch {
    const box = el('textarea', { class: 'visually-hidden' });
    box.value = location.href;
    document.body.append(box);
    box.select();
    document.execCommand('copy');
    box.remove();
  }
  const words = button.firstElementChild ? [...button.children] : [button];
  const before = words.map((word) => word.textContent);
  words.forEach((word) => { word.textContent = word.lang === 'zh-Hans' ? '链接已复制' : 'Link copied'; });
  setTimeout(() => words.forEach((word, n) => { word.textContent = before[n]; }), 1600);
}

let page = null;

async function open() {
  document.documentElement.classList.remove('no-js');
  setLanguage(wantedLanguage());
  $('print').addEventListener('click', () => print());
  $('copy-link').addEventListener('click', (event) => copyLink(event.currentTarget));
  for (const button of document.querySelectorAll('[data-lang]')) {
    button.addEventListener('click', () => { setLanguage(button.dataset.lang); page?.writeHash(); });
  }
  if (!('DecompressionStream' in window)) { $('wait').replaceChildren(noMap()); return; }
  try {
    const [basemap, values] = await Promise.all([unpack('basemap'), unpack('data')]);
    WORDS = values.header.words;
    page = new Page(new City(basemap), new Data(values));
    page.start();
    document.documentElement.dataset.ready = 'true';
  } catch (fault) {
    $('wait').replaceChildren(noMap());
    console.error(fault);
  }
}

function noMap() {
  return document.getElementById('no-map').content.cloneNode(true);
}

open();
