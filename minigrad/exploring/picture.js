"use strict";
// The graph on the page: boxes, frames and lines in SVG, and what of it is lit at a step.

const SVG_NAMES = "http://www.w3.org/2000/svg";
const LINE_HEIGHT = 17;
const BOX_SPACE = 10;
const MANY_READERS = 4; // of a leaf or a constant, beyond which it is referred to

function svgElement(tag, attributes = {}, ...content) {
  const made = document.createElementNS(SVG_NAMES, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

const measured = document.createElement("canvas").getContext("2d");

function textWidth(text, isBold) {
  measured.font = `${isBold ? "600 " : ""}13px system-ui, sans-serif`;
  return measured.measureText(text).width;
}

// What a box says: [text, class] of each line; the gradient's stays empty until it is known.
function linesOf(vertex) {
  const { kind, symbol, form, isSingle: single } = vertex;
  const lines = [[kind === "op" ? `${symbol} = ${briefly(vertex)}` : symbol, "name"]];
  if (form && !form.startsWith("()")) lines.push([form, "form"]);
  if (single && vertex.array && !vertex.isNumber) lines.push(numberLine(vertex.array, "", "value"));
  if (single && vertex.gradientArray) lines.push(numberLine(vertex.gradientArray, "∂ ", "gradient"));
  return lines;
}

function numberLine({ values: [value] }, sign, name) {
  return [`${sign}${shortNumber(value)}`, arrayIsWrong(value) ? `${name} wrong` : name];
}

// a + b, tanh(a), and of more operands the name of the function.
function briefly(vertex) {
  const [a, b, ...others] = vertex.reads.map((read) => read.vertex.symbol);
  const sign = { ...INFIX, power: "^" }[vertex.op];
  if (sign && b && !others.length) return `${a} ${sign} ${b}`;
  return a && !b && a.length < 12 ? `${vertex.function}(${a})` : vertex.function;
}

function tipOf(vertex, group) {
  if (group) return `unfold ${groupTitle(group)}`;
  return vertex.kind === "op" ? `${vertex.op}: ${vertex.formula}` : vertex.kind;
}

function groupLines(group) {
  return [
    [groupTitle(group), "name"],
    [`${group.ops} op${group.ops === 1 ? "" : "s"} ▸`, "form"],
  ];
}

class Picture {
  // `choose(vertex)` is called for a box that is clicked, `toggle(group)` for a frame or a folded group.
  constructor(svg, story, choose, toggle) {
    Object.assign(this, { svg, story, choose, toggle });
    this.view = new View(svg);
  }

  // Lays out and draws what is not folded.
  draw(folded) {
    this.folded = folded;
    this.frames = new Map([[-1, { id: "root", boxes: [], frames: [], age: 0 }]]);
    this.content = new Map(); // of each box: its id, lines, kind and the vertices that it stands for
    for (const vertex of this.story.vertices) {
      const id = boxOf(this.story, vertex, folded);
      const group = id[0] === "g" ? this.story.groups[Number(id.slice(1))] : null;
      if (this.content.has(id)) this.content.get(id).vertices.push(vertex);
      else if (group) this.add({ id, lines: groupLines(group), kind: "module", vertices: [vertex], group }, group.parent);
      else this.add({ id, lines: linesOf(vertex), kind: vertex.kind, vertices: [vertex] }, vertex.group);
    }
    const lines = this.visibleLines();
    this.placed = layout(this.frames.get(-1), lines);
    this.render();
    this.view.size(this.placed.width, this.placed.height);
  }

  add(content, frame) {
    const { id, lines, vertices, age = vertices[0].number } = content;
    this.content.set(id, content);
    const width = Math.max(...lines.map(([text, kind]) => textWidth(text, kind === "name"))) + 2 * BOX_SPACE;
    this.frameOf(frame).boxes.push({ id, width, height: lines.length * LINE_HEIGHT + 8, age });
  }

  frameOf(number) {
    if (this.frames.has(number)) return this.frames.get(number);
    const group = this.story.groups[number];
    const label = groupTitle(group);
    const made = { id: `g${number}`, boxes: [], frames: [], label, labelWidth: textWidth(label, true) + 40 };
    made.age = group.age;
    this.frameOf(group.parent).frames.push(made);
    this.frames.set(number, made);
    return made;
  }

  // [tail, head] of each line between boxes.  A leaf or constant that many boxes read has a line to the first; beside
  // each of the others stands a small box that refers to it.
  visibleLines() {
    this.lineOf = new Map(); // of "tail head" as vertices have it, the key of the line that is drawn
    const readers = new Map();
    const found = new Map();
    for (const vertex of this.story.vertices)
      for (const read of vertex.reads) {
        const [tail, head] = [read.vertex, vertex].map((end) => boxOf(this.story, end, this.folded));
        if (tail === head || this.lineOf.has(`${tail} ${head}`)) continue;
        const isSource = read.vertex.kind !== "op" && tail[0] === "v";
        readers.set(tail, (readers.get(tail) || 0) + 1);
        found.set(`${tail} ${head}`, { tail, head, isSource, source: read.vertex, reader: vertex, nth: readers.get(tail) });
        this.lineOf.set(`${tail} ${head}`, `${tail} ${head}`);
      }
    return [...found.values()].map(({ tail, head, isSource, source, reader, nth }) => {
      if (!isSource || nth === 1 || readers.get(tail) <= MANY_READERS) return [tail, head];
      const id = `${tail}:${head}`;
      const frame = head[0] === "g" ? this.story.groups[Number(head.slice(1))].parent : reader.group;
      this.add({ id, lines: [[source.symbol, "form"]], kind: "reference", vertices: [source], age: reader.number - 0.5 }, frame);
      this.lineOf.set(`${tail} ${head}`, `${id} ${head}`);
      return [id, head];
    });
  }

  render() {
    const { boxes, frames, lines } = this.placed;
    this.boxes = new Map();
    this.lines = new Map();
    const layer = (name) => svgElement("g", { class: name });
    const [below, between, above] = [layer("frames"), layer("lines"), layer("boxes")];
    for (const [number, { id, label }] of this.frames) {
      if (number < 0) continue;
      const { x, y, width, height } = frames.get(id);
      below.append(svgElement("rect", { x, y, width, height, rx: 8, "data-frame": number }));
      above.append(this.handle(label, x, y, number));
    }
    for (const [key, points] of lines) {
      const line = svgElement("path", { d: curve(points), class: "line", "data-ends": key });
      this.lines.set(key, { line, points });
      between.append(line);
    }
    for (const [id, place] of boxes) {
      const box = this.box(this.content.get(id), place);
      this.boxes.set(id, box);
      above.append(box.element);
    }
    this.labels = layer("labels");
    this.view.content.replaceChildren(below, between, above, this.labels);
  }

  // A frame's name, which folds it.
  handle(label, x, y, number) {
    const made = svgElement("g", { class: "handle", "data-group": number });
    made.append(
      svgElement("rect", { x: x + 5, y: y + 4, width: textWidth(`▾ ${label}`) + 10, height: 19, rx: 5 }),
      svgElement("text", { x: x + 10, y: y + 18 }, `▾ ${label}`),
      svgElement("title", {}, `fold ${label}`),
    );
    made.addEventListener("click", () => this.view.wasDragged || this.toggle(number));
    return made;
  }

  box({ id, lines, kind, vertices, group }, { x, y, width, height }) {
    const made = svgElement("g", { "data-box": id, transform: `translate(${x} ${y})` });
    made.append(svgElement("rect", { width, height, rx: kind === "op" || kind === "module" ? 8 : 2 }));
    const texts = lines.map(([text, name], i) =>
      svgElement("text", { class: name, x: width / 2, y: 17 + i * LINE_HEIGHT }, text),
    );
    made.append(...texts, svgElement("title", {}, tipOf(vertices[0], group)));
    made.addEventListener("click", () => {
      if (this.view.wasDragged) return;
      if (group) this.toggle(group.number);
      else this.choose(vertices[0]);
    });
    const classes = `box ${kind}${vertices[0].order ? " derivative" : ""}`;
    return { element: made, kind: classes, vertices, x, y, width, height };
  }

  // Lights what is known at a step, and what happens in it.
  show(step) {
    const [number, isBack] = this.story.steps[step];
    const vertex = this.story.vertices[number];
    const here = boxOf(this.story, vertex, this.folded);
    for (const [id, box] of this.boxes) {
      const { vertices } = box;
      const lit = [
        vertices.every((each) => each.stepOf[0] > step) && "future",
        vertices.some((each) => each.reachedAt <= step) && "reached",
        vertices.some((each) => each.completeAt <= step) && "complete",
        id === here && (isBack ? "here back" : "here"),
      ];
      const state = [box.kind, ...lit].filter(Boolean).join(" ");
      if (state !== box.state) box.element.setAttribute("class", state);
      box.state = state;
    }
    for (const { line } of this.lines.values()) line.classList.remove("forth", "back");
    const ends = isBack
      ? vertex.shares.map((share) => [share.target, vertex, share])
      : vertex.reads.map((read) => [read.vertex, vertex]);
    this.labels.replaceChildren();
    for (const [tail, head, share] of ends) {
      const key = [tail, head].map((end) => boxOf(this.story, end, this.folded)).join(" ");
      const found = this.lines.get(this.lineOf.get(key));
      if (!found) continue;
      found.line.classList.add(isBack ? "back" : "forth");
      found.line.parentNode.append(found.line); // above the others
      if (share && isSingle(share.shareArray)) this.labels.append(this.label(found.points, share));
    }
    this.view.reveal(this.boxes.get(here));
  }

  label(points, share) {
    const [x, y] = points[0]; // where the share arrives; on the side that the line turns away from
    const isLeft = x < points.at(-1)[0] - 1;
    const text = svgElement("text", { x: isLeft ? x - 8 : x + 8, y: y + 20, class: isLeft ? "left" : "" });
    text.append(shortNumber(share.shareArray.values[0]));
    return text;
  }
}

// Through the points, upright at each.
function curve([[x, y], ...rest]) {
  let d = `M${x.toFixed(1)} ${y.toFixed(1)}`;
  let [a, b] = [x, y];
  for (const [c, e] of rest) {
    const middle = ((b + e) / 2).toFixed(1);
    d += `C${a.toFixed(1)} ${middle} ${c.toFixed(1)} ${middle} ${c.toFixed(1)} ${e.toFixed(1)}`;
    [a, b] = [c, e];
  }
  return d;
}
