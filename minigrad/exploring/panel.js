"use strict";
// The text beside the picture: one step, told in equations, tables and heat maps.

class Panel {
  // `choose(vertex)` is called for a name in the text, `toggle(group)` for one in the path of modules.
  constructor(place, story, isFolded, choose, toggle) {
    Object.assign(this, { place, story, isFolded, choose, toggle });
  }

  show(step) {
    const [number, isBack] = this.story.steps[step];
    const vertex = this.story.vertices[number];
    this.place.replaceChildren(
      element("p", isBack ? "way back" : "way", isBack ? "Backward" : "Forward"),
      ...(isBack ? this.backward(vertex) : this.forward(vertex)),
      this.whereabouts(vertex),
    );
    this.place.scrollTop = 0;
  }

  forward(vertex) {
    const told = [element("h2", "", forwardEquation(vertex))];
    if (vertex.kind === "leaf") told.push(element("p", "", "A leaf: backward leaves a gradient here."));
    if (vertex.kind === "constant") told.push(element("p", "", "A constant: it needs no gradient."));
    if (vertex.formula) told.push(formula(`${vertex.op}: ${vertex.formula}`));
    if (vertex.order) told.push(element("p", "quiet", `of order ${vertex.order}: part of a derivative, or computed from one`));
    if (vertex.settings.length) told.push(element("p", "quiet", `with ${vertex.settings.join(", ")}`));
    const reads = vertex.reads;
    if (![vertex, ...reads.map((read) => read.vertex)].every((each) => isSingle(each.array))) {
      told.push(...reads.map((read) => shown(nameOf(read.vertex, read.name), read.vertex.array)));
      told.push(shown(nameOf(vertex, reads.length ? "result" : ""), vertex.array));
    }
    return told;
  }

  backward(vertex) {
    const told = [element("h2", "", gradientEquation(this.story, vertex)), this.arrivals(vertex)];
    if (!isSingle(vertex.gradientArray)) told.push(shown([math(partial(this.story.root, vertex))], vertex.gradientArray));
    if (vertex.kind === "leaf") told.push(element("p", "", "This is left on the leaf, and added to its grad."));
    if (vertex.formula) told.push(formula(`${vertex.op}: ${vertex.formula}`));
    const given = new Set(vertex.shares.map((share) => share.place));
    if (given.size) told.push(element("h3", "", "What it passes on"));
    told.push(...vertex.shares.map((share) => this.share(share)));
    for (const read of vertex.reads)
      if (!given.has(read.place))
        told.push(element("p", "quiet", math(symbolOf(read.vertex)), read.vertex.kind === "constant" ? " needs no gradient." : " gets none: nothing flows there."));
    return told;
  }

  // How the gradient came about: the seed, one share, or several that add up.
  arrivals(vertex) {
    if (vertex.isSeed) return element("p", "", "The walk begins here, with the gradient that backward was given.");
    const { arriving } = vertex;
    const name = ({ from }) => [this.link(from), ` (${from.function})`];
    const told = element("div", "arrivals");
    if (arriving.length === 1) told.append(element("p", "", "It comes from ", ...name(arriving[0]), "."));
    else {
      const item = (share) =>
        element("li", "", ...(isSingle(share.shareArray) ? [math(numberOf(share.shareArray)), " from "] : ["from "]), ...name(share));
      told.append(element("p", "", `${arriving.length} shares add up to it:`), element("ol", "", ...arriving.map(item)));
    }
    if (vertex.isOther)
      told.append(
        element("p", "wrong", "Another gradient stands here than these shares add up to: a hook, or a backward through more than this page shows, has put it there."),
      );
    return told;
  }

  share(share) {
    const { from, target, slopeArray, givenArray, shareArray } = share;
    const made = element("section", "share");
    made.dataset.share = `${from.number} ${share.place}`;
    made.append(element("h4", "", "to ", this.link(target), `, the ${share.parameter} of ${from.op}`));
    if (slopeArray) made.append(element("p", "equation", shareEquation(this.story, share)));
    if (share.rule) made.append(formula(`∂${share.parameter}: ${share.rule}`));
    const single = [from.gradientArray, shareArray].every(isSingle);
    if (!single && share.share === from.gradient) made.append(element("p", "quiet", "the gradient, as it came"));
    else if (!single) made.append(this.factors(share));
    else if (share.change) made.append(element("p", "quiet", share.change));
    const at = target.arriving.indexOf(share) + 1;
    const count = target.arriving.length;
    if (count > 1) made.append(element("p", "quiet", `the ${at}${["st", "nd", "rd"][at - 1] || "th"} of ${count} shares of `, math(symbolOf(target)), at === count ? ": now its gradient is complete" : ""));
    return made;
  }

  // A name that leads to its step.
  link(vertex) {
    const made = element("button", "link", math(symbolOf(vertex)));
    made.addEventListener("click", () => this.choose(vertex));
    return made;
  }

  // gradient × local derivative = share, as arrays; what was broadcast is seen before and after it was summed.
  factors(share) {
    const { from, target, slopeArray, givenArray, shareArray } = share;
    const made = element("div", "factors");
    const sign = (text) => made.append(element("span", "sign", text));
    if (slopeArray && slopeArray.low === 1 && slopeArray.high === 1 && !slopeArray.note)
      made.append(element("p", "quiet apart", "the local derivative is 1 everywhere"));
    else if (slopeArray) {
      made.append(shown([math(partial(this.story.root, from))], from.gradientArray));
      sign("×");
      made.append(shown([math(partial(from, target))], slopeArray));
      sign("=");
    }
    if (givenArray) {
      made.append(shown(["as the rule gives it"], givenArray));
      sign("→");
    }
    made.append(shown([givenArray ? share.change : "the share"], shareArray));
    return made;
  }

  // The path of modules, each a button that folds it, and the line of the program.
  whereabouts(vertex) {
    const told = element("div", "whereabouts");
    for (const number of groupsAround(this.story, vertex)) {
      const group = this.story.groups[number];
      const isFolded = this.isFolded(number);
      const button = element("button", "", `${isFolded ? "▸" : "▾"} ${groupTitle(group)}`);
      button.setAttribute("aria-expanded", String(!isFolded));
      button.title = isFolded ? "unfold" : "fold";
      button.addEventListener("click", () => this.toggle(number));
      told.append(button);
    }
    if (vertex.line) told.append(element("p", "quiet", element("code", "", vertex.line)));
    return told;
  }
}

function formula(text) {
  return element("p", "formula", text);
}

function nameOf(vertex, role) {
  return [math(symbolOf(vertex)), role ? `, ${role}` : ""];
}

// An array under its name; where it is not known, that.
function shown(name, array) {
  const made = element("div", "shown", element("p", "caption", ...name));
  made.append(array ? arrayView(array) : element("p", "quiet", "not kept"));
  return made;
}
