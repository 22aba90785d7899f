// Opens what pack.py wrote: a header and arrays, compressed.
const KINDS = {
  u1: Uint8Array, i1: Int8Array, u2: Uint16Array, u4: Uint32Array, i4: Int32Array, f4: Float32Array,
};

async function unpack(id) {
  const text = document.getElementById(id).textContent.trim();
  return unpacked(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
}

async function unpacked(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  const raw = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(raw.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(raw.subarray(4, 4 + length)));
  const arrays = {};
  let at = 4 + length;
  for (const [name, kind, count] of header.arrays) {
    arrays[name] = fromPlanes(raw, at, KINDS[kind], count);
    at += count * KINDS[kind].BYTES_PER_ELEMENT;
  }
  return { header, arrays };
}

function fromPlanes(raw, at, Kind, count) {
  const size = Kind.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(count * size);
  for (let plane = 0; plane < size; plane += 1) {
    const from = at + plane * count;
    for (let n = 0, to = plane; n < count; n += 1, to += size) bytes[to] = raw[from + n];
  }
  return new Kind(bytes.buffer);
}

function unfold(number) {
  return (number >>> 1) ^ -(number & 1);
}

function undelta(folded) {
  const out = new Int32Array(folded.length);
  let sum = 0;
  for (let n = 0; n < folded.length; n += 1) {
    sum += unfold(folded[n]);
    out[n] = sum;
  }
  return out;
}

// Where each run begins, given how long each is: one more than there are runs.
function starts(sizes) {
  const out = new Uint32Array(sizes.length + 1);
  for (let n = 0; n < sizes.length; n += 1) out[n + 1] = out[n] + sizes[n];
  return out;
}
