"use strict";
// The page: one step at a time, by key, button, slider, the trace or a box of the picture.

const MOST_BOXES = 150; // that are not folded at first, in a graph of modules
const OPEN_TRACE = 60; // steps

class Explorer {
  constructor(data) {
    this.story = readStory(data);
    this.folded = foldedAtFirst(this.story, MOST_BOXES);
    const toggle = (group) => this.toggle(group);
    const choose = (vertex) => this.choose(vertex);
    this.picture = new Picture(find("picture"), this.story, choose, toggle);
    this.panel = new Panel(find("panel"), this.story, (group) => this.folded.has(group), choose, toggle);
    this.picture.draw(this.folded);
    this.picture.view.fit();
    this.listen();
    find("slider").max = this.story.steps.length - 1;
    this.go(0);
  }

  go(step) {
    this.step = Math.max(0, Math.min(this.story.steps.length - 1, step));
    const isBack = this.story.steps[this.step][1];
    find("slider").value = this.step;
    find("slider").setAttribute("aria-valuetext", `step ${this.step + 1}, ${isBack ? "backward" : "forward"}`);
    find("count").textContent = `${this.step + 1} / ${this.story.steps.length} ${isBack ? "backward" : "forward"}`;
    this.picture.show(this.step);
    this.panel.show(this.step);
    find("spoken").textContent = spoken(this.story, this.step);
    for (const name of ["first", "previous"]) find(name).disabled = this.step === 0;
    for (const name of ["next", "last"]) find(name).disabled = this.step === this.story.steps.length - 1;
    this.markTrace();
  }

  // The step of a vertex on the way that one is on, or on the other.
  choose(vertex) {
    const isBack = this.story.steps[this.step][1];
    this.go(vertex.stepOf[isBack] ?? vertex.stepOf[0]);
  }

  toggle(group) {
    if (!this.folded.delete(group)) this.folded.add(group);
    this.picture.draw(this.folded);
    this.go(this.step);
  }

  // The innermost open frame around the step is folded; if it is in a folded one, that is unfolded.
  toggleHere() {
    const around = groupsAround(this.story, this.story.vertices[this.story.steps[this.step][0]]);
    const folded = around.find((group) => this.folded.has(group));
    if (around.length) this.toggle(folded ?? around.at(-1));
  }

  foldAll(isFolded) {
    this.folded = new Set(isFolded ? this.story.groups.keys() : []);
    this.picture.draw(this.folded);
    this.picture.view.fit();
    this.go(this.step);
  }

  listen() {
    const { view } = this.picture;
    const middle = () => this.story.steps.findIndex(([, isBack]) => isBack);
    const acts = {
      first: () => this.go(0),
      previous: () => this.go(this.step - 1),
      next: () => this.go(this.step + 1),
      last: () => this.go(this.story.steps.length - 1),
      turn: () => this.go(middle()),
      fold: () => this.foldAll(true),
      unfold: () => this.foldAll(false),
      nearer: () => view.zoom(1.25),
      further: () => view.zoom(0.8),
      whole: () => view.fit(0),
    };
    for (const [name, act] of Object.entries(acts)) find(name).addEventListener("click", act);
    find("slider").addEventListener("input", (event) => this.go(Number(event.target.value)));
    const keys = {
      ArrowRight: "next", ArrowDown: "next", " ": "next", ArrowLeft: "previous", ArrowUp: "previous",
      Home: "first", End: "last", b: "turn", "+": "nearer", "-": "further", 0: "whole",
    };
    document.addEventListener("keydown", (event) => {
      const isTyped = event.ctrlKey || event.metaKey || event.altKey;
      const isOwn = event.key === " " && event.target.closest("button, summary");
      if (isTyped || isOwn || event.target.closest("input, [role=img][tabindex]")) return;
      if (event.key === "f") this.toggleHere();
      else if (keys[event.key]) acts[keys[event.key]]();
      else return;
      event.preventDefault();
    });
    find("trace").addEventListener("toggle", () => this.fillTrace());
    if (this.story.steps.length <= OPEN_TRACE) find("trace").open = true;
  }

  // Every step in a line, made when it is first asked for.
  fillTrace() {
    if (this.traced) return;
    this.traced = this.story.steps.map(([number, isBack], step) => {
      const vertex = this.story.vertices[number];
      const equation = isBack ? gradientEquation(this.story, vertex, true) : forwardEquation(vertex, true);
      const form = isSingle(isBack ? vertex.gradientArray : vertex.array) ? "" : vertex.form;
      const button = element("button", isBack ? "back" : "", equation, element("span", "quiet", ` ${form || ""}`));
      button.addEventListener("click", () => this.go(step));
      return element("li", "", button);
    });
    const half = this.story.steps.findIndex(([, isBack]) => isBack);
    find("forward").append(...this.traced.slice(0, half));
    find("backward").append(...this.traced.slice(half));
    this.markTrace();
  }

  markTrace() {
    this.marked?.removeAttribute("aria-current");
    this.marked = this.traced?.[this.step].firstChild;
    this.marked?.setAttribute("aria-current", "step");
  }
}

function find(id) {
  return document.getElementById(id);
}

new Explorer(JSON.parse(find("data").textContent));
