"use strict";
// One frame's boxes in layers, top to bottom (Sugiyama et al., 1981): which layer each stands in, their order
// within it, and where across.  A cell is {id, width, age, fixed}, `fixed` "top" or "bottom" of a port; an edge
// {from, to, key, exit, entry} between cells, `exit` and `entry` where it leaves and enters, from the middles.

const SWEEPS = 8;
const MANY_BENDS = 20000;
const SPACE_BETWEEN = 22; // of boxes
const SPACE_OF_BEND = 10;

// Adds to each cell `layer` and `x`, its middle; gives {layers, bends, longest}: the cells of each layer, by "key
// layer" the bend at which all edges of that key pass the layer, and how many layers an edge that bends may span.
function layered(cells, edges) {
  const fed = new Set(edges.map((edge) => edge.to));
  for (const cell of cells) cell.rank = fed.has(cell) ? cell.age : -1; // what reads nothing can stand before all
  const down = edges.map((edge) => (edge.from.rank <= edge.to.rank ? edge : turned(edge)));
  assignLayers(cells, down);
  const bends = new Map();
  const longest = Math.max(60, MANY_BENDS / new Set(edges.map((edge) => edge.key)).size); // that bends
  const links = withBends(down, bends, longest);
  const count = Math.max(0, ...cells.map((cell) => cell.layer + 1));
  const layers = Array.from({ length: count }, () => []);
  for (const cell of [...cells, ...bends.values()]) layers[cell.layer].push(cell);
  for (const layer of layers) layer.sort((a, b) => (a.age < b.age ? -1 : a.age > b.age ? 1 : 0));
  joinNeighbours([...cells, ...bends.values()], links);
  orderWithin(layers);
  placeAcross(layers);
  return { layers, bends, longest };
}

function turned(edge) {
  return { ...edge, from: edge.to, to: edge.from, exit: edge.entry, entry: edge.exit };
}

// Each below all that it reads; a source stands just above its first reader, ports at the edge of the frame.
function assignLayers(cells, edges) {
  const heads = new Map(cells.map((cell) => [cell, []]));
  const tails = new Map(cells.map((cell) => [cell, []]));
  for (const { from, to } of edges) {
    heads.get(from).push(to);
    if (!from.fixed) tails.get(to).push(from);
  }
  const inOrder = [...cells].sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  for (const cell of inOrder) cell.layer = tails.get(cell).reduce((low, tail) => Math.max(low, tail.layer + 1), 0);
  for (const cell of inOrder)
    if (!tails.get(cell).length && !cell.fixed && heads.get(cell).some((head) => !head.fixed))
      cell.layer = Math.min(...heads.get(cell).filter((head) => !head.fixed).map((head) => head.layer - 1));
  const inside = cells.filter((cell) => !cell.fixed);
  if (cells.some((cell) => cell.fixed === "top")) for (const cell of inside) cell.layer += 1;
  const last = Math.max(0, ...inside.map((cell) => cell.layer));
  for (const cell of cells) if (cell.fixed) cell.layer = cell.fixed === "top" ? 0 : last + 1;
}

// Edges cut into links between neighbouring layers; those of one key share their bends, as the branches of a line.
function withBends(edges, bends, longest) {
  const links = [];
  for (const edge of edges) {
    const { from, to, key, exit, entry } = edge;
    let [above, leave] = [from, exit];
    const isBent = to.layer - from.layer <= longest;
    for (let layer = from.layer + 1; layer < to.layer && isBent; layer++) {
      const name = `${key} ${layer}`;
      const isNew = !bends.has(name);
      if (isNew) bends.set(name, { id: name, width: 0, height: 0, age: from.age, layer, isBend: true });
      if (isNew) links.push([above, bends.get(name), leave, 0]);
      [above, leave] = [bends.get(name), 0];
    }
    if (to.layer - above.layer === 1) links.push([above, to, leave, entry]);
  }
  return links;
}

