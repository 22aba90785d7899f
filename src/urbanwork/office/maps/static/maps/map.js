// The map of the office: what is chosen, what is drawn, what is explained.
/* global City, Camera, Sheet, language, WORDS:writable, t, pick, number, withUnit, valued, peopleText, drawLegend */
import { OfficeData, piece } from './data.js';
import { OfficeScene } from './scene.js';

const $ = (id) => document.getElementById(id);
const [NO_DATA, UNKNOWN, EMPTY] = [0, 3, 5];

export class OfficeMap extends Sheet {
  constructor(city, data) {
    super();
    Object.assign(this, { finest: 2, city, data, node: $('map'), stage: $('stage'), canvas: $('canvas'), listeners: [] });
    this.state = { indicator: 0, by: 'cells', cell: -1, area: -1, tasks: true, zones: false };
    this.scene = new OfficeScene(this.canvas, city, data);
    this.camera = new Camera(this.stage, this.canvas, city, {
      onChange: () => this.later(), onPick: (point) => this.pick(point), onHover: (at) => this.hover(at),
      onHome: () => this.goHome(), isFull: () => true,
    });
    this.tool = null;
    this.listen();
  }

  async start() {
    this.measure();
    this.readHash();
    if (!this.viewFromHash) this.goHome();
    await this.data.load(this.state.indicator);
    this.isReady = true;
    this.render();
    $('wait').hidden = true;
    this.node.dataset.cells = this.city.cellIds.length;
    this.node.dataset.drawn = Math.round(performance.now());
    if (this.state.cell >= 0 || this.state.area >= 0 || this.state.whole) this.explain();
    this.loadTasks();
    this.loadBuildings();
  }

  get indicator() { return this.data.indicators[this.state.indicator]; }

  get by() { return this.state.by === 'cells' && this.data.hasCells(this.indicator) ? 'cells' : 'areas'; }

