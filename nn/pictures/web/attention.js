"use strict";
// The page: what is selected, and what is drawn of it.

const data = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);

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
const view = { made: new Map() }; // what is built, and by part of what it was made
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

function options(list, entries) {
  list.replaceChildren();
  for (const [value, name] of entries) made("option", { value }, list, String(name));
}

async function begin() {
  for (const name of ["title", "caption", "precision"]) at(name).textContent = data[name];
  ["heads", "film"].map(at).forEach(walkedByKeys);
  options(at("layer"), data.layers.map(({ path }, i) => [i, path || "the only one"]));
  options(at("black"), data.steps.map((step) => [step, step]));
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
    view.made.clear();
    select({});
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", anew);
  let width = innerWidth;
  addEventListener("resize", () => width !== innerWidth && anew((width = innerWidth)));
  const images = await Promise.all(data.layers.map(({ image }) => arrayAt(image)));
  view.heads = headThumbs(at("heads"), images, { onChoose: (layer, head) => select({ layer, head }) });
  select({});
}

begin();
