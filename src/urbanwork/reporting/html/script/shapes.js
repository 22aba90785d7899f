// Rings and hatches for the canvas, and where a name fits.
// A ring ends where it began and is not closed: chromium looks through the whole path each time one
// is, which takes most of a second for the twelve thousand greens of a city.
function addRing(path, rings, ring, close) {
  const [begin, end] = [rings.start[ring], rings.start[ring + 1]];
  if (end - begin < 2) return;
  path.moveTo(rings.x[begin], rings.y[begin]);
  for (let n = begin + 1; n < end; n += 1) path.lineTo(rings.x[n], rings.y[n]);
  if (close) path.lineTo(rings.x[begin], rings.y[begin]);
}

function addSmallRing(path, rings, ring, size) {
  const [begin, end] = [rings.start[ring], rings.start[ring + 1]];
  let [x, y] = [0, 0];
  for (let n = begin; n < end; n += 1) { x += rings.x[n]; y += rings.y[n]; }
  x /= end - begin;
  y /= end - begin;
  const at = (n) => [x + (rings.x[n] - x) * size, y + (rings.y[n] - y) * size];
  path.moveTo(...at(begin));
  for (let n = begin + 1; n < end; n += 1) path.lineTo(...at(n));
  path.lineTo(...at(begin));
}

function linePath(lines) {
  const path = new Path2D();
  for (let line = 0; line + 1 < lines.start.length; line += 1) addRing(path, lines, line, false);
  return path;
}

function hatch(colour, gap, width) {
  const size = gap * 2;
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const ctx = tile.getContext('2d');
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.beginPath();
  for (const shift of [-size, 0, size]) { ctx.moveTo(shift - 2, size + 2); ctx.lineTo(shift + size + 2, -2); }
  ctx.stroke();
  return tile;
}

function overlap(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

// A name on as many lines as its width asks for; Chinese breaks anywhere.
function wrapped(ctx, name, width) {
  const words = /[\u3400-\u9fff]/.test(name) ? [...name] : name.split(' ');
  const gap = /[\u3400-\u9fff]/.test(name) ? '' : ' ';
  const lines = [];
  for (const word of words) {
    const last = lines[lines.length - 1];
    const longer = last === undefined ? word : last + gap + word;
    if (last !== undefined && ctx.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.slice(0, 3);
}

// Where the name of an area stands: the middle of its largest ring, or a point inside of it.
function middleOf(rings, owner) {
  let best = { x: 0, y: 0, size: 0 };
  for (let ring = 0; ring + 1 < rings.start.length; ring += 1) {
    if (rings.owner[ring] !== owner) continue;
    let [area, x, y] = [0, 0, 0];
    for (let n = rings.start[ring], m = rings.start[ring + 1] - 1; n < rings.start[ring + 1]; m = n, n += 1) {
      const cross = rings.x[m] * rings.y[n] - rings.x[n] * rings.y[m];
      area += cross;
      x += (rings.x[m] + rings.x[n]) * cross;
      y += (rings.y[m] + rings.y[n]) * cross;
    }
    if (Math.abs(area) / 2 > best.size) best = insideOf(rings, ring, x / (3 * area), y / (3 * area), Math.abs(area) / 2);
  }
  return best;
}

// The centre, or where it falls outside the middle of the widest stretch at its height.
function insideOf(rings, ring, x, y, size) {
  if (isInside(rings, ring, ring, x, y)) return { x, y, size };
  const cuts = [];
  for (let n = rings.start[ring], m = rings.start[ring + 1] - 1; n < rings.start[ring + 1]; m = n, n += 1) {
    if ((rings.y[n] > y) !== (rings.y[m] > y)) {
      cuts.push(rings.x[n] + ((y - rings.y[n]) * (rings.x[m] - rings.x[n])) / (rings.y[m] - rings.y[n]));
    }
  }
  cuts.sort((a, b) => a - b);
  let [wide, middle] = [0, x];
  for (let n = 0; n + 1 < cuts.length; n += 2) {
    if (cuts[n + 1] - cuts[n] > wide) [wide, middle] = [cuts[n + 1] - cuts[n], (cuts[n] + cuts[n + 1]) / 2];
  }
  return { x: middle, y, size };
}

// The part of a line between two fractions of its length, in the order walked.
function between(line, from, to) {
  const low = Math.min(from, to);
  const high = Math.max(from, to);
  const sums = [0];
  for (let n = 2; n < line.length; n += 2) {
    sums.push(sums[sums.length - 1] + Math.hypot(line[n] - line[n - 2], line[n + 1] - line[n - 1]));
  }
  const whole = sums[sums.length - 1] || 1;
  const at = (share) => {
    let n = 1;
    while (n < sums.length - 1 && sums[n] < share * whole) n += 1;
    const part = (share * whole - sums[n - 1]) / (sums[n] - sums[n - 1] || 1);
    return [line[2 * n - 2] + part * (line[2 * n] - line[2 * n - 2]),
      line[2 * n - 1] + part * (line[2 * n + 1] - line[2 * n - 1])];
  };
  const inner = sums.map((sum, n) => [sum / whole, [line[2 * n], line[2 * n + 1]]])
    .filter(([share]) => share > low && share < high).map(([, point]) => point);
  const points = [at(low), ...inner, at(high)];
  return from <= to ? points : points.reverse();
}
