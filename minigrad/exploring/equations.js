"use strict";
// The equations of a step: v₁ = a · b = 2 · 3 = 6 on the way forward, and on the way back what arrives at a node
// and what it passes on, ∂y/∂v₁ · ∂v₁/∂a = 0.5 · 3 = 1.5.

// The operands by place, as far as they are boxes of their own.
function operandsOf(vertex) {
  return vertex.reads.filter((read) => Number.isInteger(read.place)).map((read) => read.vertex);
}

function valueOf(vertex, isBesideSign) {
  return numberOf(vertex.array, isBesideSign);
}

// `isBrief`: without the numbers in the place of the names.
function forwardEquation(vertex, isBrief = false) {
  const parts = [symbolOf(vertex)];
  if (vertex.kind === "op") {
    const operands = operandsOf(vertex);
    parts.push(operator("="), ...application(vertex.op, operands, vertex.written, symbolOf));
    if (!isBrief && operands.length && [vertex, ...operands].every((each) => isSingle(each.array)))
      parts.push(operator("="), ...application(vertex.op, operands, vertex.written, valueOf));
  }
  if (isSingle(vertex.array) && !vertex.isNumber) parts.push(operator("="), numberOf(vertex.array));
  return math(...parts);
}

// ∂y/∂v₁ and what it comes to: the sum of its shares where they are several single numbers.
function gradientEquation(story, vertex, isBrief = false) {
  const parts = [partial(story.root, vertex)];
  const { arriving, gradientArray } = vertex;
  if (!isBrief && arriving.length > 1 && !vertex.isOther && isSingle(gradientArray))
    parts.push(operator("="), ...between(arriving.map((share) => numberOf(share.shareArray, true)), "+"));
  if (isSingle(gradientArray)) parts.push(operator("="), numberOf(gradientArray));
  return math(...parts);
}

// What one share is: the gradient that came in times the local derivative, where that is a number for each element.
function shareEquation(story, share) {
  const { from, target, slopeArray, shareArray } = share;
  const parts = [partial(story.root, from), operator("·"), partial(from, target)];
  const single = [from.gradientArray, slopeArray, shareArray].every(isSingle);
  if (single) {
    parts.push(operator("="), numberOf(from.gradientArray, true), operator("·"), numberOf(slopeArray, true));
    parts.push(operator("="), numberOf(shareArray));
  }
  return math(...parts);
}

// A step in a sentence, for who listens.
function spoken(story, step) {
  const [number, isBack] = story.steps[step];
  const vertex = story.vertices[number];
  const say = (array) => (isSingle(array) ? shortNumber(array.values[0]) : array ? `an array of shape ${array.shape.join(" by ")}` : "a value that was not kept");
  const start = `Step ${step + 1} of ${story.steps.length}, ${isBack ? "backward" : "forward"}:`;
  if (!isBack) {
    const made = vertex.kind === "op" ? `${vertex.function} of ${vertex.reads.map((read) => read.vertex.symbol).join(" and ")}` : vertex.kind;
    return `${start} ${vertex.symbol}, ${made}, is ${say(vertex.array)}.`;
  }
  const passed = vertex.shares.map((share) => `${say(share.shareArray)} to ${share.target.symbol}`);
  const on = passed.length ? ` It passes on ${passed.join(", ")}.` : "";
  return `${start} the gradient at ${vertex.symbol} is ${say(vertex.gradientArray)}.${on}`;
}
