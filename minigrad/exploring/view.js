"use strict";
// Which part of the picture is seen: dragged, pinched, zoomed by the wheel, and brought along by the steps.

const CLOSEST = 3;
const READABLE = 0.75;

class View {
  constructor(svg) {
    this.svg = svg;
    this.content = svgElement("g");
    svg.append(this.content);
    Object.assign(this, { x: 0, y: 0, scale: 1, width: 1, height: 1, wasDragged: false });
    this.pointers = new Map();
    this.measure();
    new ResizeObserver(() => this.measure()).observe(svg);
    svg.addEventListener("pointerdown", (event) => this.press(event));
    svg.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel", "pointerleave"])
      svg.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
    svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  size(width, height) {
    [this.width, this.height] = [width, height];
  }

  // Its room, looked up when it changes: to ask after each drawing would have the browser lay out all at once.
  measure() {
    [this.across, this.down] = [this.svg.clientWidth, this.svg.clientHeight];
  }

  // All of it, if that can be read, else as much as can.
  fit(least = READABLE) {
    const whole = Math.min(this.across / this.width, this.down / this.height, 1.6);
    this.scale = Math.max(whole, least);
    this.x = (this.across - this.width * this.scale) / 2;
    this.y = Math.max(0, (this.down - this.height * this.scale) / 2);
    this.apply();
  }

  zoom(factor, x = this.across / 2, y = this.down / 2) {
    const scale = Math.min(CLOSEST, Math.max(0.02, this.scale * factor));
    const change = scale / this.scale;
    this.x = x - (x - this.x) * change;
    this.y = y - (y - this.y) * change;
    this.scale = scale;
    this.apply();
  }

  // Moves no further than is needed for a box to stand clear of the edges.
  reveal(box) {
    if (!box) return;
    const clear = (at, from, length, room) => {
      const margin = Math.min(60, room / 4);
      const [low, high] = [at + from * this.scale, at + (from + length) * this.scale];
      if (low < margin) return at + margin - low;
      return high > room - margin ? at - Math.min(high - room + margin, low - margin) : at;
    };
    this.x = clear(this.x, box.x, box.width, this.across);
    this.y = clear(this.y, box.y, box.height, this.down);
    this.apply();
  }

  press(event) {
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    this.wasDragged = false;
    this.travelled = 0;
  }

  drag(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.travelled += Math.hypot(now[0] - before[0], now[1] - before[1]);
    this.pointers.set(event.pointerId, now);
    if (this.travelled < 4) return;
    this.wasDragged = true;
    if (other) {
      const frame = this.svg.getBoundingClientRect();
      const apart = ([x, y]) => Math.hypot(x - other[0], y - other[1]);
      this.zoom(apart(now) / Math.max(1, apart(before)), other[0] - frame.left, other[1] - frame.top);
      return;
    }
    this.x += now[0] - before[0];
    this.y += now[1] - before[1];
    this.apply();
  }

  wheel(event) {
    event.preventDefault();
    const frame = this.svg.getBoundingClientRect();
    this.zoom(Math.exp(-event.deltaY / 400), event.clientX - frame.left, event.clientY - frame.top);
  }

  apply() {
    this.content.setAttribute("transform", `translate(${this.x} ${this.y}) scale(${this.scale})`);
  }
}
