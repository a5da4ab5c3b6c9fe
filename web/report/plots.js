// The charts of the overview. Each is drawn for the width that it has, and again when that changes.

import { h, icon, s } from "../view/dom.js";
import { count, plural } from "../view/format.js";
import { STATE_NAMES } from "./data.js";

/** From this number of files on, bars stand for files instead of squares. */
const SQUARES = 3000;
/** Years that are drawn; the tails beyond are counted. */
const YEARS = 90;

export const total = (states) => states.reduce((sum, n) => sum + n, 0);

const SHORT = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });
/** A number in a few characters: `3.88 M`. */
export const short = (n) => (n < 10_000 ? count(n) : SHORT.format(n).replace(/([KMBT])$/, "\u202f$1").replace("K", "k"));

/** What states mean, in words that fit a label. */
export const inWords = (states) =>
  STATE_NAMES.map((name, at) => (states[at] ? `${count(states[at])} ${{ clean: "clean", warning: "with warnings", error: "with errors", failed: "failed", unidentified: "unidentified" }[name]}` : null)).filter(Boolean).join(", ");

/** An element whose content is drawn by `draw(width)`. */
export function sized(name, draw) {
  const place = h("div", { class: `sized ${name}` });
  let drawn = 0;
  new ResizeObserver(() => {
    const width = Math.floor(place.clientWidth);
    if (width === drawn || width === 0) return;
    drawn = width;
    place.replaceChildren(draw(width));
  }).observe(place);
  return place;
}

/** All files as one bar. */
export function stateBar(states) {
  const all = total(states) || 1;
  let at = 0;
  return s("svg", { class: "statebar", viewBox: "0 0 1000 10", preserveAspectRatio: "none", role: "img", "aria-label": inWords(states) || "no files" },
    STATE_NAMES.map((name, state) => {
      const width = (states[state] / all) * 1000;
      const bar = s("rect", { class: `is ${name}`, x: at.toFixed(2), y: 0, width: Math.max(0, width - (at + width < 999 ? 1.5 : 0)).toFixed(2), height: 10 });
      at += width;
      return states[state] ? bar : null;
    }));
}

/** One square a file, or one bar for all if there are many. `states` are coloured, the rest of `all` is dim. */
export function squares(states, all, most, isMany) {
  return sized("squares", (width) => {
    const kinds = STATE_NAMES.flatMap((name, at) => [[`is ${name}`, states[at]], ["is dim", all[at] - states[at]]]);
    if (isMany) {
      let x = 0;
      const scale = (width - 2) / most;
      return s("svg", { width, height: 8, "aria-hidden": "true" }, kinds.filter(([, n]) => n > 0).map(([kind, n]) => {
        const bar = s("rect", { class: kind, x: x.toFixed(1), y: 0, width: Math.max(1, n * scale).toFixed(1), height: 8 });
        x += Math.max(1, n * scale);
        return bar;
      }));
    }
    const step = total(all) > 400 ? 6 : 7;
    const columns = Math.max(1, Math.floor((width + 1) / step));
    let at = 0;
    const shapes = kinds.filter(([, n]) => n > 0).map(([kind, n]) => {
      let path = "";
      for (let i = 0; i < n; i += 1, at += 1) path += `M${(at % columns) * step} ${Math.floor(at / columns) * step}h${step - 1}v${step - 1}h${1 - step}z`;
      return s("path", { class: kind, d: path });
    });
    return s("svg", { width, height: Math.ceil(at / columns) * step, "aria-hidden": "true" }, shapes);
  });
}

export const isMany = (files) => files > SQUARES;

/** Steps of an axis from 0 to about `most`. */
function ticks(most, wanted) {
  const rough = most / wanted;
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? power * 10);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, at) => at * step);
}

