"use strict";
// What is drawn of numbers: cells {rows, columns, inks}, each ink a colour's variable and a level, 0 to 255,
// of each cell.

function levelsOf(count, level) {
  const levels = new Uint8ClampedArray(count);
  for (let i = 0; i < count; i++) levels[i] = level(i);
  return levels;
}

/** Weights over what is hidden from them: white 0, and `black`, or more, in full. */
function weightCells(weights, rows, columns, black, mask, ink = "--ink") {
  const levels = levelsOf(weights.length, (i) => Math.round(255 * Math.min(1, weights[i] / black)));
  const inks = [[ink, levels]];
  if (mask) inks.unshift(["--hidden", levelsOf(mask.length, (i) => (mask[i] ? 0 : 255))]);
  return { rows, columns, inks };
}

/** Red above 0, blue below, in full the largest; grey −∞, and purple what is no number. */
function signedCells(values, rows, columns) {
  let largest = 0;
  for (const x of values) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
  const part = (x) => (Number.isFinite(x) ? Math.round((255 * x) / (largest || 1)) : 0);
  return {
    rows,
    columns,
    largest,
    inks: [
      ["--positive", levelsOf(values.length, (i) => part(values[i]))],
      ["--negative", levelsOf(values.length, (i) => -part(values[i]))],
      ["--hidden", levelsOf(values.length, (i) => (values[i] === -Infinity ? 255 : 0))],
      ["--no-number", levelsOf(values.length, (i) => (Number.isNaN(values[i]) || values[i] === Infinity ? 255 : 0))],
    ],
  };
}

const maskCells = (mask, rows, columns) => ({
  rows,
  columns,
  inks: [["--ink", levelsOf(mask.length, (i) => (mask[i] ? 255 : 0))]],
});

/** {values, rows, columns}: at most `most` of each, every value the largest of those that fall together. */
function coarse(values, rows, columns, most) {
  const step = Math.ceil(Math.max(rows, columns) / most);
  if (step <= 1) return { values, rows, columns };
  const [high, wide] = [Math.ceil(rows / step), Math.ceil(columns / step)];
  const found = new values.constructor(high * wide);
  for (let row = 0, from = 0; row < rows; row++) {
    const start = Math.floor(row / step) * wide;
    for (let column = 0; column < columns; column++, from++) {
      const to = start + Math.floor(column / step);
      if (values[from] > found[to]) found[to] = values[from];
    }
  }
  return { values: found, rows: high, columns: wide };
}

/** Cells of at most `most` rows and columns, of each ink the highest level of those that fall together. */
function pooled(cells, most) {
  const inks = cells.inks.map(([ink, levels]) => [ink, coarse(levels, cells.rows, cells.columns, most)]);
  const { rows, columns } = inks[0][1];
  return { rows, columns, inks: inks.map(([ink, { values }]) => [ink, values]) };
}

const colours = new Map(); // by variable, to be cleared when day turns to night

/** [red, green, blue] of a colour's variable. */
function rgb(variable) {
  if (!colours.has(variable)) colours.set(variable, asked(variable));
  return colours.get(variable);
}

function asked(variable) {
  const probe = document.createElement("i");
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
  probe.remove();
  return colour;
}

/** A pixel a cell; how large it is seen is up to the style.  The canvas keeps its cells. */
function paint(canvas, cells) {
  canvas.width = cells.columns;
  canvas.height = cells.rows;
  canvas.cells = cells;
  const image = new ImageData(cells.columns, cells.rows);
  const pixels = new Uint32Array(image.data.buffer); // little-endian: alpha, blue, green, red
  for (const [ink, levels] of cells.inks) {
    const [red, green, blue] = rgb(ink);
    const colour = (blue << 16) | (green << 8) | red;
    for (let i = 0; i < levels.length; i++) if (levels[i]) pixels[i] = over(pixels[i], colour, levels[i]);
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** `colour` at `level` over what is there already, which is nothing, or in full. */
function over(below, colour, level) {
  if (!below || level === 255) return ((level << 24) | colour) >>> 0;
  let mixed = 0xff000000;
  for (const shift of [0, 8, 16]) {
    const [old, added] = [(below >> shift) & 255, (colour >> shift) & 255];
    mixed |= Math.round(old + ((added - old) * level) / 255) << shift;
  }
  return mixed >>> 0;
}
