// Today and the scenario on two maps of one view: with a line to swipe, side by side, or who gains.
class PlanScene extends Scene {
  draw(view, state) {
    super.draw(view, state);
    this.drawChanges();
  }

  drawChanges() {
    const { ctx } = this;
    ctx.setTransform(...this.toWorld);
    for (const change of this.data.changes) {
      const path = new Path2D();
      for (const line of change.lines) line.forEach(([x, y], n) => (n ? path.lineTo(x, y) : path.moveTo(x, y)));
      if (!change.lines.length) continue;
      ctx.setLineDash(this.data.isToday ? [5 * this.px, 4 * this.px] : []);
      this.cased(path, 2.5, this.ink('map-ink'), 5.5, 0.9);
      ctx.setLineDash([]);
    }
    ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    const taken = [];
    this.data.changes.forEach((change, n) => { if (change.at) this.numberAt(n + 1, change.at, taken); });
  }

  numberAt(number, [x, y], taken) {
    const { ctx } = this;
    const [sx, sy] = this.onScreen(x, y);
    const box = [sx - 9, sy - 9, sx + 9, sy + 9];
    const hides = taken.some((other) => overlap(box, other));
    ctx.beginPath();
    ctx.arc(sx, sy, hides ? 4 : 10, 0, 2 * Math.PI);
    ctx.fillStyle = this.data.isToday ? '#fff' : this.ink('map-ink');
    ctx.strokeStyle = this.data.isToday ? this.ink('map-ink') : '#fff';
    ctx.lineWidth = 2;
    ctx.fill();
    ctx.stroke();
    if (hides) return;
    taken.push(box);
    ctx.font = `700 ${number > 99 ? 9 : 11}px ${getComputedStyle(document.body).fontFamily}`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.fillStyle = this.data.isToday ? this.ink('map-ink') : '#fff';
    ctx.fillText(String(number), sx, sy + 0.5);
  }
}

// What a scene asks of its data, for one of the two maps. The last indicator is who gains.
class Side {
  constructor({ header, arrays }, name) {
    this.isToday = name === 'before';
    this.changes = header.changes;
    this.areaNames = header.area_names;
    this.arrays = arrays;
    this.name = name;
    this.indicators = header.indicators.flatMap((each) => [each, { scale: header.gains, of_people: each.of_people }]);
  }

  // Even numbers are the classes of an indicator, odd ones who gains by it.
  cellClasses(number) {
    const of = number >> 1;
    if (number % 2 === 0) return this.arrays[`${this.name}_${of}`];
    const classes = this.arrays[`before_${of}`];
    return Int8Array.from(this.arrays[`gain_${of}`], (gain, n) => (classes[n] === -1 || classes[n] === -3 ? classes[n] : gain + 1));
  }

  cellSizes() {
    const people = this.arrays[`people_${this.name}`];
    const sorted = Array.from(people).filter((each) => each > 0).sort((a, b) => b - a);
    const half = sorted.reduce((sum, each) => sum + each, 0) / 2;
    let sum = 0;
    const whole = sorted.find((each) => { sum += each; return sum >= half; }) || 1;
    return Float32Array.from(people, (each) => (each < 0.5 ? 0 : Math.min(1, Math.max(0.16, Math.sqrt(each / whole)))));
  }
}

class Twin {
  constructor(node, city, data) {
    this.node = node;
    this.stages = node.querySelector('.stages');
    this.divider = node.querySelector('.divider');
    this.slider = node.querySelector('.slider');
    this.which = node.querySelector('select');
    this.share = 0.5;
    this.how = 'swipe';
    this.halves = ['before', 'after'].map((name) => {
      const half = node.querySelector(`.${name}`);
      const canvas = half.querySelector('canvas');
      const scene = new PlanScene(canvas, city, new Side(data, name));
      const camera = new Camera(half, canvas, city, {
        onChange: () => this.follow(camera), onPick: () => {}, onHover: () => {},
        onHome: () => this.home(), isFull: () => false,
      });
      return { half, canvas, scene, camera };
    });
    this.changes = data.header.changes;
    this.city = city;
    this.listen();
    this.arrange();
    this.show(this.aroundChanges());
  }

