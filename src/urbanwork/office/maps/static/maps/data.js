// The pieces of an examination: the frame first, the cells of an indicator when it is chosen.
/* global Data, unpacked */
export async function piece(address) {
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return unpacked(new Uint8Array(await answer.arrayBuffer()));
}

// Red, yellow and green are for deadlines: classes of figures go from pale to dark blue.
const [PALE, DARK] = [[188, 212, 232], [20, 37, 75]];

function inBlue(colours) {
  const last = Math.max(colours.length - 1, 1);
  const greenness = (colour) => parseInt(colour.slice(3, 5), 16);
  const isDarkFirst = greenness(colours[0]) < greenness(colours[colours.length - 1]);
  return colours.map((_, n) => {
    const at = (isDarkFirst ? last - n : n) / last;
    return `#${PALE.map((pale, k) => Math.round(pale + (DARK[k] - pale) * at).toString(16).padStart(2, '0')).join('')}`;
  });
}

export class OfficeData extends Data {
  constructor(found, addressOf) {
    super(found);
    for (const { scale, area_scale: ofAreas } of this.indicators) {
      for (const each of new Set([scale, ofAreas])) if (each) each.colours = inBlue(each.colours);
    }
    this.addressOf = addressOf;
    this.withCells = new Set(this.header.with_cells);
    this.loading = new Map();
    if (!this.arrays.people) Object.assign(this.arrays, { people: new Float32Array(0), area: new Uint16Array(0) });
  }

  hasCells(indicator) {
    return this.arrays.people.length > 0 && this.withCells.has(indicator.number);
  }

  // The number of the indicator that is asked for, else of one that says something of cells.
  firstOf(id) {
    const at = this.indicators.findIndex((each) => each.id === id);
    return Math.max(0, at >= 0 ? at : this.indicators.findIndex((each) => this.hasCells(each)));
  }

  // The cells of an indicator, fetched once.
  load(number) {
    if (!this.withCells.has(number) || `state_${number}` in this.arrays) return Promise.resolve();
    if (!this.loading.has(number)) {
      const fetched = piece(this.addressOf(`indicator-${number}.bin`));
      this.loading.set(number, fetched.then(({ arrays }) => { Object.assign(this.arrays, arrays); }));
    }
    return this.loading.get(number);
  }

  row(indicator, column) {
    const at = indicator.number * this.columns + column;
    const { grid, words } = this.header;
    const reason = grid.reason[at];
    return {
      value: grid.value[at], grade: grid.grade[at], people_short: grid.people_short[at],
      reason: reason >= 0 ? Object.keys(words.reasons)[reason] : null,
    };
  }
}
