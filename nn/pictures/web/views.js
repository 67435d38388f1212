"use strict";
// What is on the page, made of the data: tokens, the maps of one head, that of every head, the small ones.

const quoted = (labels, place) => `\u2068“${labels[place]}”\u2069 (${place})`; // whichever way it is written
const alike = (a, b) => a.length === b.length && a.every((label, i) => label === b[i]);
const readsItself = (layer) => alike(layer.queries, layer.keys);
const has = ({ inks }, wanted) => inks.some(([ink, levels]) => ink === wanted && levels.some(Boolean));
const signs = (cells, { dtype }) =>
  `red positive, blue negative, in full ${said(cells.largest, dtype)}` +
  (has(cells, "--hidden") ? ", grey −∞" : "") +
  (has(cells, "--no-number") ? ", purple NaN or ∞" : "");
const nameOf = (layer, head) => (layer.path ? `${layer.path}, head ${head}` : `head ${head}`);

/** The strips of tokens: one where queries and keys are the same. */
function tokenStrips(host, layer, { onQuery, onKey, onHold }) {
  const itself = readsItself(layer);
  const asking = strip(itself ? "tokens" : "queries", layer.queries, { onPoint: onQuery, onHold });
  const asked = itself ? asking : strip("keys", layer.keys, { onPoint: onKey });
  host.replaceChildren(...new Set([asking.element, asked.element]));
  return { asking, asked };
}

/** The maps of one head: weights, with measures below, and scores and mask where they were recorded. */
function headMaps(host, layer, arrays, { onPoint }) {
  const [, rows, columns] = layer.shape;
  const kinds = ["weights", "scores", "mask"].filter((kind) => arrays[kind]);
  const part = host.clientWidth / kinds.length - 20; // side by side, where that leaves cells that can be seen
  const cell = (part - widest(layer.queries, LARGEST_LETTER)) / columns;
  const width = cell > LEAST_LETTER ? part : host.clientWidth;
  const maps = {};
  host.replaceChildren();
  for (const kind of kinds) {
    maps[kind] = heatmap(`map-${kind}`, kind, layer.queries, layer.keys, { width, onPoint });
    host.append(maps[kind].figure);
  }
  const beside = arrays.beside.map(({ name, array }, i) => {
    if (isWhole(array)) {
      const line = made("p", { class: "whole" }, maps.weights.figure);
      return (head) => (line.textContent = `${name}: ${said(ofMeasure(array, head)[0], array.dtype)}`);
    }
    const row = heatmap(`beside-${i}`, name, [name], layer.keys, { width, left: maps.weights.left, high: 18,
      bare: true, onPoint: (_, column) => onPoint(undefined, column) });
    maps.weights.figure.append(row.figure);
    return (head) => {
      const cells = signedCells(ofMeasure(array, head), 1, columns);
      row.paint(cells);
      row.caption.textContent = `${name}: ${signs(cells, array)}`;
    };
  });
  return {
    mark: (query, key) => kinds.forEach((kind) => maps[kind].mark(query, key)),
    paint(head, black) {
      const of = (kind) => arrays[kind] && ofHead(arrays[kind], head);
      maps.weights.paint(weightCells(of("weights"), rows, columns, black, of("mask")));
      if (maps.scores) {
        const cells = signedCells(of("scores"), rows, columns);
        maps.scores.paint(cells);
        maps.scores.caption.textContent = `scores, before the mask: ${signs(cells, arrays.scores)}`;
      }
      maps.mask?.paint(maskCells(of("mask"), rows, columns));
      if (maps.mask) maps.mask.caption.textContent = "mask: dark may be attended to";
      for (const paintFor of beside) paintFor(head);
      maps.weights.caption.textContent = `weights: 0 clear, ${black} and more in full${maps.mask ? ", hidden grey" : ""}`;
    },
  };
}

/** The weights of a query (S,) on the patches, which are the last keys. */
function patchCells([rows, columns], weights, black) {
  return weightCells(weights.subarray(weights.length - rows * columns), rows, columns, black, null, "--over");
}

