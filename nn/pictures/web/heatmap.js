"use strict";
// A map of cells with labels at two sides, in which a pointer or the arrow keys walk.

const SVG = "http://www.w3.org/2000/svg";
const LARGEST_CELL = 26; // pixels
const LEAST_MAP = 60;
const LARGEST_LETTER = 11;
const LEAST_LETTER = 8;
const LEAST_CAPTION = 160;

function drawn(name, attributes, parent, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  parent.append(element);
  return element;
}

function made(name, attributes, parent, text = "") {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  parent?.append(element);
  return element;
}

const pen = document.createElement("canvas").getContext("2d");

/** Pixels that the longest of the labels takes, at this size. */
function widest(labels, size) {
  pen.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
  return labels.reduce((most, label) => Math.max(most, pen.measureText(label).width), 0);
}

/** The end of a label, as much as there is room for. */
function fitted(label, size, room) {
  if (widest([label], size) <= room) return label;
  let from = 1;
  while (from < label.length && widest([`…${label.slice(from)}`], size) > room) from++;
  return `…${label.slice(from)}`;
}

/** Where the arrow keys lead from a cell; undefined for any other key. */
function stepped(event, rows, columns, row, column) {
  const far = event.ctrlKey || event.shiftKey ? 8 : 1;
  const [down, right] =
    { ArrowUp: [-far, 0], ArrowDown: [far, 0], ArrowLeft: [0, -far], ArrowRight: [0, far], Home: [0, -columns],
      End: [0, columns], PageUp: [-rows, 0], PageDown: [rows, 0] }[event.key] ?? [];
  if (down === undefined) return undefined;
  const within = (x, end) => Math.min(Math.max(x, 0), end - 1);
  return [within((row ?? -1) + down, rows), within((column ?? -1) + right, columns)];
}

/**
 * {figure, left, paint(cells), mark(row, column)}: a map of rows by columns, at most `width` pixels wide.
 * `left` is room for labels, at least; cells are as high as wide, or at most `high`; a `bare` map has no labels
 * above; `backdrop` is a canvas that the cells lie over, without labels.  `onPoint(row, column)` is told
 * where the pointer is, `onChoose` where it was clicked.
 */
function heatmap(id, title, rows, columns, { width, left = 0, high, bare, backdrop, onPoint, onChoose }) {
  const figure = made("figure", {});
  const caption = made("figcaption", {}, figure, title);
  const box = made("div", { class: "map" }, figure);
  const labelled = !backdrop;
  const room = labelled ? Math.max(left, Math.min(0.4 * width, widest(rows, LARGEST_LETTER) + 6)) : 0;
  const most = Math.max(LEAST_MAP, width - room - 2) / columns.length;
  let cell = backdrop ? most : Math.min(LARGEST_CELL, most);
  if (cell > 2) cell = Math.floor(cell);
  const tall = high ? Math.min(high, LARGEST_CELL) : cell;
  const flat = widest(columns, letters(cell)) <= cell - 1;
  const upright = widest(columns, letters(cell)) + 6;
  const above = !labelled || bare ? 0 : flat ? 15 : upright;
  const [wide, height] = [cell * columns.length, tall * rows.length];
  figure.style.width = `${Math.max(room + wide + 2, LEAST_CAPTION)}px`;
  const place = `left:${room}px;top:${above}px;width:${wide}px;height:${height}px`;
  if (backdrop) lay(box, backdrop, place);
  const canvas = made("canvas", { id, tabindex: "0", role: "application", "aria-label": title, style: place }, box);
  canvas.setAttribute("aria-roledescription", "map");
  if (backdrop) canvas.classList.add("over");
  const svg = drawn("svg", { width: room + wide + 2, height: above + height + 2 }, box);
  drawn("rect", { class: "edge", x: room, y: above, width: wide, height }, svg);
  if (labelled) {
    writeRows(svg, rows, room, above, tall);
    if (!bare) writeColumns(svg, columns, room, above, cell, flat);
  }
  const cursor = ["row", "cell"].map(() => drawn("rect", { class: "cursor", visibility: "hidden" }, svg));
  let at = [undefined, undefined];

  function put(rect, x, y, w, h) {
    for (const [key, value] of Object.entries({ x, y, width: w, height: h, visibility: "visible" }))
      rect.setAttribute(key, value);
  }
  function mark(row, column) {
    at = [row ?? undefined, column ?? undefined];
    for (const rect of cursor) rect.setAttribute("visibility", "hidden");
    if (row != null && labelled) put(cursor[0], room, above + row * tall, wide, tall);
    if (row != null && column != null) put(cursor[1], room + column * cell, above + row * tall, cell, tall);
  }
  function under(event) {
    const rect = canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - rect.top) / rect.height) * rows.length);
    const column = Math.floor(((event.clientX - rect.left) / rect.width) * columns.length);
    const inside = row >= 0 && row < rows.length && column >= 0 && column < columns.length;
    return inside ? [row, column] : undefined;
  }
  canvas.addEventListener("pointermove", (event) => {
    const found = under(event);
    if (found && (found[0] !== at[0] || found[1] !== at[1])) onPoint(...found);
  });
  canvas.addEventListener("click", (event) => under(event) && onChoose?.(...under(event)));
  canvas.addEventListener("keydown", (event) => {
    const found = stepped(event, rows.length, columns.length, ...at);
    if (found) onPoint(...found);
    else if (event.key === "Enter" && at[0] !== undefined) onChoose?.(...at);
    else return;
    event.preventDefault();
  });
  return {
    figure,
    caption,
    left: room,
    mark,
    paint: (cells) => paint(canvas, cell < 1 ? pooled(cells, Math.ceil(wide)) : cells),
  };
}

/** Put a canvas in its place, below those that follow. */
function lay(box, canvas, place) {
  canvas.setAttribute("style", place);
  box.append(canvas);
}

/** Of labels at cells of this size: how large they are, and that it is every one, or every second, third, ... */
const letters = (cell) => Math.min(LARGEST_LETTER, Math.max(cell - 1, LEAST_LETTER));
const everyWhich = (cell) => Math.max(1, Math.ceil((LEAST_LETTER + 1) / cell));

function writeRows(svg, labels, right, top, tall) {
  const size = letters(tall);
  for (let row = 0; row < labels.length; row += everyWhich(tall))
    drawn("text", { x: right - 4, y: top + (row + 0.5) * tall + size * 0.35, "text-anchor": "end",
      "font-size": size }, svg, fitted(labels[row], size, right - 4));
}

function writeColumns(svg, labels, left, bottom, cell, flat) {
  const size = letters(cell);
  for (let column = 0; column < labels.length; column += flat ? 1 : everyWhich(cell)) {
    const x = left + (column + 0.5) * cell;
    const turned = { transform: `translate(${x + size * 0.35} ${bottom - 4}) rotate(-90)` };
    const where = flat ? { x, y: bottom - 4, "text-anchor": "middle" } : turned;
    drawn("text", { ...where, "font-size": size }, svg, labels[column]);
  }
}