  // --- what is chosen, and its copy in the address
  readHash() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const cell = wanted.get('cell') ? this.city.cellIds.indexOf(wanted.get('cell')) : -1;
    const area = wanted.get('area') ? this.data.areaIds.indexOf(wanted.get('area')) : -1;
    Object.assign(this.state, {
      indicator: this.data.firstOf(wanted.get('i')),
      by: wanted.get('by') === 'areas' ? 'areas' : 'cells', cell, area, whole: wanted.get('area') === 'city',
    });
    const view = (wanted.get('at') || '').split(',').map(Number);
    this.viewFromHash = view.length === 3 && view.every(Number.isFinite) && view[2] > 0;
    if (this.viewFromHash) this.camera.view = { x: view[0], y: view[1], k: view[2] };
  }

  writeHash() {
    const { state, camera: { view } } = this;
    const wanted = new URLSearchParams({ i: this.indicator.id, by: state.by });
    if (state.cell >= 0) wanted.set('cell', this.city.cellIds[state.cell]);
    else if (state.area >= 0) wanted.set('area', this.data.areaIds[state.area]);
    else if (state.whole) wanted.set('area', 'city');
    wanted.set('at', [view.x.toFixed(0), view.y.toFixed(0), view.k.toPrecision(4)].join(','));
    history.replaceState(null, '', `#${wanted}`);
  }

  async choose(number) {
    this.wanted = number;
    await this.data.load(number);  // before it is chosen: a drawing of what is not there is kept
    if (this.wanted !== number) return;
    this.state.indicator = number;
    this.render();
    this.writeHash();
    if (!$('panel').hidden) this.explain();
    for (const each of this.listeners) each();
  }

  // The page is drawn anew with what is chosen.
  render() {
    const { indicator } = this;
    $('indicator').value = indicator.id;
    $('question').textContent = pick(indicator.question);
    $('to-table').href = `${$('to-table').href.split('?')[0]}?indicator=${encodeURIComponent(indicator.id)}`;
    drawLegend($('legend'), indicator, this.by, this.data);
    for (const button of document.querySelectorAll('[data-by]')) {
      button.setAttribute('aria-pressed', String(button.dataset.by === this.by));
      button.disabled = button.dataset.by === 'cells' && !this.data.hasCells(indicator);
    }
    $('light-key').hidden = !this.state.tasks;
    this.choosePlaces(indicator);
    this.draw();
  }

  // --- drawing
  seen() {
    const cross = document.activeElement === this.canvas && this.canvas.matches(':focus-visible');
    return { ...this.state, by: this.by, cross };
  }

  draw() {
    if (!this.isReady) return;
    super.draw();
    clearTimeout(this.preparing);
    if (this.tool) this.preparing = setTimeout(() => this.scene.prepare(this.seen()), 150);
  }

  // Whether the whole city is in view, as one has not moved since.
  get isHome() {
    const before = this.camera.view;
    const home = this.homeView;
    return home && Math.abs(before.k / home.k - 1) < 0.02 && Math.hypot(before.x - home.x, before.y - home.y) * before.k < 8;
  }

  goHome() { this.camera.fit(this.city.home, [this.room()]); this.homeView = this.camera.view; }

  // What the cards leave free of the stage.
  room() {
    const room = { left: 16, right: 16, top: 16, bottom: 40 };
    if (innerWidth <= 860) return room;
    room.left = document.querySelector('.choose').getBoundingClientRect().right + 16;
    if (document.querySelector('.panel:not([hidden])')) room.right = 400;
    return room;
  }

  // --- choosing on the map
  pick([x, y]) {
    if (this.tool) { this.tool([x, y]); return; }
    const spot = this.scene.spotAt(...this.scene.onScreen(x, y));
    if (spot) { this.openTasks(spot); return; }
    const cell = this.by === 'cells' && this.data.grouped === 1 ? this.city.under('cell', x, y) : -1;
    const area = cell < 0 ? this.city.under('area', x, y) : -1;
    Object.assign(this.state, { cell, area, whole: false });
    if (cell < 0 && area < 0) { this.close(); return; }
    this.draw();
    this.writeHash();
    this.explain();
  }

  openTasks({ tasks }) {
    if (tasks.length === 1 && tasks[0].address) { location.assign(tasks[0].address); return; }
    const list = document.createElement('ul');
    list.className = 'task-list';
    for (const task of tasks.slice(0, 50)) list.append(taskLine(task));
    const head = document.createElement('h2');
    head.textContent = this.node.dataset.tasksHere.replace('{n}', tasks.length);
    $('panel-body').replaceChildren(head, list);
    this.show();
  }

  show() {
    const wasHidden = $('panel').hidden;
    $('panel').hidden = false;
    if (wasHidden) this.measure();
    $('panel').focus({ preventScroll: innerWidth > 860 });
  }

  close() {
    Object.assign(this.state, { cell: -1, area: -1, whole: false });
    this.scene.walks = [];
    $('panel').hidden = true;
    this.draw();
    this.writeHash();
  }

  // --- explaining: the page of the explanation, put beside the map
  async explain() {
    const { state } = this;
    const wanted = new URLSearchParams({ indicator: this.indicator.id, part: '1' });
    if (state.cell >= 0) wanted.set('cell', this.city.cellIds[state.cell]);
    else if (state.area >= 0) wanted.set('area', this.data.areaIds[state.area]);
    const asked = wanted.toString();
    this.asked = asked;
    const answer = await fetch(`${this.node.dataset.explain}?${asked}`, { headers: { 'HX-Request': 'true' } });
    if (answer.status === 401) { location.reload(); return; }
    const text = await answer.text();
    if (this.asked !== asked) return;
    this.put(text);
  }

  put(text) {
    const found = new DOMParser().parseFromString(text, 'text/html');
    const walks = found.getElementById('walks');
    this.scene.walks = walks ? JSON.parse(walks.textContent) : [];
    walks?.remove();
    $('panel-body').replaceChildren(...found.body.childNodes);
    this.show();
    const points = this.scene.walks.flatMap((walk) => walk.points);
    if (points.length) this.camera.reveal(boxOf(points), this.room());
    this.draw();
    $('said').textContent = $('panel-body').querySelector('.figure')?.textContent || '';
  }

  hover(at) {
    const tip = $('tip');
    const words = at && this.tipWords(at);
    tip.hidden = !words;
    if (!words) return;
    tip.textContent = words;
    tip.style.left = `${Math.min(at[0] + 14, this.stage.clientWidth - tip.offsetWidth - 4)}px`;
    tip.style.top = `${Math.max(4, at[1] - 34)}px`;
  }

  tipWords(at) {
    const { data, indicator } = this;
    const spot = this.scene.spotAt(...at);
    if (spot) return spot.tasks.length > 1 ? this.node.dataset.tasksHere.replace('{n}', spot.tasks.length) : `${spot.tasks[0].number} ${spot.tasks[0].title}`;
    const [x, y] = this.camera.toWorld(...at);
    if (this.by === 'areas') {
      const area = this.city.under('area', x, y);
      if (area < 0) return '';
      const { value } = data.row(indicator, area + 1);
      return `${pick(data.areaNames[area])}: ${value == null ? t('no_data') : valued(value, indicator.unit)}`;
    }
    const cell = this.city.under('cell', x, y);
    if (cell < 0) return '';
    const plain = { [NO_DATA]: t('no_data'), [UNKNOWN]: t('unknown'), [EMPTY]: t('empty') }[data.state(indicator, cell)];
    if (plain) return plain;
    const way = data.distance(indicator, cell);
    const far = way == null ? t('not_reached') : withUnit(number(way / 100), indicator.limit ? indicator.limit[1] : 'm');
    const value = indicator.by_distance ? far : valued(data.value(indicator, cell), indicator.unit);
    return `${value} · ${peopleText(data.arrays.people[cell], null, null, data.estimated)}`;
  }

  // --- what comes after the first picture
  async loadTasks() {
    const answer = await fetch(this.node.dataset.tasks, { headers: { 'HX-Request': 'true' } });
    if (!answer.ok) return;
    const found = await answer.json();
    this.scene.tasks = found.tasks.map(([id, number_, title, light, area, x, y, indicator, address]) => (
      { id, number: number_, title, light, area, x, y, indicator, address }));
    this.node.dataset.tasksDrawn = this.scene.tasks.length;
    this.draw();
  }

  async loadZones() {
    const answer = await fetch(this.node.dataset.zones, { headers: { 'HX-Request': 'true' } });
    if (!answer.ok) return;
    const found = await answer.json();
    if (found.state === 'opening') { setTimeout(() => this.loadZones(), 1500); return; }
    this.scene.setZones(found.zones);
    this.node.dataset.zonesDrawn = found.zones.length;
    this.draw();
  }

  async loadBuildings() {
    const { arrays } = await piece(this.data.addressOf('buildings.bin'));
    Object.assign(this.city.arrays, arrays);
    this.city.ground.building = this.city.rings('building');
    this.scene.cache.delete('building tiles');
    if (this.camera.view.k > 0.28) this.draw();
  }

  // --- listening
  listen() {
    $('indicator').addEventListener('change', (event) => (
      this.choose(this.data.indicators.findIndex(({ id }) => id === event.target.value))));
    for (const button of document.querySelectorAll('[data-by]')) {
      button.addEventListener('click', () => { this.state.by = button.dataset.by; this.render(); this.writeHash(); });
    }
    for (const button of document.querySelectorAll('[data-map]')) {
      button.addEventListener('click', () => ({
        in: () => this.camera.zoom(1.6), out: () => this.camera.zoom(1 / 1.6), home: () => this.goHome(),
      }[button.dataset.map]()));
    }
    $('show-tasks').addEventListener('change', (event) => { this.state.tasks = event.target.checked; this.render(); });
    $('show-zones').addEventListener('change', (event) => {
      this.state.zones = event.target.checked;
      if (this.state.zones && !this.node.dataset.zonesDrawn) this.loadZones();
      this.draw();
    });
    $('explain-city').addEventListener('click', () => {
      Object.assign(this.state, { cell: -1, area: -1, whole: true });
      this.explain();
      this.writeHash();
    });
    $('close-panel').addEventListener('click', () => { this.close(); this.canvas.focus(); });
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !$('panel').hidden) { this.close(); this.canvas.focus(); }
    });
    $('panel').addEventListener('click', (event) => this.toCell(event));
    for (const name of ['focus', 'blur']) this.canvas.addEventListener(name, () => this.draw());
    new ResizeObserver(() => { if (this.stage.clientWidth) { this.measure(); this.draw(); } }).observe(this.stage);
  }

  // A cell that an explanation names is shown here rather than on a page of its own.
  toCell(event) {
    const link = event.target.closest('a[data-cell]');
    if (!link) return;
    const cell = this.city.cellIds.indexOf(link.dataset.cell);
    if (cell < 0) return;
    event.preventDefault();
    Object.assign(this.state, { cell, area: -1, whole: false });
    this.camera.fit(this.city.cellBoxes.box.slice(cell * 4, cell * 4 + 4).map((each, n) => each + (n < 2 ? -400 : 400)), [this.room()]);
    this.explain();
  }
}

