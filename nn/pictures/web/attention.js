"use strict";
// The page: what is selected and pointed at, and who is told.

const data = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
const STEPS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002];
const TOP = 5; // keys that are told of a query, of those with a weight
const LEAST_TOLD = 0.001;

const state = {
  layer: 0,
  head: 0,
  snapshot: data.snapshots.length - 1,
  black: data.black,
  query: data.layers[0].queries.length - 1,
  key: undefined,
  held: false, // whether pointing at other queries changes nothing
  told: undefined, // the layer and head that are pointed at, where they are not the selected ones
};
const view = {}; // what is built, and of what
const kept = new Map(); // arrays by place, those that are unpacked
const recorded = new Map(); // those of a layer at a snapshot, likewise

async function arrayAt(place) {
  if (place === null) return null;
  if (!kept.has(place)) kept.set(place, unpacked(data.arrays[place]));
  return kept.get(place);
}

/** {weights, scores, mask, image, beside} of a layer. */
async function arraysOf(index, snapshot) {
  const key = `${snapshot} ${index}`;
  if (!recorded.has(key)) {
    const layer = data.layers[index];
    const [weights, scores, mask, image] = await Promise.all(
      [layer.weights[snapshot], layer.scores[snapshot], layer.mask[snapshot], layer.image].map(arrayAt));
    const beside = await Promise.all(
      layer.beside.map(async ({ name, array }) => ({ name, array: await arrayAt(array) })));
    recorded.set(key, { weights, scores, mask, image, beside });
  }
  return recorded.get(key);
}

const ready = (index) => recorded.get(`${state.snapshot} ${index}`);
const layerNow = () => data.layers[state.layer];

/** Select a layer, head, snapshot or scale, and draw all anew that depends on it. */
async function select(change) {
  Object.assign(state, change, { told: undefined });
  const mine = (select.latest = {});
  const arrays = await arraysOf(state.layer, state.snapshot);
  if (select.latest !== mine) return; // another was selected meanwhile
  const layer = layerNow();
  build(layer, arrays);
  at("layer").value = state.layer;
  at("head").value = state.head;
  at("snapshot").value = state.snapshot;
  at("black").value = state.black;
  const time = data.snapshots.length > 1 ? `, snapshot ${data.snapshots[state.snapshot]}` : "";
  at("shown").textContent = `${nameOf(layer, state.head)}${time}`;
  view.maps.paint(state.head, state.black);
  view.heads.press(state.layer, state.head);
  view.film?.press(state.snapshot);
  show();
  await paintRest(mine);
}

/** What can wait: the small maps of every layer and snapshot, those that are not yet as they should be. */
async function paintRest(mine) {
  const { layer, head, snapshot, black, query } = state;
  for (const index of data.layers.keys()) {
    const arrays = await arraysOf(index, snapshot);
    if (select.latest !== mine) return;
    if (isNew(`heads ${index}`, snapshot, black)) view.heads.paint(index, arrays, query, black);
  }
  show(); // every layer is there
  for (const one of view.film ? data.snapshots.keys() : []) {
    const arrays = await arraysOf(layer, one);
    if (select.latest !== mine) return;
    if (isNew(`film ${one}`, layer, head, black)) view.film.paint(one, arrays, head, black);
  }
  document.documentElement.dataset.drawn = "all";
  performance.mark("drawn");
}

/** Whether a part was made of other things than these, which it is from now on. */
function isNew(part, ...things) {
  const before = view.made.get(part);
  view.made.set(part, things.join());
  return before !== things.join();
}

function build(layer, arrays) {
  const focused = document.activeElement?.id;
  if (isNew("layer", state.layer)) {
    state.query = Math.min(state.query, layer.queries.length - 1);
    state.key = undefined;
    view.tokens = tokenStrips(at("tokens"), layer, { onQuery: (query) => point(query), onHold: hold,
      onKey: (key) => point(state.query, key) });
    const alikes = [...data.layers.keys()].filter((i) =>
      alike(data.layers[i].queries, layer.queries) && alike(data.layers[i].keys, layer.keys));
    view.every = everyHead(at("every"), alikes, layer.keys, {
      onPoint: (index, head, key) => point(state.query, key, [index, head]),
      onChoose: (index, head) => select({ layer: index, head }),
    });
    if (data.snapshots.length > 1)
      view.film = filmStrip(at("film"), layer, { onChoose: (snapshot) => select({ snapshot }) });
    options(at("head"), Array.from({ length: layer.shape[0] }, (_, head) => [head, head]));
  }
  if (!isNew("maps", state.layer, state.snapshot)) return;
  view.maps = headMaps(at("maps"), layer, arrays, { onPoint: (query, key) => point(query ?? state.query, key) });
  view.image = null;
  if (layer.image !== null)
    view.image = imageMap(at("maps"), layer, arrays, {
      onPatch: (key) => (readsItself(layer) ? point(key) : point(state.query, key)),
    });
  if (focused) at(focused)?.focus();
}

