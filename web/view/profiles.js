// Profiles against the vertical coordinate, and temperature against salinity, from the preview that a review keeps: some levels of each
// cast, all of them values of the file. d3-array is loaded before as `d3`.

import { foreign, h, s } from "./dom.js";
import { count, plural, value } from "./format.js";

const WIDTH = 240;
const HEIGHT = 320;
const FRAME = { left: 46, right: WIDTH - 10, top: 8, bottom: HEIGHT - 40 };
/** Rows of the table of values that are built at once. */
const ROWS = 400;
const CLASSES = { g: "good", n: "not-assessed", q: "questionable", b: "bad", m: "missing" };
const DOUBTFUL = "qbm";
const TEMPERATURES = ["sea_water_temperature", "sea_water_potential_temperature"];
const SALINITIES = ["sea_water_practical_salinity", "sea_water_absolute_salinity"];

const nameOf = (variable) => (variable.unit ? `${variable.name} (${variable.unit})` : variable.name);

/** The points of two variables of a preview, cast by cast; those without both values are left out. */
function pointsOf(preview, x, y) {
  return preview.casts.map((cast) => cast.levels.flatMap((level, at) => {
    const [a, b] = [cast.values[x][at], cast.values[y][at]];
    if (a === null || b === null) return [];
    const flags = [cast.flags[x][at], cast.flags[y][at]].filter((flag) => flag !== undefined);
    // The worse of two flags colours a point.
    const flag = flags.sort((one, other) => "mbqng".indexOf(one) - "mbqng".indexOf(other))[0];
    return [{ x: a, y: b, flag, cast: cast.cast, level }];
  }));
}

/** A linear scale over the values that are not doubtful, which leaves some room. */
function scale(values, from, to) {
  let [low, high] = d3.extent(values);
  if (low === undefined) [low, high] = [0, 1];
  const room = high > low ? (high - low) * 0.04 : Math.max(1e-6, Math.abs(high) * 0.01);
  [low, high] = [low - room, high + room];
  // A point outside is drawn at the edge.
  const at = (number) => from + ((Math.min(high, Math.max(low, number)) - low) / (high - low)) * (to - from);
  at.ticks = (n) => d3.ticks(low, high, n);
  return at;
}

