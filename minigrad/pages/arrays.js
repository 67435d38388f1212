"use strict";
// arrayView(data) shows what array_data gives: few numbers as a table, many as a heat map to point at, an array
// of more than two axes as one such facet for each index along the others.

const ARRAY_TABLE_CELLS = 64; // up to this many of a facet are written out
const ARRAY_POSITIVE = "31 111 235"; // as in arrays.css
const ARRAY_NEGATIVE = "219 109 40";
const ARRAY_WRONG = "214 51 108";

function arrayView(data) {
  const figure = arrayElement("figure", "array");
  figure.append(arrayElement("figcaption", "array-form", data.form));
  const facets = arrayFacets(data);
  const reading = arrayElement("output", "array-reading");
  const list = arrayElement("div", "array-facets");
  for (const facet of facets) list.append(arrayFacetView(data, facet, reading));
  figure.append(list);
  if (list.querySelector("canvas")) figure.append(reading);
  const notes = [data.range, data.note, data.omitted].filter(Boolean);
  if (notes.length) figure.append(arrayElement("p", "array-notes", notes.join(" · ")));
  return figure;
}

function arrayElement(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// The last two axes are rows and columns; each index along those before them is a facet.
function arrayFacets(data) {
  const rank = data.kept.length;
  const columns = rank > 0 ? data.kept[rank - 1] : [0];
  const rows = rank > 1 ? data.kept[rank - 2] : [0];
  let outer = [[]];
  for (const indices of data.kept.slice(0, Math.max(rank - 2, 0)))
    outer = outer.flatMap((before) => indices.map((i) => [...before, i]));
  const size = rows.length * columns.length;
  return size ? outer.map((index, i) => ({ index, rows, columns, start: i * size })) : [];
}

function arrayFacetView(data, facet, reading) {
  const view = arrayElement("figure", "array-facet");
  if (facet.index.length) view.append(arrayElement("figcaption", "", arrayCaption(data.axes, facet.index)));
  const small = facet.rows.length * facet.columns.length <= ARRAY_TABLE_CELLS;
  if (small) view.append(arrayTable(data, facet));
  else view.append(arrayElement("div", "array-axis", arrayAxes(data)), arrayHeatMap(data, facet, reading));
  return view;
}

function arrayCaption(axes, index) {
  return axes ? index.map((at, i) => `${axes[i]} ${at}`).join(", ") : `[${index.join(", ")}, :, :]`;
}

function arrayTable(data, facet) {
  const table = arrayElement("table", "array-table");
  const rank = data.shape.length;
  if (rank) {
    const head = table.createTHead().insertRow();
    if (rank > 1) head.append(arrayElement("td", "array-axis", arrayAxes(data)));
    for (const column of facet.columns) head.append(arrayHeading("col", column));
  }
  const body = table.createTBody();
  facet.rows.forEach((row, i) => {
    const line = body.insertRow();
    if (rank > 1) line.append(arrayHeading("row", row));
    facet.columns.forEach((column, j) => {
      const value = data.values[facet.start + i * facet.columns.length + j];
      const cell = line.insertCell();
      cell.textContent = arrayShort(value);
      cell.title = arrayReading(facet, data, row, column, value);
      if (value === null) cell.className = "array-masked";
      else if (arrayIsWrong(value)) cell.className = "array-wrong";
      else {
        cell.className = Number(value) < 0 ? "array-negative" : "array-positive";
        cell.style.setProperty("--share", arrayShare(value, data));
      }
    });
  });
  return table;
}

function arrayAxes(data) {
  return data.axes && data.axes.length > 1 ? `${data.axes.at(-2)} ↓ ${data.axes.at(-1)} →` : "";
}

function arrayHeading(scope, index) {
  const heading = arrayElement("th", "", String(index));
  heading.scope = scope;
  return heading;
}

function arrayHeatMap(data, facet, reading) {
  const canvas = arrayElement("canvas", "array-map");
  const width = facet.columns.length;
  const height = facet.rows.length;
  const side = Math.max(2, Math.min(16, Math.floor(320 / Math.max(width, height))));
  canvas.width = width * side;
  canvas.height = height * side;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  const label = [data.form, data.range, "arrow keys read the cells"].filter(Boolean).join(", ");
  canvas.setAttribute("aria-label", label);
  const pen = canvas.getContext("2d");
  const valueAt = (i, j) => data.values[facet.start + i * width + j];
  let [row, column] = [0, 0];

  function paint(cursor) {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++) arrayPaintCell(pen, valueAt(i, j), data, j * side, i * side, side);
    pen.strokeStyle = pen.fillStyle = "#888";
    pen.lineWidth = 2;
    arrayPaintSeams(pen, facet, side);
    if (!cursor) return;
    pen.strokeRect(column * side - 1, row * side - 1, side + 2, side + 2);
  }

  function read(i, j) {
    row = Math.max(0, Math.min(height - 1, i));
    column = Math.max(0, Math.min(width - 1, j));
    reading.textContent = arrayReading(facet, data, facet.rows[row], facet.columns[column], valueAt(row, column));
    paint(true);
  }

  canvas.addEventListener("pointermove", (event) => {
    const box = canvas.getBoundingClientRect();
    const across = ((event.clientX - box.left) / box.width) * width;
    const down = ((event.clientY - box.top) / box.height) * height;
    read(Math.floor(down), Math.floor(across));
  });
  canvas.addEventListener("pointerleave", () => paint(false));
  canvas.addEventListener("focus", () => read(row, column));
  canvas.addEventListener("blur", () => paint(false));
  canvas.addEventListener("keydown", (event) => {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation(); // the page may have a use of its own for arrow keys
    read(row + step[0], column + step[1]);
  });
  paint(false);
  return canvas;
}

