// Texts and numbers in the language that is shown. Text from data only ever goes to textContent.
const language = { now: 'en' };
let WORDS = {};

function pick(pair) {
  return pair[language.now === 'zh' ? 1 : 0];
}

function t(key, values = {}) {
  let text = pick(WORDS.texts[key]);
  for (const [name, value] of Object.entries(values)) text = text.replace(`{${name}}`, value);
  return text;
}

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null && child !== ''));
  return node;
}

function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function significant(value) {
  return Number(value.toPrecision(3));
}

function decimals(value) {
  if (!value) return 0;
  return Math.max(0, 2 - Math.floor(Math.log10(Math.abs(significant(value)))));
}

function grouped(value, places = 0) {
  const [whole, part] = Math.abs(value).toFixed(places).split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (part ? `.${part}` : '');
  return value < 0 && Number(text.replace(/,/g, '')) !== 0 ? `−${text}` : text;
}

// At most three significant digits, as numbers.py has it.
function number(value) {
  if (value == null || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return '∞';
  const rounded = significant(value);
  const text = grouped(rounded, Math.min(decimals(rounded), 12));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function percent(value) {
  if (value >= 99.95 && value < 100) return '99.9';
  if (value > 0 && value < 0.1) return '<0.1';
  return number(Math.round(value * 10) / 10);
}

const UNITS = {
  '': ['', ''], 1: ['', ''], m: ['m', '米'], km: ['km', '公里'], m2: ['m²', '平方米'],
  km2: ['km²', '平方公里'], ha: ['ha', '公顷'], min: ['min', '分钟'], people: ['people', '人'],
  places: ['places', '处'], 'people/place': ['people per place', '人/处'],
  'people/km2': ['people/km²', '人/平方公里'], 'm2/person': ['m² per person', '平方米/人'],
  'km/km2': ['km/km²', '公里/平方公里'], '1/km2': ['per km²', '个/平方公里'],
};

function unitOf(unit) {
  return UNITS[unit] ? pick(UNITS[unit]) : unit;
}

function withUnit(text, unit) {
  const label = unitOf(unit);
  return label && language.now === 'en' ? `${text} ${label}` : text + label;
}

function valued(value, unit) {
  if (value == null || Number.isNaN(value)) return '–';
  return unit === '%' ? `${percent(value)}%` : withUnit(number(value), unit);
}

function ranged(lower, upper, unit) {
  if (lower == null || upper == null) return '';
  const show = unit === '%' ? percent : number;
  const text = show(lower) === show(upper) ? show(lower) : `${show(lower)}–${show(upper)}`;
  return unit === '%' ? `${text}%` : withUnit(text, unit);
}

function headcount(value) {
  if (value > 0 && value < 1) return language.now === 'zh' ? '不足1人' : 'less than 1 person';
  const people = Math.round(value);
  if (language.now === 'en') return `${number(people)} ${people === 1 ? 'person' : 'people'}`;
  return people >= 1e4 ? `${number(significant(people) / 1e4)}万人` : `${number(people)}人`;
}

// People with the sign and range of an estimate wherever they are one.
function peopleText(value, lower, upper, estimated) {
  if (!estimated) return headcount(value);
  const range = lower == null ? '' : `${number(Math.round(lower))}–${number(Math.round(upper))}`;
  if (language.now === 'zh') return `约${headcount(value)}（估算${range ? `，${range}` : ''}）`;
  return `≈ ${headcount(value)} (${t('estimated')}${range ? `, ${range}` : ''})`;
}
