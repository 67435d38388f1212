"use strict";
// Where everything stands: frames in frames, each with its boxes in layers, and the lines between.
//
// A frame is laid out before the one around it, in which it is a box.  What comes from outside enters it by a
// port at its top, one for each source, and what is read outside leaves by a port at its bottom.

const FRAME_SPACE = 14;
const FRAME_LABEL = 24;
const SPACE_BELOW = 30; // between layers
const PORT = 6;

// `root` is {id, boxes, frames}: boxes {id, width, height, age}, frames the same as root; `lines` are [source, target],
// ids of boxes.  Gives {boxes, frames, lines, width, height}: Maps of {x, y, width, height} from the top left corner,
// and of each "source target" its points.
function layout(root, lines) {
  const path = new Map(); // of each box, the frames around it, outermost first
  const walk = (frame, around) => {
    const here = [...around, frame];
    for (const box of frame.boxes) path.set(box.id, here);
    for (const inner of frame.frames) walk(inner, here);
  };
  walk(root, []);
  const parts = new Map(); // of each frame, the lines through it: {source, from, to}, what they join in it
  const through = (frame, source, from, to) => {
    if (!parts.has(frame)) parts.set(frame, new Map());
    parts.get(frame).set(`${source} ${from} ${to}`, { source, from, to });
  };
  for (const [source, target] of lines)
    for (const [frame, from, to] of stretches(path, source, target)) through(frame, source, from, to);
  const placed = new Map();
  placeFrame(root, parts, placed);
  const found = { boxes: new Map(), frames: new Map(), lines: new Map() };
  settle(root, 0, 0, placed, found);
  for (const [source, target] of lines) {
    const points = [];
    for (const [frame, from, to] of stretches(path, source, target)) {
      const { x, y } = found.frames.get(frame.id);
      const route = placed.get(frame).routes.get(`${source} ${from} ${to}`);
      points.push(...route.map(([across, down]) => [x + across, y + down]));
    }
    found.lines.set(`${source} ${target}`, points);
  }
  const { width, height } = placed.get(root);
  return { ...found, width, height };
}

// The frames that a line passes, in order, and what it joins in each: boxes, inner frames, "in" or "out".
function stretches(path, source, target) {
  const [up, down] = [path.get(source), path.get(target)];
  let shared = 0;
  while (up[shared + 1] && up[shared + 1] === down[shared + 1]) shared++;
  const found = [];
  for (let i = up.length - 1; i > shared; i--)
    found.push([up[i], i === up.length - 1 ? source : up[i + 1].id, "out"]);
  const from = shared === up.length - 1 ? source : up[shared + 1].id;
  const to = shared === down.length - 1 ? target : down[shared + 1].id;
  found.push([up[shared], from, to]);
  for (let i = shared + 1; i < down.length; i++) found.push([down[i], "in", i === down.length - 1 ? target : down[i + 1].id]);
  return found;
}

// Lays out a frame and all in it: {width, height, cells, routes, enters, leaves}.
function placeFrame(frame, parts, placed) {
  for (const inner of frame.frames) placeFrame(inner, parts, placed);
  const cells = new Map(frame.boxes.map((box) => [box.id, { ...box }]));
  for (const inner of frame.frames) {
    const { width, height } = placed.get(inner);
    cells.set(inner.id, { id: inner.id, width, height, age: inner.age, frame: inner });
  }
  const port = (id, age, fixed) => {
    if (!cells.has(id)) cells.set(id, { id, width: PORT, height: 0, age, fixed });
    return cells.get(id);
  };
  const edges = [...(parts.get(frame) || new Map()).values()].map(({ source, from, to }) => {
    const tail = from === "in" ? port(`in ${source}`, -1, "top") : cells.get(from);
    const head = to === "out" ? port(`out ${source}`, Infinity, "bottom") : cells.get(to);
    const exit = tail.frame ? portAt(placed.get(tail.frame), `out ${source}`) : 0;
    const entry = head.frame ? portAt(placed.get(head.frame), `in ${source}`) : 0;
    return { from: tail, to: head, key: source, exit, entry, name: `${source} ${from} ${to}` };
  });
  const { layers, bends, longest } = layered([...cells.values()], edges);
  const all = [...cells.values(), ...bends.values()];
  const left = all.reduce((least, cell) => Math.min(least, cell.x - cell.width / 2), Infinity);
  for (const cell of all) cell.x += FRAME_SPACE - left;
  const hasPorts = (layer) => layer?.some((cell) => cell.fixed);
  let y = frame.label ? FRAME_LABEL : FRAME_SPACE;
  for (const layer of layers) {
    const height = Math.max(0, ...layer.map((cell) => cell.height));
    for (const cell of layer) {
      // A source stands low, beside what it is read by; lines go straight as far as the layer reaches.
      const middle = cell.above.length || cell.fixed || cell.isBend ? height / 2 : height - cell.height / 2;
      [cell.top, cell.y, cell.bottom] = [y, y + middle, y + height];
    }
    if (!hasPorts(layer)) y += height + SPACE_BELOW;
  }
  const width = Math.max(frame.labelWidth || 0, ...all.map((cell) => cell.x + cell.width / 2 + FRAME_SPACE));
  const height = y - SPACE_BELOW + FRAME_SPACE;
  for (const cell of all) if (cell.fixed) cell.y = cell.top = cell.bottom = cell.fixed === "top" ? 0 : height;
  const routes = new Map(edges.map((edge) => [edge.name, routeOf(edge, bends, longest)]));
  placed.set(frame, { width, height, cells, routes });
}

function portAt({ cells, width }, id) {
  return cells.get(id).x - width / 2;
}

function routeOf({ from, to, key, exit, entry }, bends, longest) {
  const points = [[from.x + exit, from.y + from.height / 2]];
  const [first, last] = [Math.min(from.layer, to.layer) + 1, Math.max(from.layer, to.layer)];
  const passed = [];
  const isBent = last - first < longest;
  if (from.bottom > points[0][1]) points.push([from.x + exit, from.bottom]);
  for (let layer = first; layer < last && isBent; layer++) {
    const bend = bends.get(`${key} ${layer}`);
    if (bend) passed.push([bend.x, bend.top], [bend.x, bend.bottom]);
  }
  points.push(...(from.layer <= to.layer ? passed : passed.reverse()));
  const end = to.y - to.height / 2;
  if (to.top < end) points.push([to.x + entry, to.top]);
  points.push([to.x + entry, end]);
  return points;
}

function settle(frame, x, y, placed, found) {
  const { width, height, cells } = placed.get(frame);
  found.frames.set(frame.id, { x, y, width, height });
  for (const cell of cells.values()) {
    const corner = { x: x + cell.x - cell.width / 2, y: y + cell.y - cell.height / 2 };
    if (cell.frame) settle(cell.frame, corner.x, corner.y, placed, found);
    else if (!cell.fixed) found.boxes.set(cell.id, { ...corner, width: cell.width, height: cell.height });
  }
}
