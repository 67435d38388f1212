"use strict";
// Texts as strips of tokens, each the colour of its weight, in which a pointer or the arrow keys walk.

/** {element, tint(parts, seen), mark(place, held)}: `onPoint(place)` is told which token, `onHold` of a click. */
function strip(title, labels, { onPoint, onHold }) {
  const element = made("div", { class: "strip", role: "group", "aria-label": title });
  made("b", {}, element, `${title} `);
  const tokens = labels.map((label) => {
    const token = made("button", { type: "button", tabindex: "-1" }, element, label);
    if (label === "↵") made("br", {}, element);
    return token;
  });
  tokens[0].tabIndex = 0;
  tokens.forEach((token, place) => {
    token.addEventListener("pointerenter", () => onPoint(place));
    token.addEventListener("focus", () => onPoint(place));
    token.addEventListener("click", () => onHold?.(place));
    token.addEventListener("keydown", (event) => {
      const across = { ArrowUp: "ArrowLeft", ArrowDown: "ArrowRight" }[event.key] ?? event.key;
      const { ctrlKey, shiftKey } = event;
      const found = stepped({ key: across, ctrlKey, shiftKey }, 1, tokens.length, 0, place);
      if (!found) return;
      event.preventDefault();
      tokens[found[1]].focus();
    });
  });
  let marked = 0;
  return {
    element,
    /** Parts, from 0 to 1, of the colour of weights; pale what is hidden by a mask. */
    tint: (parts, seen) =>
      tokens.forEach((token, i) => {
        token.style.setProperty("--part", `${100 * parts[i]}%`);
        token.classList.toggle("unseen", Boolean(seen && !seen[i]));
      }),
    mark(place, held) {
      const before = tokens[marked];
      before.classList.remove("asks");
      before.removeAttribute("aria-pressed");
      if (place == null) return;
      before.tabIndex = -1;
      tokens[place].tabIndex = 0;
      tokens[place].classList.add("asks");
      tokens[place].setAttribute("aria-pressed", String(held));
      marked = place;
    },
  };
}
