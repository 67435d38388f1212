"use strict";
// Numbers, names and equations, as a textbook sets them.

const MATHML = "http://www.w3.org/1998/Math/MathML";
const INFIX = { add: "+", subtract: "−", multiply: "·", divide: "/", matmul: "@" };

function element(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

// Four digits, or all of a whole number; with a true minus.
function shortNumber(value) {
  if (typeof value === "string") return { nan: "NaN", inf: "∞", "-inf": "−∞" }[value] ?? value;
  if (typeof value === "boolean") return String(value);
  const whole = Number.isInteger(value) && Math.abs(value) < 1e6;
  const text = whole ? String(value) : String(arrayDigits(value));
  return text.replace("-", "−").replace(/e(.*)$/, " · 10^$1");
}

function isSingle(array) {
  return Boolean(array) && array.values.length === 1 && array.shape.every((length) => length === 1);
}

// -- MathML -----------------------------------------------------------------------------------------

function math(...content) {
  const made = mathElement("math", ...content);
  made.setAttribute("display", "inline");
  return made;
}

function mathElement(tag, ...content) {
  const made = document.createElementNS(MATHML, tag);
  made.append(...content);
  return made;
}

function operator(text) {
  return mathElement("mo", text);
}

// A name, that of v₁ with its number below the line.
function symbolOf(vertex) {
  if (vertex.isNumber) return numberOf(vertex.array);
  const [, stem, digits] = vertex.symbol.match(/^(.*?)([₀-₉]*)$/s);
  if (!digits) return mathElement("mi", stem);
  const number = [...digits].map((digit) => "₀₁₂₃₄₅₆₇₈₉".indexOf(digit)).join("");
  return mathElement("msub", mathElement("mi", stem), mathElement("mn", number));
}

// The one number of an array, with all its digits to be read by pointing at it, and by a program.
function numberOf(array, within = false) {
  const value = array.values[0];
  const text = shortNumber(value);
  const made = mathElement("mn", text);
  made.setAttribute("data-value", value);
  made.setAttribute("title", String(value));
  if (value === "nan" || value === "inf" || value === "-inf") made.setAttribute("class", "wrong");
  return within && text.startsWith("−") ? mathElement("mrow", operator("("), made, operator(")")) : made;
}

// ∂y/∂x.
function partial(of, by) {
  const side = (vertex) => mathElement("mrow", operator("∂"), symbolOf(vertex));
  return mathElement("mfrac", side(of), side(by));
}

function between(parts, text) {
  return parts.flatMap((part, i) => (i ? [operator(text), part] : [part]));
}

// What an op computes, of names or, where all are single numbers, of those: a · b, tanh(v₂).  `written` are
// numbers that are no boxes of their own.
function application(op, operands, written, write) {
  const [one, two] = [operands.length === 1, operands.length === 2].map((is) => is && !written.length);
  if (INFIX[op] && two) return between(operands.map((operand) => write(operand, true)), INFIX[op]);
  if (op === "negative" && one) return [operator("−"), write(operands[0], true)];
  if (op === "power" && two) return [mathElement("msup", write(operands[0], true), write(operands[1], false))];
  const parts = operands.map((operand) => write(operand, false));
  const rest = written.map((text) => mathElement("mtext", text));
  return [mathElement("mi", op), operator("("), ...between([...parts, ...rest], ","), operator(")")];
}