/** A chart of two variables: the first one across, the second one up, or down. */
function chart({ points, across: of, up: by, downwards, title, joined }) {
  const [x, y] = [nameOf(of), nameOf(by)];
  const all = points.flat();
  const sound = all.filter((one) => !DOUBTFUL.includes(one.flag ?? "g"));
  const known = sound.length ? sound : all;
  const across = scale(known.map((one) => one.x), FRAME.left, FRAME.right);
  const [from, to] = downwards ? [FRAME.top, FRAME.bottom] : [FRAME.bottom, FRAME.top];
  const up = scale(all.map((one) => one.y), from, to);
  const place = (one) => [across(one.x).toFixed(1), up(one.y).toFixed(1)];
  const axes = [
    across.ticks(4).map((tick) => [s("line", { class: "grid", x1: across(tick).toFixed(1), x2: across(tick).toFixed(1), y1: FRAME.top, y2: FRAME.bottom }),
      s("text", { x: across(tick).toFixed(1), y: FRAME.bottom + 14, "text-anchor": "middle" }, value(tick))]),
    up.ticks(6).map((tick) => [s("line", { class: "grid", x1: FRAME.left, x2: FRAME.right, y1: up(tick).toFixed(1), y2: up(tick).toFixed(1) }),
      s("text", { x: FRAME.left - 5, y: (up(tick) + 3.5).toFixed(1), "text-anchor": "end" }, value(tick))]),
  ];
  const lines = !joined ? [] : points.map((cast) => {
    const good = cast.filter((one) => !DOUBTFUL.includes(one.flag ?? "g"));
    return good.length > 1 ? s("path", { class: "line", d: `M${good.map((one) => place(one).join(" ")).join("L")}` }) : null;
  });
  // Doubtful points come last, so that no other covers them.
  const order = [...all].sort((one, other) => DOUBTFUL.includes(one.flag ?? "g") - DOUBTFUL.includes(other.flag ?? "g"));
  const dots = order.map((one) => {
    const [cx, cy] = place(one);
    const is = one.flag === undefined ? "plain" : CLASSES[one.flag];
    return s("circle", { class: `level ${is}`, cx, cy, r: DOUBTFUL.includes(one.flag ?? "g") ? 2.6 : 1.4, "data-at": `${one.cast} ${one.level}`, "data-x": one.x, "data-y": one.y });
  });
  const doubtful = Object.entries(CLASSES).filter(([letter]) => DOUBTFUL.includes(letter))
    .map(([letter, name]) => [all.filter((one) => one.flag === letter).length, name]).filter(([n]) => n > 0).map(([n, name]) => `${count(n)} ${name}`);
  const [low, high] = d3.extent(known, (one) => one.x);
  const words = `${title}: ${plural(all.length, "value")} from ${value(low)} to ${value(high)}${doubtful.length ? `, ${doubtful.join(", ")}` : ""}`;
  return h("figure", { class: "chart" }, [
    s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words, "data-across": of.name, "data-up": by.name }, [
      s("title", null, words), axes, lines, dots,
      s("text", { class: "name", x: (FRAME.left + FRAME.right) / 2, y: HEIGHT - 8, "text-anchor": "middle" }, x.slice(0, 40)),
      s("text", { class: "name", transform: `translate(10 ${(FRAME.top + FRAME.bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, y.slice(0, 40)),
    ]),
    h("figcaption", { class: "note" }, foreign(title, 80)),
  ]);
}

/** All values of the preview as a table, which is built when it is opened. */
function table(preview, variables, casts) {
  const body = h("tbody");
  const rows = preview.casts.flatMap((cast) => cast.levels.map((level, at) => ({ cast, level, at })));
  let shown = 0;
  const more = h("button", { type: "button", class: "more", onclick: () => show() });
  const cell = ({ cast, at }, variable) => {
    const flag = CLASSES[cast.flags[variable][at]];
    const number = cast.values[variable][at];
    return h("td", { class: "number" }, number === null ? "–" : String(number), flag && flag !== "good" ? h("span", { class: "note" }, ` ${flag.replace("-", " ")}`) : null);
  };
  function show() {
    const next = rows.slice(shown, shown + ROWS);
    body.append(...next.map((row) => h("tr", null, h("th", { scope: "row" }, count(row.cast.cast + 1)), h("td", { class: "number" }, count(row.level + 1)), variables.map((_, variable) => cell(row, variable)))));
    shown += next.length;
    more.hidden = shown === rows.length;
    more.textContent = `Show ${count(Math.min(ROWS, rows.length - shown))} more of ${count(rows.length)} levels`;
  }
  const heads = [h("th", { scope: "col" }, "Cast"), h("th", { scope: "col", class: "number" }, "Level"), variables.map((one) => h("th", { scope: "col", class: "number" }, foreign(nameOf(one), 60)))];
  return h("details", { class: "values", ontoggle: (event) => { if (event.target.open && shown === 0) show(); } },
    h("summary", null, `Values of ${plural(rows.length, "level")} of ${plural(casts, "cast")}`),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Values of the plots" }, h("table", null, h("thead", null, h("tr", null, heads)), body)), more);
}

const legend = (letters) => h("div", { class: "legend" }, letters.map((letter) =>
  h("span", null, s("svg", { class: "swatch", viewBox: "0 0 8 8", "aria-hidden": "true" }, s("circle", { class: `level ${CLASSES[letter]}`, cx: 4, cy: 4, r: 3.5 })), CLASSES[letter].replace("-", " "))));

/** Plots of the profiles of a document; null without a preview. */
export function profiles(document, preview) {
  const variables = (preview?.variables ?? []).map((at) => document.variables[at]);
  if (variables.length < 2 || variables.includes(undefined)) return null;
  const [vertical] = variables;
  const downwards = !/height|altitude/i.test(`${vertical.quantity ?? ""} ${vertical.name}`);
  const plots = variables.slice(1).map((one, at) => chart({
    points: pointsOf(preview, at + 1, 0), across: one, up: vertical, downwards, title: `${one.name} against ${vertical.name}`, joined: true,
  }));
  const find = (quantities) => variables.findIndex((one) => quantities.includes(one.quantity));
  const [temperature, salinity] = [find(TEMPERATURES), find(SALINITIES)];
  if (temperature > 0 && salinity > 0) {
    plots.push(chart({ points: pointsOf(preview, salinity, temperature), across: variables[salinity], up: variables[temperature], downwards: false, title: `${variables[temperature].name} against ${variables[salinity].name}`, joined: false }));
  }
  const letters = Object.keys(CLASSES).filter((letter) => preview.casts.some((cast) => cast.flags.some((flags) => flags.includes(letter))));
  const shown = preview.casts.length;
  const all = document.profiles ?? shown;
  const levels = preview.casts.reduce((sum, cast) => sum + cast.levels.length, 0);
  const words = `${shown < all ? `The first ${count(shown)} of ${plural(all, "cast")}` : plural(all, "cast")}, ${plural(levels, "level")} that show their shape; all are values of the file.`;
  return h("section", { class: "card flush", id: "profiles" }, [
    h("h2", null, "Profiles", letters.length ? legend(letters) : null),
    h("p", { class: "note padded" }, words),
    h("div", { class: "charts" }, plots),
    table(preview, variables, shown),
  ]);
}