function joinNeighbours(cells, links) {
  for (const cell of cells) [cell.above, cell.below] = [[], []];
  const fed = new Set(links.map(([, lower]) => lower));
  for (const [upper, lower, exit, entry] of links) {
    const isAside = !fed.has(upper) && !upper.fixed; // a source, for which nothing else need move
    const weight = isAside ? 0.001 : upper.isBend && lower.isBend ? 8 : upper.isBend || lower.isBend ? 2 : 1;
    upper.below.push({ cell: lower, own: exit, other: entry, weight });
    lower.above.push({ cell: upper, own: entry, other: exit, weight });
  }
}

// By the mean place of the neighbours, down and up; the order with the fewest crossings stays.
function orderWithin(layers) {
  const renumber = (layer) => layer.forEach((cell, i) => (cell.at = i + 0.5));
  layers.forEach(renumber);
  let [best, kept] = [crossings(layers), layers.map((layer) => [...layer])];
  for (let sweep = 0; sweep < SWEEPS && best > 0; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : [...layers].reverse()) {
      for (const cell of layer) {
        const near = isDown ? cell.above : cell.below;
        // Where along the neighbour's side the edge leaves decides between those of one neighbour.
        const place = (n) => n.cell.at + n.other / (2 * n.cell.width + 1);
        cell.mean = near.length ? near.reduce((sum, n) => sum + place(n), 0) / near.length : cell.at;
      }
      layer.sort((a, b) => a.mean - b.mean);
      renumber(layer);
    }
    const found = crossings(layers);
    if (found < best) [best, kept] = [found, layers.map((layer) => [...layer])];
  }
  kept.forEach((layer, i) => layers[i].splice(0, layer.length, ...layer));
  layers.forEach(renumber);
}

function crossings(layers) {
  let count = 0;
  for (const layer of layers) {
    const ends = layer.flatMap((cell) =>
      cell.below.map((n) => [cell.at, n.cell.at + n.other / (2 * n.cell.width + 1)]),
    );
    ends.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const sorted = []; // insertion into what has been passed: as many crossings as stand behind
    for (const [, end] of ends) {
      let [low, high] = [0, sorted.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle] <= end) low = middle + 1;
        else high = middle;
      }
      count += sorted.length - low;
      sorted.splice(low, 0, end);
    }
  }
  return count;
}

// Each cell as near as can be to the mean of its neighbours, none nearer to the next than allowed.
function placeAcross(layers) {
  for (const layer of layers) spread(layer, layer.map((_, i) => i * 60), layer.map(() => 1));
  for (let sweep = 0; sweep < 2 * SWEEPS + 1; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : [...layers].reverse()) {
      const wanted = [];
      const weights = [];
      for (const cell of layer) {
        const both = sweep >= 2 * SWEEPS - 2;
        const near = both ? [...cell.above, ...cell.below] : isDown ? cell.above : cell.below;
        const weight = near.reduce((sum, n) => sum + n.weight, 0);
        const mean = near.reduce((sum, n) => sum + n.weight * (n.cell.x + n.other - n.own), 0) / weight;
        wanted.push(weight ? mean : cell.x);
        weights.push(weight || 0.01);
      }
      spread(layer, wanted, weights);
    }
  }
}

// The least squares of distances from `wanted` under the order: pool adjacent violators.
function spread(layer, wanted, weights) {
  const offsets = [0];
  for (let i = 1; i < layer.length; i++) offsets.push(offsets[i - 1] + apart(layer[i - 1], layer[i]));
  const pools = [];
  layer.forEach((_, i) => {
    let pool = { sum: weights[i] * (wanted[i] - offsets[i]), weight: weights[i], count: 1 };
    while (pools.length && pools.at(-1).sum / pools.at(-1).weight > pool.sum / pool.weight) {
      const before = pools.pop();
      pool = { sum: pool.sum + before.sum, weight: pool.weight + before.weight, count: pool.count + before.count };
    }
    pools.push(pool);
  });
  let i = 0;
  for (const pool of pools) for (let n = 0; n < pool.count; n++, i++) layer[i].x = pool.sum / pool.weight + offsets[i];
}

function apart(a, b) {
  return (a.width + b.width) / 2 + (a.isBend || b.isBend ? SPACE_OF_BEND : SPACE_BETWEEN);
}
