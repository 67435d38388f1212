"use strict";
// Arrays as they stand in the page, and numbers in the fewest digits that are still theirs.

const HALVES = Float32Array.from({ length: 65536 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : sign * 2 ** -24 * fraction;
});

const fromBase64 = (text) =>
  Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)); // of before 2025

/** The array at a place in the data of the page: {dtype, shape, values}. */
async function unpacked({ dtype, shape, zlib }) {
  const inflate = new DecompressionStream("deflate");
  const writer = inflate.writable.getWriter();
  writer.write(fromBase64(zlib));
  writer.close();
  const bytes = await new Response(inflate.readable).arrayBuffer();
  if (dtype === "uint8") return { dtype, shape, values: new Uint8Array(bytes) };
  if (dtype === "float32") return { dtype, shape, values: new Float32Array(bytes) };
  const bits = new Uint16Array(bytes);
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = HALVES[bits[i]];
  return { dtype, shape, values };
}

/** The nearest float16. */
function half(x) {
  if (!x) return x;
  const step = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), -14) - 10);
  const steps = Math.round(x / step);
  const tied = Math.abs(x / step - Math.trunc(x / step)) === 0.5;
  return (tied && steps % 2 ? steps - 1 : steps) * step;
}

const ROUNDED = { uint8: Math.round, float16: half, float32: Math.fround };

/** In words: no other number of this dtype is nearer to what is said. */
function said(value, dtype) {
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (ROUNDED[dtype](Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}

/** Of a query (S,). */
function ofQuery(array, head, query) {
  const wide = array.shape[2];
  return ofHead(array, head).subarray(query * wide, (query + 1) * wide);
}

/** In three digits. */
const short = (value) => String(Number(value.toPrecision(3)));

/** Of a measure (), (S,), (H, 1) or (H, S) what is of one head: a number, or one of each key. */
function ofMeasure({ shape, values }, head) {
  const wide = shape.at(-1) ?? 1;
  return shape.length < 2 ? values : values.subarray(head * wide, (head + 1) * wide);
}

const isWhole = ({ shape }) => !shape.length || (shape.length === 2 && shape[1] === 1);

/** The numbers of one head (T, S) of an array (H, T, S), or (1, T, S) that is of all heads. */
function ofHead(array, head) {
  const [heads, rows, columns] = array.shape;
  const first = (heads === 1 ? 0 : head) * rows * columns;
  return array.values.subarray(first, first + rows * columns);
}
