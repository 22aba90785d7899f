// What if: drop, move or take away a place, close a street; see who gains, who loses, what breaks.
/* global pick, language, t, afterPaint */
import { ready } from './map.js';

const $ = (id) => document.getElementById(id);
const REACH = 40;  // pixels within which a place is meant
const WANTED = new URLSearchParams(location.hash.slice(1)).get('scenario');  // before the map writes its own

class WhatIf {
  constructor(map) {
    Object.assign(this, { map, node: $('whatif'), changes: [], good: [], answer: null, how: 'gains', moving: null, asked: 0 });
    this.token = this.node.querySelector('[name=csrfmiddlewaretoken]').value;
    this.fillCategories();
    this.listen();
    map.listeners.push(() => this.recolour());
    $('whatif-open').disabled = false;
    if (WANTED) this.reopen(WANTED);
    else setTimeout(() => fetch(this.word('address')), 500);  // the server begins to open the city
  }

  say(text) { $('whatif-said').textContent = text; }

  word(name) { return this.node.dataset[name]; }

  get kind() { return this.node.querySelector('[name=kind]:checked').value; }

  fillCategories() {
    const { category_titles: titles, categories } = this.map.city.header;
    const offered = this.node.dataset.categories.split(' ');
    const keys = [...new Set([...offered, ...categories.filter((key) => offered.includes(key))])];
    const known = JSON.parse($('category-titles').textContent);
    const options = keys.map((key) => [key, pick(titles[key] ?? known[key] ?? [key, key])]).sort((a, b) => a[1].localeCompare(b[1]));
    $('whatif-category').replaceChildren(...options.map(([key, title]) => new Option(title, key)));
    this.suggest();
  }

  // The category that the shown indicator asks for.
  suggest() {
    const wanted = this.map.indicator.parts.map(({ category }) => category);
    const option = [...$('whatif-category').options].find(({ value }) => wanted.includes(value));
    if (option) option.selected = true;
  }

  open() {
    const { isHome } = this.map;
    this.map.close();
    this.node.hidden = false;
    this.map.tool = (point) => this.drop(point);
    this.map.state.by = 'cells';
    this.map.render();
    if (isHome) this.map.goHome();
    $('whatif-open').setAttribute('aria-expanded', 'true');
    this.suggest();
    this.map.stage.classList.add('drops');
    this.show();
    this.waitForCity();
    $('whatif-title').focus();
  }

  shut() {
    this.node.hidden = true;
    $('whatif-open').setAttribute('aria-expanded', 'false');
    this.map.tool = null;
    this.map.stage.classList.remove('drops');
    Object.assign(this.map.scene, { changes: [], trial: null, layers: null });
    this.map.draw();
    $('whatif-open').focus();
  }

  async waitForCity() {
    const { state, fault } = await (await fetch(this.word('address'))).json();
    this.node.dataset.state = state;
    if (state === 'opening') { this.say(this.word('opening')); setTimeout(() => this.waitForCity(), 1000); }
    else if (state === 'failed') this.say(fault);
    else { this.say(this.word('hint')); if (this.changes.length) this.ask(); }
  }

  // --- changes
  drop([x, y]) {
    const began = performance.now();
    const { kind } = this;
    if (kind === 'add_place') {
      const seats = Number($('whatif-seats').value);
      this.add({ kind, category: $('whatif-category').value, x, y, ...(seats > 0 ? { capacity: seats } : {}) }, began);
    } else if (kind === 'close_street') this.add({ kind, x, y }, began);
    else this.place(kind, x, y, began);
  }

  place(kind, x, y, began) {
    if (kind === 'move_place' && this.moving !== null) {
      const target = this.moving;
      this.moving = null;
      this.add({ kind, target, x, y }, began);
      return;
    }
    const found = this.nearest(x, y);
    if (found < 0) { this.say(this.word('noPlace')); return; }
    const { header } = this.map.city;
    const target = header.place_ids[found];
    if (kind === 'remove_place') { this.add({ kind, target, x: this.map.city.placeX[found], y: this.map.city.placeY[found] }, began); return; }
    this.moving = target;
    this.say(this.word('moveTo').replace('{name}', this.map.city.nameOfPlace(found) || target));
  }