/** Point at a query, and a key where it is a cell; of another head where it is not the selected one. */
function point(query, key, told) {
  Object.assign(state, { query: state.held ? state.query : query, key, told });
  point.waiting ??= requestAnimationFrame(() => {
    point.waiting = undefined;
    show();
  });
}

/** Hold a query, or let it go where it is held already. */
function hold(query) {
  Object.assign(state, { held: !(state.held && state.query === query), query, key: undefined });
  show();
}

function release(event) {
  if (event.key !== "Escape") return;
  state.held = false;
  show();
}

/** What depends on the query and the key. */
function show() {
  const { query, key, layer, head, black } = state;
  const arrays = ready(layer);
  if (!arrays) return;
  const wide = layerNow().keys.length;
  const row = ofHead(arrays.weights, head).subarray(query * wide, (query + 1) * wide);
  const seen = arrays.mask && ofHead(arrays.mask, head).subarray(query * wide, (query + 1) * wide);
  view.tokens.asked.tint(row.map((weight) => Math.min(1, weight / black)), seen);
  view.tokens.asking.mark(query, state.held);
  view.maps.mark(query, key);
  view.image?.paint(head, query, black);
  view.image?.mark(readsItself(layerNow()) ? query : key);
  view.every.paint(ready, query, black);
  const told = state.told ?? [layer, head];
  view.every.mark(...told, key);
  for (const [index, one] of data.layers.entries())
    if (one.image !== null && ready(index)) view.heads.paint(index, ready(index), query, black);
  tell(...told);
}

/** In words, with the numbers as they are. */
function tell(index, head) {
  const layer = data.layers[index];
  const arrays = ready(index);
  if (!arrays) return;
  const { query, key } = state;
  const wide = layer.keys.length;
  const number = (kind, place) => said(ofHead(arrays[kind], head)[query * wide + place], arrays[kind].dtype);
  const hidden = (place) => arrays.mask && !ofHead(arrays.mask, head)[query * wide + place];
  const parts = [`${nameOf(layer, head)}: ${quoted(layer.queries, query)}`];
  if (key === undefined) {
    const row = ofHead(arrays.weights, head).subarray(query * wide, (query + 1) * wide);
    const order = [...row.keys()].filter((i) => row[i] >= LEAST_TOLD).sort((a, b) => row[b] - row[a]);
    const top = order.slice(0, TOP).map((i) => `${quoted(layer.keys, i)} ${short(row[i])}`);
    parts.push(` attends to ${top.join(", ") || "nothing"}`, order.length > TOP ? ", …" : "");
  } else {
    parts.push(` → ${quoted(layer.keys, key)}: weight ${number("weights", key)}`);
    if (arrays.scores) parts.push(`, score ${number("scores", key)}`);
    if (arrays.mask) parts.push(hidden(key) ? ", hidden by the mask" : ", may be attended to");
    for (const { name, array } of arrays.beside)
      if (!isWhole(array)) parts.push(`; ${name} ${said(ofMeasure(array, head)[key], array.dtype)}`);
  }
  at("said").textContent = parts.join("");
}

function options(list, entries) {
  list.replaceChildren();
  for (const [value, name] of entries) made("option", { value }, list, String(name));
}

async function begin() {
  for (const name of ["title", "caption", "precision"]) at(name).textContent = data[name];
  ["heads", "film"].map(at).forEach(walkedByKeys);
  options(at("layer"), data.layers.map(({ path }, i) => [i, path || "the only one"]));
  options(at("black"), [...new Set([...STEPS, data.black])].sort((a, b) => b - a).map((step) => [step, step]));
  at("snapshot").max = data.snapshots.length - 1;
  at("of-snapshot").hidden = at("of-film").hidden = data.snapshots.length < 2;
  for (const name of ["layer", "head", "snapshot", "black"])
    at(name).addEventListener("input", () => {
      const change = { [name]: Number(at(name).value) };
      select(name === "layer" ? { ...change, head: 0 } : change);
    });
  at("save").addEventListener("click", () => save(vectorOf(at("page")), "attention.svg"));
  document.addEventListener("keydown", release);
  const anew = () => {
    colours.clear();
    view.made = new Map();
    select({});
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", anew);
  let width = innerWidth;
  view.made = new Map();
  addEventListener("resize", () => width !== innerWidth && anew((width = innerWidth)));
  const images = await Promise.all(data.layers.map(({ image }) => arrayAt(image)));
  view.heads = headThumbs(at("heads"), images, { onChoose: (layer, head) => select({ layer, head }) });
  select({});
}

begin();
