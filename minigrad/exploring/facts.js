"use strict";
// What the data of a page says, looked up: the arrays of each vertex, when its value and its gradient are known,
// and which box stands for it when modules are folded.

function readStory(data) {
  const { vertices, groups, ops, lines, steps } = data;
  const arrays = data.arrays.map(wholeArray);
  const array = (number) => arrays[number] || null;
  vertices.forEach((vertex, i) => {
    vertex.number = i;
    for (const list of ["reads", "shares", "arrivals", "written", "settings"]) vertex[list] ||= [];
    vertex.group ??= -1;
    if (vertex.op) vertex.formula = ops[vertex.op].formula;
    vertex.function ??= vertex.op;
    vertex.line = lines[vertex.line];
    vertex.array = array(vertex.value);
    vertex.gradientArray = array(vertex.gradient);
    vertex.isNumber = vertex.kind === "constant" && isSingle(vertex.array) && !vertex.array.shape.length;
    vertex.isSingle = isSingle(vertex.array) || isSingle(vertex.gradientArray);
    vertex.stepOf = [null, null];
    for (const read of vertex.reads) read.vertex = vertices[read.vertex];
    for (const share of vertex.shares) {
      share.from = vertex;
      share.rule = ops[vertex.op].rules[share.parameter];
      share.target = vertices[share.to];
      for (const name of ["slope", "given", "share"]) share[`${name}Array`] = array(share[name]);
    }
  });
  steps.forEach(([number, isBack], step) => (vertices[number].stepOf[isBack] = step));
  for (const vertex of vertices) {
    vertex.arriving = vertex.arrivals.map(([number, i]) => vertices[number].shares[i]);
    const came = vertex.arriving.map((share) => share.from.stepOf[1]); // in the order of the walk
    const own = vertex.isSeed ? vertex.stepOf[1] : Infinity;
    [vertex.reachedAt, vertex.completeAt] = [came[0] ?? own, came.at(-1) ?? own];
  }
  groups.forEach((group, i) => {
    group.number = i;
    group.ops = 0;
  });
  for (const vertex of vertices)
    for (const number of groupsAround(data, vertex)) {
      groups[number].ops += vertex.kind === "op";
      groups[number].age ??= vertex.number;
    }
  return { ...data, root: vertices.find((vertex) => vertex.isSeed) || vertices.at(-1) };
}

// What array_data gave, of which the page leaves out what follows from the rest.
function wholeArray(array) {
  const kept = array.shape.map((length) => Array.from({ length }, (_, i) => i));
  const only = array.values.length === 1 && !array.note ? array.values[0] : null;
  return { axes: null, omitted: "", note: "", kept, low: only, high: only, ...array };
}

// Numbers of the groups that a vertex stands in, outermost first.
function groupsAround({ groups }, vertex) {
  const found = [];
  for (let group = vertex.group; group >= 0; group = groups[group].parent) found.unshift(group);
  return found;
}

// The id of the box that shows a vertex: its own, or that of the outermost folded group.
function boxOf(story, vertex, folded) {
  const group = groupsAround(story, vertex).find((number) => folded.has(number));
  return group === undefined ? `v${vertex.number}` : `g${group}`;
}

// So many groups are folded, from the innermost, that a person can look over what is left.
function foldedAtFirst(story, most) {
  const depthOf = (number) => {
    let depth = 0;
    for (let group = story.groups[number].parent; group >= 0; group = story.groups[group].parent) depth++;
    return depth;
  };
  const deepest = Math.max(-1, ...story.groups.map((_, i) => depthOf(i)));
  for (let depth = deepest + 1; depth >= 0; depth--) {
    const folded = new Set(story.groups.map((_, i) => i).filter((i) => depthOf(i) >= depth));
    const boxes = new Set(story.vertices.map((vertex) => boxOf(story, vertex, folded)));
    if (boxes.size <= most || depth === 0) return folded;
  }
  return new Set();
}

function groupTitle({ label, kind, time }) {
  const name = time > 1 ? `${label} (${time})` : label;
  return kind && kind !== label ? `${name}: ${kind}` : name;
}