function arrayPaintCell(pen, value, data, x, y, side) {
  if (value === null) {
    pen.strokeStyle = "#888"; // masked: a stroke through the cell
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(x, y + side);
    pen.lineTo(x + side, y);
    pen.stroke();
    return;
  }
  pen.fillStyle = arrayIsWrong(value) ? `rgb(${ARRAY_WRONG})` : arrayColour(value, data);
  pen.fillRect(x, y, side, side);
}

// A line where rows or columns are omitted.
function arrayPaintSeams(pen, facet, side) {
  const seam = (indices) => indices.findIndex((index, i) => index !== indices[0] + i) * side;
  const [x, y] = [seam(facet.columns), seam(facet.rows)];
  if (x > 0) pen.fillRect(x - 1, 0, 2, pen.canvas.height);
  if (y > 0) pen.fillRect(0, y - 1, pen.canvas.width, 2);
}

// "[2, 3] = 0.25", with all digits.
function arrayReading(facet, data, row, column, value) {
  const rank = data.shape.length;
  const index = [...facet.index, row, column].slice(rank === 1 ? -1 : 0);
  const place = rank ? `[${index.join(", ")}] = ` : "";
  return place + (value === null ? "masked" : String(value));
}

function arrayIsWrong(value) {
  return value === "nan" || value === "inf" || value === "-inf";
}

// Blue above zero, orange below, the more of it the further from zero: on light and on dark paper alike.
function arrayColour(value, data) {
  return `rgb(${Number(value) < 0 ? ARRAY_NEGATIVE : ARRAY_POSITIVE} / ${arrayShare(value, data)})`;
}

function arrayShare(value, data) {
  const largest = Math.max(Math.abs(Number(data.low)), Math.abs(Number(data.high)));
  return largest > 0 ? (Math.abs(Number(value)) / largest).toPrecision(2) : "0";
}

function arrayShort(value) {
  if (value === null) return "–";
  if (value === "nan") return "NaN";
  if (typeof value !== "number" || (Number.isInteger(value) && Math.abs(value) < 1e6)) return String(value);
  return String(arrayDigits(value));
}

// Four digits. Of two that are equally near it is the even one, as Python has it: 0.015625 is 0.01562.
function arrayDigits(value) {
  const [digits, exponent] = value.toExponential(60).split("e");
  const end = digits.indexOf(".") + 4;
  const evenAndTied = /^[02468]50*$/.test(digits.slice(end - 1));
  return Number(evenAndTied ? `${digits.slice(0, end)}e${exponent}` : value.toPrecision(4));
}
