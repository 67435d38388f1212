"use strict";
// What is pointed at: a query, perhaps a key, perhaps in another head than the selected one; and what is told.

const TOP = 5; // keys that are told of a query, of those with a weight
const LEAST_TOLD = 0.001;

/** Point at a query, and a key where it is a cell; of [layer, head] where they are not the selected ones. */
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
  const { query, key, layer, head, black, held } = state;
  const arrays = ready(layer);
  if (!arrays) return;
  const told = state.told ?? [layer, head];
  const parts = ofQuery(arrays.weights, head, query).map((weight) => Math.min(1, weight / black));
  view.tokens.asked.tint(parts, arrays.mask && ofQuery(arrays.mask, head, query));
  view.tokens.asking.mark(query, held);
  view.maps.mark(query, key);
  view.image?.paint(head, query, black);
  view.image?.mark(readsItself(data.layers[layer]) ? query : key);
  view.every.paint(ready, query, black);
  view.every.mark(...told, key);
  for (const [index, { image }] of data.layers.entries())
    if (image !== null && ready(index)) view.heads.paint(index, ready(index), query, black);
  if (ready(told[0])) at("said").textContent = inWords(data.layers[told[0]], ready(told[0]), told[1]);
}

/** What one points at, of a head of a layer, with the numbers as they are. */
function inWords(layer, arrays, head) {
  const { query, key } = state;
  const begin = `${nameOf(layer, head)}: ${quoted(layer.queries, query)}`;
  const weights = ofQuery(arrays.weights, head, query);
  if (key === undefined) return `${begin} attends to ${mostOf(weights, layer.keys)}`;
  const number = (kind) => said(ofQuery(arrays[kind], head, query)[key], arrays[kind].dtype);
  const parts = [`${begin} → ${quoted(layer.keys, key)}: weight ${number("weights")}`];
  if (arrays.scores) parts.push(`, score ${number("scores")}`);
  if (arrays.mask) parts.push(number("mask") === "0" ? ", hidden by the mask" : ", may be attended to");
  for (const { name, array } of arrays.beside)
    if (!isWhole(array)) parts.push(`; ${name} ${said(ofMeasure(array, head)[key], array.dtype)}`);
  return parts.join("");
}

/** The keys of the greatest weights, in three digits. */
function mostOf(weights, keys) {
  const order = [...weights.keys()].filter((i) => weights[i] >= LEAST_TOLD).sort((a, b) => weights[b] - weights[a]);
  const top = order.slice(0, TOP).map((i) => `${quoted(keys, i)} ${short(weights[i])}`);
  return (top.join(", ") || "nothing") + (order.length > TOP ? ", …" : "");
}