  // The nearest of the places that are drawn.
  nearest(x, y) {
    const { city, scene, camera } = this.map;
    let [best, far] = [-1, REACH / camera.view.k];
    for (const place of scene.places) {
      const distance = Math.hypot(city.placeX[place] - x, city.placeY[place] - y);
      if (distance < far) [best, far] = [place, distance];
    }
    return best;
  }

  add(change, began) {
    const number = 1 + Math.max(0, ...this.changes.map(({ id }) => Number(id.replace('c', '')) || 0));
    this.changes.push({ id: `c${number}`, ...change });
    this.ask(began);
  }

  remove(n) {
    this.changes.splice(n, 1);
    this.ask(performance.now());
  }

  // --- asking
  sent() {
    return this.changes.map(({ x, y, at, ...rest }) => (rest.kind === 'remove_place' ? rest : { ...rest, x, y }));
  }

  // The number of the change is on the map at once, colours when the server has answered, words
  // after the colours.
  async ask(began = performance.now()) {
    this.asked += 1;
    const { asked, map: { scene } } = this;
    const answering = this.changes.length ? this.post(this.word('address'), { changes: this.sent(), indicator: this.map.indicator.id }) : null;
    scene.changes = this.changes.map(({ x, y, at }) => ({ at: x == null ? at : [x, y] }));
    if (scene.layers) this.colour(this.answer?.cells);
    const found = await answering;
    if (asked !== this.asked) return;
    if (found?.faults) { this.refuse(found.faults); return; }
    this.accept(found);
    await this.recolour();
    await painted();
    this.tell(performance.now() - began);
  }

  accept(found) {
    this.answer = found;
    this.good = [...this.changes];
    found?.changes.forEach(({ at }, n) => { this.changes[n].at = at; });
    this.map.scene.changes = this.changes.map(({ x, y, at }) => ({ at: x == null ? at : [x, y] }));
  }

  tell(took) {
    this.show();
    if (!this.answer) { this.say(this.word('hint')); return; }
    const { dataset } = this.node;
    dataset.took = Math.round(took);
    dataset.answers = Number(dataset.answers || 0) + 1;
    this.say(this.word('answered'));
  }

  // Back to what was answered last.
  refuse(faults) {
    this.changes = this.good;
    this.accept(this.answer);
    this.recolour();
    this.show();
    this.say(faults.join(' '));
    this.node.dataset.refused = Number(this.node.dataset.refused || 0) + 1;
  }

  async post(address, body) {
    const answer = await fetch(address, {
      method: 'POST', body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': this.token, 'HX-Request': 'true' },
    });
    if (answer.status === 401) { location.reload(); return { faults: [''] }; }
    const isJson = answer.headers.get('Content-Type')?.startsWith('application/json');
    return isJson ? answer.json() : { faults: [`${answer.status}`] };
  }

  // Draw what the answer says, of the indicator that is shown; of another one where that one does
  // not change.
  async recolour() {
    const { map, answer } = this;
    if (this.node.hidden) return;
    const cells = answer?.cells;
    const number = cells ? map.data.indicators.findIndex(({ id }) => id === cells.indicator) : -1;
    if (number >= 0 && number !== map.state.indicator && map.indicator.id !== this.wanted) {
      this.wanted = cells.indicator;
      await map.data.load(number);
      map.state.indicator = number;
      map.render();
    }
    this.colour(number === map.state.indicator ? cells : null);
  }

  colour(cells) {
    const { map, changes } = this;
    map.scene.trial = changes.length ? map.scene.trialOf(cells, map.state.indicator, this.how) : null;
    map.draw();
  }

  // --- words
  show() {
    const { changes, answer } = this;
    const list = changes.map((change, n) => this.line(change, n));
    $('whatif-changes').replaceChildren(...list);
    $('whatif-result').hidden = !answer || !changes.length;
    $('whatif-save').hidden = !changes.length;
    if (!answer) return;
    $('whatif-verdicts').replaceChildren(...(answer.verdicts.length ? answer.verdicts.map(verdict) : [text('p', this.word('noBreach'), 'quiet')]));
    $('whatif-lines').replaceChildren(...answer.lines.map((line) => this.row(line)));
    $('whatif-none').hidden = answer.lines.length > 0;
    $('whatif-table').hidden = answer.lines.length === 0;
    for (const button of this.node.querySelectorAll('[data-how]')) button.setAttribute('aria-pressed', String(button.dataset.how === this.how));
    $('whatif-key').hidden = this.how !== 'gains';
  }