/** The years that are drawn: those around most files. */
function window(all) {
  const years = [...all.keys()].sort((one, other) => one - other);
  if (years.length === 0) return null;
  const files = years.map((year) => total(all.get(year)));
  const sum = files.reduce((a, b) => a + b, 0);
  let [from, to] = [0, years.length - 1];
  let left = 0;
  while (years[to] - years[from] > YEARS && left < sum) {
    // The end with fewer files is cut.
    if (files[from] <= files[to]) left += files[from++];
    else left += files[to--];
  }
  const earlier = files.slice(0, from).reduce((a, b) => a + b, 0);
  const later = files.slice(to + 1).reduce((a, b) => a + b, 0);
  return { first: years[from], last: years[to], earlier, later };
}

/** Files by year. `choose(from, to)` is called with years that are clicked or dragged over. */
export function timeLine(some, all, chosen, choose) {
  const shown = window(all);
  if (!shown) return h("p", { class: "note padded" }, "No file states a time.");
  return sized("timeline", (width) => {
    const [left, top, height] = [34, 16, 150];
    const bottom = height - 20;
    const years = shown.last - shown.first + 1;
    const step = (width - left - 8) / years;
    const most = Math.max(1, ...[...all].filter(([year]) => year >= shown.first && year <= shown.last).map(([, states]) => total(states)));
    const y = (n) => bottom - (n / most) * (bottom - top);
    const x = (year) => left + (year - shown.first) * step;
    const every = [1, 2, 5, 10, 20, 50, 100].find((n) => n * step > 46) ?? 200;
    const svg = s("svg", { width, height, role: "img", "aria-label": `Files by year from ${shown.first} to ${shown.last}, at most ${plural(most, "file")} in a year` });
    for (const n of ticks(most, 3)) {
      svg.append(s("line", { class: "grid", x1: left, x2: width - 8, y1: y(n), y2: y(n) }), s("text", { class: "tick", x: left - 6, y: y(n) + 4, "text-anchor": "end" }, short(n)));
    }
    if (chosen) svg.append(s("rect", { class: "chosen", x: x(Math.max(chosen[0], shown.first)), y: top - 4, width: Math.max(step, (Math.min(chosen[1], shown.last) - Math.max(chosen[0], shown.first) + 1) * step), height: bottom - top + 4 }));
    for (let year = shown.first; year <= shown.last; year += 1) {
      if (year % every === 0) svg.append(s("text", { class: "tick", x: x(year) + step / 2, y: height - 4, "text-anchor": "middle" }, String(year)));
      const states = all.get(year);
      if (!states) continue;
      const wide = Math.max(1, step - Math.min(2, step * 0.2));
      const own = some.get(year) ?? [0, 0, 0, 0, 0];
      if (total(own) < total(states)) svg.append(s("rect", { class: "is dim", x: x(year), y: y(total(states)), width: wide, height: bottom - y(total(states)) }));
      let below = 0;
      own.forEach((n, state) => {
        if (!n) return;
        const bar = s("rect", { class: `is ${STATE_NAMES[state]}`, x: x(year), y: y(below + n), width: wide, height: Math.max(0.8, y(below) - y(below + n)) });
        bar.append(s("title", null, `${year}: ${inWords(own)}`));
        svg.append(bar);
        below += n;
      });
    }
    svg.append(s("line", { class: "axis", x1: left, x2: width - 8, y1: bottom, y2: bottom }));
    if (shown.earlier) svg.append(s("text", { class: "tick", x: left, y: 10 }, `◂ ${count(shown.earlier)} earlier`));
    if (shown.later) svg.append(s("text", { class: "tick", x: width - 8, y: 10, "text-anchor": "end" }, `${count(shown.later)} later ▸`));
    const yearAt = (event) => Math.min(shown.last, Math.max(shown.first, shown.first + Math.floor((event.clientX - svg.getBoundingClientRect().left - left) / step)));
    let from = null;
    const band = s("rect", { class: "chosen", y: top - 4, height: bottom - top + 4, visibility: "hidden" });
    svg.append(band);
    svg.addEventListener("pointerdown", (event) => {
      from = yearAt(event);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      if (from === null) return;
      const to = yearAt(event);
      band.setAttribute("visibility", "visible");
      band.setAttribute("x", x(Math.min(from, to)));
      band.setAttribute("width", (Math.abs(to - from) + 1) * step);
    });
    svg.addEventListener("pointerup", (event) => {
      if (from === null) return;
      const to = yearAt(event);
      choose(Math.min(from, to), Math.max(from, to));
      from = null;
    });
    return svg;
  });
}

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
export const monthName = (number) => MONTHS[number - 1];

