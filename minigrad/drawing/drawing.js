// The picture is moved and enlarged through its viewBox; a box and its entry in words choose each other.
"use strict";
(() => {
  const view = document.querySelector(".view");
  const svg = view.querySelector("svg");
  const whole = svg.viewBox.baseVal;
  const [width, height] = [whole.width, whole.height];
  const OWN = 4 / 3; // pixels in a point
  const [SMALLEST, LARGEST] = [0.02, 8];
  let [x, y, scale] = [0, 0, 1]; // what stands in the upper left corner, and pixels a point

  function show() {
    const [w, h] = [view.clientWidth / scale, view.clientHeight / scale];
    x = w >= width ? (width - w) / 2 : Math.min(Math.max(x, 0), width - w);
    y = h >= height ? (height - h) / 2 : Math.min(Math.max(y, 0), height - h);
    svg.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
  }

  function enlarge(times, left = view.clientWidth / 2, top = view.clientHeight / 2) {
    const before = scale;
    scale = Math.min(LARGEST, Math.max(SMALLEST, scale * times));
    x += left / before - left / scale;
    y += top / before - top / scale;
    show();
  }

  function move(right, down) {
    x += right / scale;
    y += down / scale;
    show();
  }

  function fit() {
    scale = Math.min(view.clientWidth / width, view.clientHeight / height, OWN);
    show();
  }

  const STEP = 60;
  const ACTIONS = {
    "+": () => enlarge(1.25),
    "=": () => enlarge(1.25),
    "-": () => enlarge(0.8),
    0: fit,
    1: () => enlarge(OWN / scale),
    ArrowLeft: () => move(-STEP, 0),
    ArrowRight: () => move(STEP, 0),
    ArrowUp: () => move(0, -STEP),
    ArrowDown: () => move(0, STEP),
    PageUp: () => move(0, -0.9 * view.clientHeight),
    PageDown: () => move(0, 0.9 * view.clientHeight),
    Home: () => move(0, -height * scale),
    End: () => move(0, height * scale),
  };

  view.addEventListener("keydown", (event) => {
    const action = ACTIONS[event.key];
    if (action && !event.ctrlKey && !event.altKey && !event.metaKey) {
      action();
      event.preventDefault();
    }
  });

  document.querySelector(".bar").hidden = false;
  for (const button of document.querySelectorAll("[data-do]"))
    button.addEventListener("click", () => ACTIONS[button.dataset.do]());

  view.addEventListener(
    "wheel",
    (event) => {
      const before = [x, y, scale].join();
      const corner = view.getBoundingClientRect();
      if (event.ctrlKey) enlarge(Math.exp(-event.deltaY / 300), event.clientX - corner.left, event.clientY - corner.top);
      else move(event.deltaX, event.deltaY);
      if (event.ctrlKey || before !== [x, y, scale].join()) event.preventDefault(); // else the page moves
    },
    { passive: false },
  );

  const nodes = new Map();
  for (const node of svg.querySelectorAll(".node")) {
    const id = node.querySelector("title").textContent;
    node.querySelector("title").remove(); // else it would be shown in place of what is told
    nodes.set(id, node);
    const link = node.querySelector("a");
    const told = document.createElementNS("http://www.w3.org/2000/svg", "title");
    told.textContent = link ? link.getAttribute("xlink:title") : "";
    node.prepend(told);
    node.addEventListener("click", () => {
      if (!dragged && document.getElementById(id)) location.hash = id;
    });
  }

  let held = null;
  let dragged = false;
  view.addEventListener("pointerdown", (event) => {
    held = [event.clientX, event.clientY];
    dragged = false;
  });
  view.addEventListener("pointermove", (event) => {
    if (!held || !event.buttons) return;
    const [right, down] = [held[0] - event.clientX, held[1] - event.clientY];
    if (!dragged && Math.hypot(right, down) < 4) return;
    if (!dragged) view.setPointerCapture(event.pointerId);
    dragged = true;
    view.classList.add("held");
    held = [event.clientX, event.clientY];
    move(right, down);
  });
  for (const end of ["pointerup", "pointercancel"])
    view.addEventListener(end, () => {
      held = null;
      view.classList.remove("held");
    });

  function choose() {
    svg.querySelector(".chosen")?.classList.remove("chosen");
    const node = nodes.get(location.hash.slice(1));
    if (!node) return;
    node.classList.add("chosen");
    const [box, corner] = [node.getBoundingClientRect(), view.getBoundingClientRect()];
    const inside =
      box.left >= corner.left && box.right <= corner.right && box.top >= corner.top && box.bottom <= corner.bottom;
    if (!inside) {
      if (scale < 0.5) enlarge(1 / scale);
      const now = node.getBoundingClientRect();
      move(
        (now.left + now.right - corner.left - corner.right) / 2,
        (now.top + now.bottom - corner.top - corner.bottom) / 2,
      );
    }
  }

  window.addEventListener("hashchange", choose);
  window.addEventListener("resize", show);
  scale = Math.min(OWN, Math.max(0.6, view.clientWidth / width));
  x = (width - view.clientWidth / scale) / 2;
  show();
  choose();
})();
