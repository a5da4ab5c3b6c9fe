// Builds elements. All text becomes text nodes, so nothing that a file contains can become markup.

const SVG = "http://www.w3.org/2000/svg";

function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** An HTML element; attributes that begin with `on` are listeners, and null children are left out. */
export const h = (tag, attributes, ...children) =>
  build(document.createElement(tag), attributes, children);

/** An SVG element. */
export const s = (tag, attributes, ...children) =>
  build(document.createElementNS(SVG, tag), attributes, children);

/** Text from a file: isolated, so that right-to-left marks do not change the order of what is around it. */
export const foreign = (text, longest = 300) => {
  const all = String(text);
  const shown = all.length > longest ? `${all.slice(0, longest)}…` : all;
  return h("bdi", { title: all.length > longest ? all.slice(0, 4000) : null }, shown);
};

const SHAPES = {
  clean: ["circle", { cx: 8, cy: 8, r: 6 }, "m5 8 2.2 2.2L11 6"],
  error: ["rect", { x: 2.5, y: 2.5, width: 11, height: 11, rx: 1.5 }],
  warning: ["path", { d: "M8 2 15 14H1z" }],
  info: ["circle", { cx: 8, cy: 8, r: 4 }],
  failed: ["path", { d: "M3.5 3.5l9 9m0-9l-9 9", class: "stroke" }],
  unidentified: ["circle", { cx: 8, cy: 8, r: 5.5, class: "dashed" }],
  waiting: ["circle", { cx: 8, cy: 8, r: 2 }],
  running: ["circle", { cx: 8, cy: 8, r: 5.5, class: "dashed turning" }],
};

/** A mark of a state by colour and shape; `label` is read aloud. */
export function icon(state, label) {
  const [tag, attributes, tick] = SHAPES[state] ?? SHAPES.info;
  const named = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return s("svg", { class: `icon ${state}`, viewBox: "0 0 16 16", ...named }, [
    s(tag, attributes),
    tick ? s("path", { d: tick, class: "tick" }) : null,
  ]);
}