/** Files by month; each is a button. */
export function monthBars(some, all, chosen, choose) {
  const most = Math.max(1, ...all);
  return h("div", { class: "months" }, all.map((n, at) => {
    const bar = (of, name) => s("rect", { class: name, x: 0, y: (40 - (of / most) * 40).toFixed(1), width: 100, height: ((of / most) * 40).toFixed(1) });
    return h("button", { type: "button", class: "plain month", "data-focus": `month ${at}`, "aria-pressed": chosen === at + 1, disabled: n === 0, "aria-label": `${MONTHS[at]}: ${plural(some[at], "file")}`, title: `${MONTHS[at]}: ${plural(some[at], "file")}`, onclick: () => choose(chosen === at + 1 ? null : at + 1) },
      s("svg", { viewBox: "0 0 100 40", preserveAspectRatio: "none", "aria-hidden": "true" }, bar(n, "is dim"), bar(some[at], "bar")), h("span", { "aria-hidden": "true" }, MONTHS[at][0]));
  }));
}

/** Files by greatest depth; each bar is a button. */
export function depthBars(some, all, edges, chosen, choose) {
  const most = Math.max(1, ...all);
  const names = [`≤ ${edges[0]}`, ...edges.slice(1).map((edge, at) => `${edges[at]}–${edge}`), `> ${edges.at(-1)}`];
  return h("div", { class: "depths" }, names.map((name, at) =>
    h("button", { type: "button", class: "plain depth", "data-focus": `depth ${at}`, "aria-pressed": chosen === at, disabled: all[at] === 0, onclick: () => choose(chosen === at ? null : at) },
      h("span", { class: "tick" }, name),
      s("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
        s("rect", { class: "is dim", width: ((all[at] / most) * 100).toFixed(1), height: 10 }),
        s("rect", { class: "bar", width: ((some[at] / most) * 100).toFixed(1), height: 10, "fill-opacity": (0.45 + (at / names.length) * 0.55).toFixed(2) })),
      h("span", { class: "note" }, some[at] ? count(some[at]) : all[at] ? "0" : "", h("span", { class: "hidden" }, " files")))));
}

/** What the marks mean. */
export const stateLegend = () =>
  h("div", { class: "legend" }, ["clean", "warnings", "errors", "failed", "unidentified"].map((name, at) => h("span", null, icon(STATE_NAMES[at]), name)));

/** A distribution against the range to be expected, which is shaded. */
export function distribution(parameter) {
  const { axis, counts, expected } = parameter;
  if (!axis) return null;
  const [low, high] = axis;
  const width = high - low;
  const root = Math.sqrt(Math.max(...counts, 1));
  const step = 240 / counts.length;
  const bars = width > 0 ? counts.map((n, at) => {
    const height = n === 0 ? 0 : Math.max(1, (Math.sqrt(n) / root) * 34);
    const middle = low + ((at + 0.5) / counts.length) * width;
    const isOutside = middle < expected[0] || middle > expected[1];
    return n ? s("rect", { class: isOutside ? "outside" : null, x: (at * step).toFixed(2), y: (36 - height).toFixed(2), width: (step - 0.3).toFixed(2), height: height.toFixed(2) }) : null;
  }) : s("rect", { x: 118, y: 2, width: 4, height: 34 });
  const x = (value) => Math.min(240, Math.max(0, width > 0 ? ((value - low) / width) * 240 : value <= low ? 0 : 240));
  const edges = expected.filter((edge) => edge > low && edge < high).map((edge) => s("line", { class: "edge", x1: x(edge), x2: x(edge), y1: 0, y2: 36 }));
  return s("svg", { viewBox: "0 0 240 36", preserveAspectRatio: "none", "aria-hidden": "true" },
    s("rect", { class: "expected", x: x(expected[0]), y: 0, width: x(expected[1]) - x(expected[0]), height: 36 }), bars, edges);
}