function taskLine(task) {
  const line = document.createElement('li');
  const link = document.createElement(task.address ? 'a' : 'span');
  if (task.address) link.href = task.address;
  link.textContent = `${task.number} ${task.title}`;
  const light = document.createElement('span');
  light.className = `light ${task.light}`;
  light.textContent = $('light-key').querySelector(`.light${task.light ? `.${task.light}` : ':not(.red):not(.yellow):not(.green)'}`).textContent;
  line.append(light, ' ', link);
  return line;
}

function boxOf(points) {
  const [x, y] = [0, 1].map((n) => points.map((point) => point[n]));
  return [Math.min(...x) - 60, Math.min(...y) - 60, Math.max(...x) + 60, Math.max(...y) + 60];
}

async function begin() {
  const node = $('map');
  if (!node) return null;
  const addressOf = (name) => node.dataset.pieces.replace('NAME', name);
  language.now = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
  const [city, examined] = await Promise.all(['city.bin', 'examination.bin'].map((name) => piece(addressOf(name))));
  WORDS = examined.header.words;
  const data = new OfficeData(examined, addressOf);
  data.load(data.firstOf(new URLSearchParams(location.hash.slice(1)).get('i')));  // while the city is unfolded
  const map = new OfficeMap(new City(city), data);
  await map.start();
  return map;
}

export const ready = begin();
