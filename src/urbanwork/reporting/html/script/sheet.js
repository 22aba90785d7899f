// What every page with a map does alike: how fine it draws, and how it moves.
class Sheet {
  // Of a page: `city`, `scene`, `camera`, `stage`, `canvas`, and what `seen` gives to be drawn.
  measure() {
    const { clientWidth: w, clientHeight: h } = this.stage;
    this.scene.resize(w, h, Math.min(devicePixelRatio || 1, this.finest ?? 3));
  }

  choosePlaces(indicator) {
    const { categories } = this.city.header;
    const wanted = new Set(indicator.parts.map(({ category }) => categories.indexOf(category)));
    const of = this.city.arrays.place_category;
    this.scene.places = wanted.size ? Array.from(of.keys()).filter((place) => wanted.has(of[place])) : [];
  }

  // While one moves the map the last picture slides along; it is drawn anew when that is quick
  // enough or when the hand rests.
  later() {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.writeHash(), 300);
    if (this.cost > 24) {
      this.slide();
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.drawInFrame(), 90);
    } else this.drawInFrame();
  }

  drawInFrame() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      const begun = performance.now();
      this.waiting = null;
      this.draw();
      afterPaint(() => { this.cost = performance.now() - begun; });
    });
  }

  slide() {
    const { view: drawn } = this.scene;
    const { view } = this.camera;
    const [dx, dy] = [(drawn.x - view.x) * view.k, (view.y - drawn.y) * view.k];
    this.canvas.style.transform = `translate(${dx}px, ${dy}px) scale(${view.k / drawn.k})`;
    this.scaleBar();
  }

  draw() {
    if (!this.scene.width) return;
    this.canvas.style.transform = '';
    this.scene.draw(this.camera.view, this.seen());
    this.scaleBar();
  }

  scaleBar() {
    const { k } = this.camera.view;
    const metres = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000].find((m) => m * k > 48) || 20000;
    const bar = document.getElementById('scale-bar');
    bar.style.width = `${Math.round(metres * k)}px`;
    bar.textContent = metres >= 1000 ? withUnit(number(metres / 1000), 'km') : withUnit(number(metres), 'm');
  }
}

// Within a frame: when it is painted. A canvas only notes what is drawn and paints at the end of
// the frame, so that the time of drawing alone says little.
function afterPaint(then) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = then;
  port2.postMessage(0);
}