/** The image under the weights of one query. */
function imageMap(host, layer, arrays, { onPatch }) {
  const [rows, columns] = layer.patches.map((count) => Array.from({ length: count }, (_, i) => String(i)));
  const before = layer.keys.length - rows.length * columns.length;
  const map = heatmap("map-image", "image", rows, columns, {
    width: Math.min(320, host.clientWidth),
    backdrop: imageCanvas(arrays.image),
    onPoint: (row, column) => onPatch(before + row * columns.length + column),
  });
  host.prepend(map.figure);
  return {
    mark(key) {
      const patch = (key ?? -1) - before;
      if (patch < 0) map.mark();
      else map.mark(Math.floor(patch / columns.length), patch % columns.length);
    },
    paint(head, query, black) {
      const weights = ofQuery(arrays.weights, head, query);
      map.paint(patchCells(layer.patches, weights, black));
      const apart = Array.from(weights.subarray(0, before), (weight, key) =>
        `, before it ${quoted(layer.keys, key)} ${said(weight, arrays.weights.dtype)}`);
      map.caption.textContent = `weights of ${quoted(layer.queries, query)} over the image${apart.join("")}`;
    },
  };
}

/** A row for each head of the layers that read the same: the weights of one query. */
function everyHead(host, layers, keys, { onPoint, onChoose }) {
  const heads = layers.flatMap((index) =>
    Array.from({ length: data.layers[index].shape[0] }, (_, head) => [index, head]));
  const names = heads.map(([index, head]) => nameOf(data.layers[index], head));
  const map = heatmap("map-every", "a row for each head", names, keys, {
    width: host.clientWidth,
    high: Math.max(4, 640 / heads.length),
    onPoint: (row, column) => onPoint(...heads[row], column),
    onChoose: (row) => onChoose(...heads[row]),
  });
  host.replaceChildren(map.figure);
  return {
    mark: (layer, head, key) => map.mark(heads.findIndex(([i, h]) => i === layer && h === head), key),
    paint(arraysOf, query, black) {
      const wide = keys.length;
      const [weights, mask] = [new Float32Array(heads.length * wide), new Uint8Array(heads.length * wide).fill(1)];
      for (const [row, [index, head]] of heads.entries()) {
        const arrays = arraysOf(index);
        if (!arrays) continue;
        weights.set(ofQuery(arrays.weights, head, query), row * wide);
        if (arrays.mask) mask.set(ofQuery(arrays.mask, head, query), row * wide);
      }
      map.paint(weightCells(weights, heads.length, wide, black, mask));
    },
  };
}

/** A small map for each head of each layer, a row of them for each layer; over its image, if it has one. */
function headThumbs(host, images, { onChoose }) {
  host.replaceChildren();
  const thumbs = data.layers.map((layer, index) => {
    const image = images[index];
    const group = made("div", { class: "heads" }, host);
    made("b", {}, group, [layer.path, ...layer.of_heads].filter(Boolean).join(": "));
    const row = made("div", { class: "row" }, group);
    const [heads, length, width] = layer.shape;
    const [rows, columns] = layer.patches ?? [length, width];
    return Array.from({ length: heads }, (_, head) => {
      const backdrop = image && imageCanvas(image);
      const one = thumb(String(head), nameOf(layer, head), rows, columns, { backdrop,
        onChoose: () => onChoose(index, head) });
      row.append(one.button);
      return one;
    });
  });
  return {
    press: (layer, head) => thumbs.forEach((row, i) => row.forEach((one, h) => one.press(i === layer && h === head))),
    /** The heads of one layer; over an image those of a query. */
    paint(index, arrays, query, black) {
      const layer = data.layers[index];
      const length = layer.queries.length;
      const numbers = arrays.beside.filter(({ array }) => isWhole(array) && array.shape.length);
      thumbs[index].forEach((one, head) => {
        if (numbers.length) one.tell(numbers.map(({ array }) => short(ofMeasure(array, head)[0])).join(", "));
        one.paint(layer.image === null ? smallCells(arrays, head, black)
          : patchCells(layer.patches, ofQuery(arrays.weights, head, Math.min(query, length - 1)), black));
      });
    },
  };
}

/** The selected head at each snapshot. */
function filmStrip(host, layer, { onChoose }) {
  const [, rows, columns] = layer.shape;
  const thumbs = data.snapshots.map((name, snapshot) =>
    thumb(name, `snapshot ${name}`, rows, columns, { onChoose: () => onChoose(snapshot) }));
  host.replaceChildren(...thumbs.map((one) => one.button));
  return {
    press: (snapshot) => thumbs.forEach((one, i) => one.press(i === snapshot)),
    paint: (snapshot, arrays, head, black) => thumbs[snapshot].paint(smallCells(arrays, head, black)),
  };
}