  line(change, n) {
    const item = document.createElement('li');
    const kind = this.node.querySelector(`[name=kind][value=${change.kind}]`).closest('label').textContent.trim();
    const category = [...$('whatif-category').options].find(({ value }) => value === change.category)?.textContent;
    const place = change.target ? this.map.city.header.place_ids.indexOf(change.target) : -1;
    const name = place >= 0 ? this.map.city.nameOfPlace(place) || change.target : change.target;
    item.append(text('span', [kind, category, name, change.capacity].filter(Boolean).join(' · ')));
    const button = text('button', this.word('takeBack'), 'link');
    button.type = 'button';
    button.setAttribute('aria-label', `${this.word('takeBack')} ${n + 1}`);
    button.addEventListener('click', () => this.remove(n));
    item.append(' ', button);
    return item;
  }

  row(line) {
    const row = document.createElement('tr');
    const head = document.createElement('th');
    head.scope = 'row';
    const button = text('button', line.title, 'link');
    button.type = 'button';
    const number = this.map.data.indicators.findIndex(({ id }) => id === line.indicator);
    button.addEventListener('click', async () => { await this.map.choose(number); this.ask(); });
    head.append(number >= 0 ? button : line.title);
    row.append(head, text('td', `${line.before} → ${line.after}`), text('td', line.gain || '–'), text('td', line.lose || '–'));
    return row;
  }

  // --- keeping
  async save(event) {
    event.preventDefault();
    const found = await this.post(this.word('scenarios'), { name: $('whatif-name').value, changes: this.sent() });
    const said = $('whatif-saved');
    if (found.faults) { said.textContent = found.faults.join(' '); return; }
    const link = text('a', found.name);
    link.href = this.word('scenarios');
    said.replaceChildren(this.word('savedAs'), ' ', link);
    const form = $('whatif-task');
    if (!form) return;
    form.hidden = false;
    form.action = this.word('task').replace('FILE', encodeURIComponent(found.file));
    form.elements.indicator.value = this.map.indicator.id;
  }

  async reopen(file) {
    const answer = await fetch(this.word('scenario').replace('FILE', encodeURIComponent(file)));
    if (!answer.ok) return;
    const { changes, name, unknown } = await answer.json();
    this.changes = changes;
    this.open();
    $('whatif-name').value = name;
    if (unknown.length) $('whatif-saved').textContent = this.word('unknown').replace('{kinds}', unknown.join(', '));
  }

  listen() {
    $('whatif-open').addEventListener('click', () => (this.node.hidden ? this.open() : this.shut()));
    $('whatif-close').addEventListener('click', () => this.shut());
    $('whatif-save').addEventListener('submit', (event) => this.save(event));
    for (const input of this.node.querySelectorAll('[name=kind]')) {
      input.addEventListener('change', () => {
        this.moving = null;
        $('whatif-what').hidden = this.kind !== 'add_place';
        this.say(this.word(this.kind === 'move_place' || this.kind === 'remove_place' ? 'pickPlace' : 'hint'));
      });
    }
    $('whatif-category').addEventListener('change', () => {
      const number = this.map.data.indicators.findIndex((each) => this.map.data.hasCells(each) && each.parts.some(({ category }) => category === $('whatif-category').value));
      if (number >= 0) this.map.choose(number);
    });
    for (const button of this.node.querySelectorAll('[data-how]')) {
      button.addEventListener('click', () => { this.how = button.dataset.how; this.recolour(); this.show(); });
    }
  }
}

// When what was drawn is on the screen.
function painted() {
  if (document.hidden) return null;
  return new Promise((resolve) => { requestAnimationFrame(() => afterPaint(resolve)); });
}

function text(tag, words, name) {
  const node = document.createElement(tag);
  node.textContent = words;
  if (name) node.className = name;
  return node;
}

function verdict(each) {
  const item = document.createElement('div');
  item.className = `verdict ${each.status}`;
  item.append(text('p', `${each.word} · ${each.title}`, 'word'), text('p', each.why), text('p', each.clause, 'quiet small'), text('p', each.cure, 'small'));
  return item;
}

const map = await ready;
if (map) new WhatIf(map);
