// Moves the view: mouse, wheel, two fingers, keys. The page keeps scrolling unless one means the map.
class Camera {
  constructor(stage, canvas, city, { onChange, onPick, onHover, onHome, isFull }) {
    Object.assign(this, { stage, canvas, city, onChange, onPick, onHover, onHome, isFull });
    this.view = { x: 0, y: 0, k: 0.1 };
    this.pointers = null;
    canvas.addEventListener('pointerdown', (event) => this.press(event));
    canvas.addEventListener('pointermove', (event) => this.move(event));
    canvas.addEventListener('pointerup', (event) => this.release(event));
    canvas.addEventListener('pointercancel', () => this.stop());
    canvas.addEventListener('pointerleave', () => onHover(null));
    canvas.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    canvas.addEventListener('dblclick', (event) => this.zoomAt(2, ...this.at(event)));
    canvas.addEventListener('touchstart', (event) => this.touch(event), { passive: false });
    canvas.addEventListener('touchmove', (event) => this.touch(event), { passive: false });
    canvas.addEventListener('touchend', () => { this.fingers = null; });
    canvas.addEventListener('keydown', (event) => this.key(event));
  }

  at(event) {
    const box = this.stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  toWorld(sx, sy) {
    const { clientWidth: w, clientHeight: h } = this.canvas;
    return [this.view.x + (sx - w / 2) / this.view.k, this.view.y - (sy - h / 2) / this.view.k];
  }

  // Shows a box of metres [west, south, east, north] in the largest of the rooms that cards leave.
  fit(box, rooms) {
    const { clientWidth: w, clientHeight: h } = this.canvas;
    const sizeIn = (room) => Math.min(
      Math.max(w - room.left - room.right, 80) / Math.max(box[2] - box[0], 60),
      Math.max(h - room.top - room.bottom, 80) / Math.max(box[3] - box[1], 60), 2);
    const room = rooms.reduce((best, each) => (sizeIn(each) > sizeIn(best) ? each : best));
    const k = sizeIn(room);
    this.set({
      x: (box[0] + box[2]) / 2 - (room.left - room.right) / 2 / k,
      y: (box[1] + box[3]) / 2 + (room.top - room.bottom) / 2 / k, k,
    });
  }

  // Moves, without zooming, until a box lies within the room; leaves the view where it does.
  reveal(box, room) {
    const { clientWidth: w, clientHeight: h } = this.canvas;
    const { view } = this;
    const west = view.x + (room.left - w / 2) / view.k;
    const east = view.x + (w / 2 - room.right) / view.k;
    const south = view.y + (room.bottom - h / 2) / view.k;
    const north = view.y + (h / 2 - room.top) / view.k;
    if (box[2] - box[0] > east - west || box[3] - box[1] > north - south) { this.fit(box, [room]); return; }
    const dx = box[0] < west ? box[0] - west : box[2] > east ? box[2] - east : 0;
    const dy = box[1] < south ? box[1] - south : box[3] > north ? box[3] - north : 0;
    if (dx || dy) this.set({ ...view, x: view.x + dx, y: view.y + dy });
  }

  set(view) {
    const [west, south, east, north] = this.city.home;
    this.view = {
      k: Math.min(4, Math.max(view.k, 60 / Math.max(east - west, north - south, 60))),
      x: Math.min(east + 2000, Math.max(west - 2000, view.x)),
      y: Math.min(north + 2000, Math.max(south - 2000, view.y)),
    };
    this.onChange();
  }

  zoomAt(factor, sx, sy) {
    const [x, y] = this.toWorld(sx, sy);
    const k = Math.min(4, this.view.k * factor);
    const { clientWidth: w, clientHeight: h } = this.canvas;
    this.set({ k, x: x - (sx - w / 2) / k, y: y + (sy - h / 2) / k });
  }

  zoom(factor) {
    this.zoomAt(factor, this.canvas.clientWidth / 2, this.canvas.clientHeight / 2);
  }

  press(event) {
    if (event.pointerType === 'touch' && !this.isFull()) { this.pressed = this.at(event); this.moved = 0; return; }
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.drag = this.at(event);
    this.moved = 0;
  }

  move(event) {
    const [sx, sy] = this.at(event);
    if (this.fingers) return;
    if (!this.drag) { if (event.pointerType === 'mouse') this.onHover([sx, sy]); return; }
    const [dx, dy] = [sx - this.drag[0], sy - this.drag[1]];
    this.moved += Math.hypot(dx, dy);
    if (this.moved < 4) return;
    this.canvas.classList.add('dragging');
    this.onHover(null);
    this.drag = [sx, sy];
    this.set({ ...this.view, x: this.view.x - dx / this.view.k, y: this.view.y + dy / this.view.k });
  }

  release(event) {
    const still = this.moved < 4 && !this.fingers && (this.drag || this.pressed);
    if (still) this.onPick(this.toWorld(...this.at(event)));
    this.stop();
  }

  stop() {
    this.drag = null;
    this.pressed = null;
    this.canvas.classList.remove('dragging');
  }

  wheel(event) {
    const means = event.ctrlKey || event.metaKey || this.isFull() || document.activeElement === this.canvas;
    if (!means) { this.hint('zoom_hint'); return; }
    event.preventDefault();
    const step = event.deltaMode === 1 ? 16 : 1;
    this.zoomAt(2 ** (-Math.max(-240, Math.min(240, event.deltaY * step)) / 240), ...this.at(event));
  }

  touch(event) {
    if (event.touches.length < 2) return;
    event.preventDefault();
    this.stop();
    const [a, b] = [this.at(event.touches[0]), this.at(event.touches[1])];
    const now = { x: (a[0] + b[0]) / 2, y: (a[1] + b[1]) / 2, wide: Math.hypot(a[0] - b[0], a[1] - b[1]) };
    if (this.fingers && event.type === 'touchmove') {
      const { k } = this.view;
      this.set({ ...this.view, x: this.view.x - (now.x - this.fingers.x) / k, y: this.view.y + (now.y - this.fingers.y) / k });
      this.zoomAt(now.wide / this.fingers.wide, now.x, now.y);
    }
    this.fingers = now;
  }

  key(event) {
    const step = 80 / this.view.k;
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (moves[event.key]) {
      const [dx, dy] = moves[event.key];
      this.set({ ...this.view, x: this.view.x + dx * step, y: this.view.y + dy * step });
    } else if (event.key === '+' || event.key === '=') this.zoom(1.5);
    else if (event.key === '-') this.zoom(1 / 1.5);
    else if (event.key === '0' || event.key === 'Home') this.onHome();
    else if (event.key === 'Enter' || event.key === ' ') this.onPick([this.view.x, this.view.y]);
    else return;
    event.preventDefault();
  }

  hint(key) {
    const hint = document.getElementById('hint');
    hint.firstChild.textContent = t(key);
    hint.hidden = false;
    clearTimeout(this.fading);
    this.fading = setTimeout(() => { hint.hidden = true; }, 900);
  }
}
