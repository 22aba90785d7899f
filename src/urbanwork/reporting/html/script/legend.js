// The key of the map: classes with their breaks, the threshold marked, and what the hatches mean.
function drawLegend(into, indicator, by, data) {
  const scale = by === 'areas' ? indicator.area_scale : indicator.scale;
  into.replaceChildren(el('p', { class: 'what' }, legendTitle(indicator, by)));
  if (scale.breaks.length) into.append(classBar(scale, by === 'cells' && indicator.by_distance ? indicator.limit[1] : indicator.unit, indicator, by));
  const marks = [mark('hatch', t('no_data')), mark('hatch-light', t('unknown'))];
  if (!indicator.of_people) marks.push(mark('blank', t('nothing')));
  into.append(el('p', { class: 'marks' }, ...marks));
  if (by === 'cells' && indicator.of_people) into.append(sizeKey(data));
}

function legendTitle(indicator, by) {
  if (by === 'cells' && indicator.by_distance) {
    if (indicator.limit[1] === 'min') return t('minutes_by');
    return t(indicator.measure.includes('straight') ? 'straight_by' : 'distance_by');
  }
  const where = t(by === 'areas' ? 'in_each_area' : 'in_each_cell');
  const unit = indicator.unit === '%' ? '%' : unitOf(indicator.unit);
  return unit ? `${where}${language.now === 'zh' ? '，' : ', '}${unit}` : where;
}

function classBar(scale, unit, indicator, by) {
  const [width, height] = [296, 12];
  const count = scale.colours.length;
  const wide = width / count;
  const swatches = scale.colours.map((colour, n) => svg('rect', { x: n * wide, y: 16, width: wide, height, fill: colour }));
  const labels = scale.breaks.map((cut, n) => svg('text', { x: (n + 1) * wide, y: 42, 'text-anchor': 'middle' }, unit === '%' ? percent(cut) : number(cut)));
  const box = svg('svg', { viewBox: `0 0 ${width} 46`, 'aria-hidden': 'true' }, ...swatches, ...labels);
  const asked = scale.breaks.indexOf(scale.threshold);
  if (asked >= 0) box.append(...thresholdMark((asked + 1) * wide, width, by === 'cells' && indicator.by_distance ? t('limit') : t('asked')));
  return box;
}

function thresholdMark(x, width, words) {
  const anchor = x > width * 0.75 ? 'end' : x < width * 0.25 ? 'start' : 'middle';
  const shift = { end: 5, start: -5, middle: 0 }[anchor];
  return [
    svg('path', { d: `M${x} 13v18`, stroke: '#14171c', 'stroke-width': 2 }),
    svg('text', { x: x + shift, y: 10, 'text-anchor': anchor, 'font-weight': 600 }, words),
  ];
}

// What the size of a cell says: people who live there.
function sizeKey(data) {
  const people = [1, 0.25, 0.04].map((part) => Number((data.peopleRef * part).toPrecision(1)));
  const shown = people.filter((each, n) => each >= 1 && people.indexOf(each) === n);
  const samples = shown.map((each, n) => {
    const size = Math.min(1, Math.sqrt(each / data.peopleRef)) * 7;
    const corners = [0, 1, 2, 3, 4, 5].map((k) => `${8 + size * Math.sin((k * Math.PI) / 3)} ${8 - size * Math.cos((k * Math.PI) / 3)}`);
    const drawing = svg('svg', { viewBox: '0 0 16 16', class: 'hexagon', 'aria-hidden': 'true' }, svg('path', { d: `M${corners.join('L')}Z`, fill: '#626a75' }));
    return el('span', {}, drawing, n ? number(each) : `≥ ${number(each)}`);
  });
  return el('p', { class: 'marks sizes' }, el('span', {}, t(data.estimated ? 'size_estimated' : 'size_is')), ...samples);
}

function mark(fill, words) {
  const paint = fill === 'blank' ? '#fff' : `url(#${fill})`;
  return el('span', {}, svg('svg', { viewBox: '0 0 18 12', 'aria-hidden': 'true' },
    svg('rect', { x: 0.5, y: 0.5, width: 17, height: 11, fill: paint, stroke: '#9aa1aa' })), words);
}
