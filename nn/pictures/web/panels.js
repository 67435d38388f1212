"use strict";
// Small maps side by side, to choose from: all heads, or one head at each snapshot.

const THUMB = 92; // pixels
const LEAST_THUMB = 24;

/**
 * {button, paint(cells), tell(numbers), press(chosen)}: a small map by its name, over the image `backdrop` if
 * there is one.
 */
function thumb(name, said, rows, columns, { backdrop, onChoose }) {
  const button = made("button", { type: "button", class: "thumb", "aria-label": said });
  const scale = THUMB / Math.max(rows, columns);
  const [wide, high] = [columns * scale, rows * scale].map((side) => Math.max(LEAST_THUMB, side));
  const size = `left:0;top:0;width:${wide}px;height:${high}px`;
  const box = made("div", { class: "map", style: size }, button);
  if (backdrop) lay(box, backdrop, size);
  const canvas = made("canvas", { style: size, class: backdrop ? "over" : "" }, box);
  const caption = made("span", {}, button, name);
  button.addEventListener("click", onChoose);
  return {
    button,
    paint: (cells) => paint(canvas, cells),
    tell(numbers) {
      caption.textContent = `${name}: ${numbers}`;
      button.setAttribute("aria-label", `${said}: ${numbers}`);
    },
    press(chosen) {
      button.setAttribute("aria-pressed", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    },
  };
}

/** Have the arrow keys lead from one small map in `host` to the next; Tab finds the one that is chosen. */
function walkedByKeys(host) {
  host.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!step) return;
    const all = [...host.querySelectorAll("button")];
    all[all.indexOf(document.activeElement) + step]?.focus();
    event.preventDefault();
  });
}

/** The cells of a small map of one head. */
function smallCells({ weights, mask }, head, black) {
  const [, length, width] = weights.shape;
  const small = (array) => coarse(ofHead(array, head), length, width, THUMB);
  const { values, rows, columns } = small(weights);
  return weightCells(values, rows, columns, black, mask && small(mask).values);
}

/** A canvas with the image (rows, columns, 3). */
function imageCanvas(image) {
  const [rows, columns] = image.shape;
  const canvas = made("canvas", {});
  canvas.width = columns;
  canvas.height = rows;
  const data = new ImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    for (let c = 0; c < 3; c++) data.data[4 * i + c] = image.values[3 * i + c];
    data.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(data, 0, 0);
  return canvas;
}
