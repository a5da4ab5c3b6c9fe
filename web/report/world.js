// The map of all files: circles that merge until none overlap, in four views.

import { h, s } from "../view/dom.js";
import { count, plural, position } from "../view/format.js";
import { cellOf, STATE_NAMES } from "./data.js";
import { inWords, sized, total } from "./plots.js";

/** Angle of the polar views, in degrees from the pole. */
const POLAR = 45;

const VIEWS = {
  Atlantic: { projection: () => d3.geoEqualEarth().rotate([30, 0]), height: 0.487 },
  Pacific: { projection: () => d3.geoEqualEarth().rotate([-170, 0]), height: 0.487 },
  Arctic: { projection: () => d3.geoAzimuthalEqualArea().rotate([0, -90]).clipAngle(POLAR), height: 0.6, pole: [0, 90] },
  Antarctic: { projection: () => d3.geoAzimuthalEqualArea().rotate([0, 90]).clipAngle(POLAR), height: 0.6, pole: [0, -90] },
};

const radius = (n) => (n === 1 ? 4.2 : Math.min(20, 7 + 2 * Math.log2(n)));

/** Points that lie close together as one circle each. */
function clustered(points, project) {
  const cells = new Map();
  for (const point of points) {
    const place = project(point.at);
    if (!place) continue;
    const key = `${Math.round(place[0] / 11)} ${Math.round(place[1] / 11)}`;
    const n = total(point.states);
    const held = cells.get(key);
    if (held) add(held, { x: place[0], y: place[1], n, states: point.states, points: [point] });
    else cells.set(key, { x: place[0], y: place[1], n, states: [...point.states], points: [point] });
  }
  let circles = [...cells.values()].sort((one, other) => other.n - one.n);
  for (let merged = true; merged; ) {
    merged = false;
    const kept = [];
    for (const circle of circles) {
      const near = kept.find((one) => Math.hypot(one.x - circle.x, one.y - circle.y) < radius(one.n) + radius(circle.n) - 1);
      if (near) {
        add(near, circle);
        merged = true;
      } else kept.push(circle);
    }
    circles = kept;
  }
  return circles.sort((one, other) => other.n - one.n);
}

function add(to, more) {
  const n = to.n + more.n;
  to.x = (to.x * to.n + more.x * more.n) / n;
  to.y = (to.y * to.n + more.y * more.n) / n;
  to.n = n;
  to.states = to.states.map((of, state) => of + more.states[state]);
  to.points = to.points.concat(more.points);
}

function circle(one, [width, height], choose) {
  const r = radius(one.n);
  // Whole, also at the edge.
  const within = (at, end) => Math.min(end - r - 1, Math.max(r + 1, at)).toFixed(1);
  const inner = one.n === 1 ? 0 : r - 1.7;
  const where = position(...one.points[0].at);
  const label = `${plural(one.n, "file")} near ${where}: ${inWords(one.states)}`;
  const worst = one.states.findLastIndex((n, state) => n > 0 && state < 4);
  const pick = () => choose(one, `near ${where}`);
  let at = 0;
  const arcs = one.n === 1 ? s("circle", { class: `is ${STATE_NAMES[Math.max(0, worst)]}`, r }) : one.states.map((n, state) => {
    if (!n) return null;
    const share = (n / one.n) * 100;
    const arc = s("circle", { class: `arc ${STATE_NAMES[state]}`, r: inner, pathLength: 100, "stroke-dasharray": `${share} ${100 - share}`, "stroke-dashoffset": -at, transform: "rotate(-90)" });
    at += share;
    return arc;
  });
  return s("g", { class: "circle", transform: `translate(${within(one.x, width)} ${within(one.y, height)})`, role: "button", tabindex: 0, "aria-label": label, "data-focus": `circle ${where}`,
    onclick: pick, onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(); } } },
    s("title", null, label), one.n === 1 ? null : s("circle", { class: "disc", r }), arcs,
    one.n === 1 ? null : s("text", { class: "label", "text-anchor": "middle", y: 3.6 }, one.n > 9999 ? `${Math.round(one.n / 1000)}k` : count(one.n)));
}

/** The map with its views. `choose(area)` gets a predicate of files and words. */
export function world(totals, land, state, choose) {
  const shape = topojson.feature(land, land.objects.land);
  const body = h("div", { class: "world" });
  const note = h("p", { class: "note padded mapnote" });
  const buttons = Object.keys(VIEWS).map((name) =>
    h("button", { type: "button", "data-focus": `view ${name}`, "aria-pressed": state.view === name, onclick: () => show(name) }, name));
  function pick(one, words) {
    const numbers = new Set(one.points.map((point) => point.number));
    const cells = new Set(one.points.map((point) => cellOf(point.at)));
    choose({ words, has: numbers.has(undefined) ? (file) => file.at && cells.has(cellOf(file.at)) : (file) => numbers.has(file.number) });
  }
  function show(name) {
    state.view = name;
    for (const button of buttons) button.setAttribute("aria-pressed", button.textContent === name);
    const view = VIEWS[name];
    body.replaceChildren(sized("globe", (width) => {
      const height = Math.round(Math.min(width * view.height, 470));
      const projection = view.projection().fitExtent([[6, 6], [width - 6, height - 6]], view.pole ? d3.geoCircle().center(view.pole).radius(POLAR - 0.01)() : { type: "Sphere" });
      const path = d3.geoPath(projection).digits(1);
      const far = (POLAR * Math.PI) / 180;
      const circles = clustered(totals.points, (at) => (view.pole && d3.geoDistance(at, view.pole) > far ? null : projection(at)));
      const drawn = circles.reduce((sum, one) => sum + one.n, 0);
      const beyond = totals.files - drawn - totals.wide - totals.nowhere;
      note.textContent = [`${plural(drawn, "file")} drawn, circles by number of files`, beyond > 0 ? `${count(beyond)} outside this view` : null,
        totals.wide ? `${plural(totals.wide, "file")} too wide for one place` : null, totals.nowhere ? `${count(totals.nowhere)} without a usable position` : null].filter(Boolean).join(" · ");
      return s("svg", { width, height, role: "group", "aria-label": `Map, ${name}` },
        s("path", { class: "sea", d: path({ type: "Sphere" }) }), s("path", { class: "graticule", d: path(d3.geoGraticule10()) }), s("path", { class: "land", d: path(shape) }),
        circles.map((one) => circle(one, [width, height], pick)));
    }));
  }
  show(state.view);
  return h("section", { class: "card flush where", "aria-label": "Where" },
    h("h2", null, h("span", { class: "withbuttons" }, "Where", h("span", { class: "group", role: "group", "aria-label": "View" }, buttons))), body, note);
}
