"use strict";
// What is on the page as SVG: text as text, each map as a path for each level of each ink.

const number = (x) => String(Math.round(x * 100) / 100);
const FORBIDDEN = /[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu; // in XML
const ISOLATES = /[\u2068\u2069]/g; // words stand alone anyway
const escaped = (text) =>
  text.replace(ISOLATES, "").replace(FORBIDDEN, "\ufffd").replace(/[&<>"]/g, (c) => `&#${c.codePointAt(0)};`);

/** An SVG document of what the element shows; without what is marked data-screen. */
function vectorOf(root) {
  root.classList.add("still");
  const frame = root.getBoundingClientRect();
  const style = getComputedStyle(document.body);
  const parts = [];
  visit(root, frame, parts);
  root.classList.remove("still");
  const [wide, high] = [number(frame.width), number(frame.height)];
  return [
    `<svg xmlns="${SVG}" width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}"`,
    ` font-family="${escaped(style.fontFamily)}">`,
    `<title>${escaped(document.title)}</title>`,
    `<rect width="100%" height="100%" fill="${style.backgroundColor}"/>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

function visit(element, frame, parts) {
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden") return;
  const rect = element.getBoundingClientRect();
  const [x, y] = [number(rect.left - frame.left), number(rect.top - frame.top)];
  const box = `x="${x}" y="${y}" width="${number(rect.width)}" height="${number(rect.height)}"`;
  if (element instanceof HTMLCanvasElement) {
    parts.push(element.cells ? cellsAsPaths(element.cells, `${box} opacity="${style.opacity}"`) : `<image ${box} preserveAspectRatio="none" `
      + `image-rendering="pixelated" href="${element.toDataURL()}"/>`);
    return;
  }
  if (element instanceof SVGSVGElement) {
    parts.push(`<svg ${box}>${[...element.children].map(asDrawn).join("")}</svg>`);
    return;
  }
  const fill = filled(style.backgroundColor);
  const stroke = parseFloat(style.borderLeftWidth) ? filled(style.borderLeftColor) : "";
  if (fill || stroke) parts.push(`<rect ${box} rx="3" fill="${fill || "none"}" stroke="${stroke || "none"}"/>`);
  for (const child of element.childNodes) {
    if (child instanceof Text) parts.push(...words(child, frame, style));
    else if (child instanceof Element) visit(child, frame, parts);
  }
}

const filled = (colour) => (/, 0\)$|\/ 0\)$|transparent/.test(colour) ? "" : colour);

/** Each word where it stands, so that lines break as they do on the screen. */
function words(node, frame, style) {
  const size = parseFloat(style.fontSize);
  const weight = style.fontWeight === "400" ? "" : ` font-weight="${style.fontWeight}"`;
  return [...node.data.matchAll(/\S+/g)].map((word) => {
    const range = document.createRange();
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].length);
    const rect = range.getBoundingClientRect();
    const middle = rect.top - frame.top + rect.height / 2;
    return `<text x="${number(rect.left - frame.left)}" y="${number(middle + size * 0.35)}" font-size="${size}"`
      + `${weight} fill="${style.color}">${escaped(word[0])}</text>`;
  });
}

/** A part of a map's labels and frames, with its colours. */
function asDrawn(part) {
  const style = getComputedStyle(part);
  if (style.visibility === "hidden") return "";
  const kept = [...part.attributes].filter(({ name }) => name !== "class");
  const attributes = kept.map(({ name, value }) => ` ${name}="${escaped(value)}"`).join("");
  const colours = ` fill="${style.fill}" stroke="${style.stroke}" stroke-width="${style.strokeWidth}"`;
  return `<${part.localName}${attributes}${colours}>${escaped(part.textContent)}</${part.localName}>`;
}

/** A path for each level of each ink, which runs along the rows; level 255 is in full. */
function cellsAsPaths({ rows, columns, inks }, box) {
  const paths = inks.flatMap(([ink, levels]) => {
    const runs = new Map();
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; ) {
        const level = levels[row * columns + column];
        const start = column;
        while (column < columns && levels[row * columns + column] === level) column++;
        if (!level) continue;
        if (!runs.has(level)) runs.set(level, []);
        runs.get(level).push(`M${start} ${row}.5h${column - start}`);
      }
    }
    const colour = `rgb(${rgb(ink).join(",")})`;
    return [...runs].map(([level, path]) =>
      `<path stroke="${colour}" stroke-opacity="${level}/255" d="${path.join("")}"/>`.replace(
        `${level}/255`, String(Math.round((level / 255) * 1e4) / 1e4)));
  });
  return `<svg ${box} viewBox="0 0 ${columns} ${rows}" preserveAspectRatio="none" shape-rendering="crispEdges">`
    + `${paths.join("")}</svg>`;
}

/** Have the browser save it as a file. */
function save(text, name) {
  const link = made("a", { download: name, href: URL.createObjectURL(new Blob([text], { type: "image/svg+xml" })) });
  link.click();
  URL.revokeObjectURL(link.href);
}