  listen() {
    const { node } = this;
    this.which.addEventListener('change', () => this.draw());
    this.slider.addEventListener('input', () => this.swipe(this.slider.value / 100));
    for (const button of node.querySelectorAll('button[data-how]')) {
      button.addEventListener('click', () => { this.how = button.dataset.how; this.arrange(); this.show(this.aroundChanges()); });
    }
    for (const button of node.querySelectorAll('[data-zoom]')) {
      button.addEventListener('click', () => {
        if (button.dataset.zoom === 'home') this.home();
        else this.seen().camera.zoom(Number(button.dataset.zoom));
      });
    }
    this.divider.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      this.divider.setPointerCapture(event.pointerId);
      this.swiping = true;
    });
    this.divider.addEventListener('pointermove', (event) => {
      if (!this.swiping) return;
      const box = this.stages.getBoundingClientRect();
      this.swipe(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
    });
    for (const end of ['pointerup', 'pointercancel']) this.divider.addEventListener(end, () => { this.swiping = false; });
    window.addEventListener('resize', () => this.arrange());
    new MutationObserver(() => this.speak()).observe(document.documentElement, { attributeFilter: ['lang'] });
  }

  speak() {
    language.now = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
    for (const option of this.which.options) option.textContent = option.getAttribute(`data-${language.now}`);
    this.draw();
  }

  // The map that is surely seen: it leads, the other follows.
  seen() { return this.halves[1]; }

  follow(camera) {
    if (this.following) return;
    this.following = true;
    for (const each of this.halves) if (each.camera !== camera) each.camera.set(camera.view);
    this.following = false;
    this.draw();
  }

  swipe(share) {
    this.share = share;
    this.slider.value = Math.round(share * 100);
    this.cut();
  }

  // Above is the scenario: it is cut away on the left of the line, where today shows.
  cut() {
    const { half } = this.halves[1];
    const percent = `${(this.share * 100).toFixed(2)}%`;
    half.style.clipPath = this.how === 'swipe' ? `inset(0 0 0 ${percent})` : 'none';
    this.divider.style.left = percent;
  }

  arrange() {
    this.node.dataset.how = this.how;
    for (const button of this.node.querySelectorAll('button[data-how]')) {
      button.setAttribute('aria-pressed', String(button.dataset.how === this.how));
    }
    this.cut();
    for (const { half, scene } of this.halves) {
      const { clientWidth: w, clientHeight: h } = half;
      if (w && h) scene.resize(w, h, Math.min(2, window.devicePixelRatio || 1));
    }
    this.draw();
  }

  show(box) {
    this.seen().camera.fit(box, [{ left: 24, right: 24, top: 40, bottom: 24 }]);
  }

  home() { this.show(this.city.home); }

  // What is drawn of the changes with a walk of 1 km around; the city where nothing is drawn.
  aroundChanges() {
    const points = this.changes.flatMap((change) => [...(change.at ? [change.at] : []), ...change.lines.flat()]);
    if (!points.length) return this.city.home;
    const [x, y] = [0, 1].map((n) => points.map((point) => point[n]));
    return [Math.min(...x) - 1000, Math.min(...y) - 1000, Math.max(...x) + 1000, Math.max(...y) + 1000];
  }

  draw() {
    const isGains = this.how === 'gains';
    const of = Number(this.which.value);
    const state = { by: 'cells', indicator: of * 2 + (isGains ? 1 : 0), area: -1, cell: -1 };
    for (const { half, scene, camera } of this.halves) {
      if (half.clientWidth && scene.width) scene.draw(camera.view, state);
    }
    for (const legend of this.node.querySelectorAll('[data-legend]')) {
      legend.hidden = legend.dataset.legend !== (isGains ? 'gains' : String(of));
    }
  }
}

(async () => {
  const node = document.querySelector('.twin');
  if (node) {
    language.now = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
    const [basemap, data] = [await unpack('basemap'), await unpack('data')];
    WORDS = { texts: data.header.words };
    new Twin(node, new City(basemap), data).speak();
  }
  document.documentElement.dataset.map = '';
})();
