// Small pictures of a variable: the distribution of its values, and its flags.

import { h, s } from "./dom.js";
import { count, value } from "./format.js";

const CLASSES = ["good", "not assessed", "questionable", "bad", "missing", "unknown"];

/** Bars of equal width between the least and the greatest value. Heights are square roots, so that thin tails stay visible. */
export function histogram(picture) {
  const top = Math.sqrt(Math.max(...picture.counts, 1));
  const width = 160 / picture.counts.length;
  const bars = picture.counts.map((n, at) => {
    const height = n === 0 ? 0 : Math.max(1, (Math.sqrt(n) / top) * 30);
    return s("rect", { x: (at * width).toFixed(2), y: (30 - height).toFixed(2), width: (width - 0.4).toFixed(2), height: height.toFixed(2) });
  });
  const label = `distribution from ${value(picture.low)} to ${value(picture.high)}`;
  return h("div", { class: "histogram" }, [
    s("svg", { viewBox: "0 0 160 30", preserveAspectRatio: "none", role: "img", "aria-label": label }, bars),
    h("div", { class: "ends", "aria-hidden": "true" }, h("span", null, value(picture.low)), h("span", null, value(picture.high))),
  ]);
}

/** The ranges between the quantiles of a variable without a histogram: 5 to 95 % thin, 25 to 75 % thick, the median as a line. */
export function quantiles(figures) {
  const q = figures.quantiles;
  const [low, high] = [figures.min, figures.max];
  if (!q || typeof low !== "number" || typeof high !== "number" || !(high > low)) return null;
  const x = (at) => (((at - low) / (high - low)) * 160).toFixed(2);
  const bar = (from, to, y, height, name) =>
    s("rect", { class: name, x: x(from), y, width: Math.max(1, x(to) - x(from)).toFixed(2), height });
  const label = `median ${value(q["0.5"])}, half of the values between ${value(q["0.25"])} and ${value(q["0.75"])}`;
  return h("div", { class: "histogram" }, [
    s("svg", { viewBox: "0 0 160 30", preserveAspectRatio: "none", role: "img", "aria-label": label },
      bar(low, high, 14, 2, "whole"), bar(q["0.05"], q["0.95"], 12, 6, "most"), bar(q["0.25"], q["0.75"], 7, 16, "half"),
      bar(q["0.5"], q["0.5"], 4, 22, "median")),
    h("div", { class: "ends", "aria-hidden": "true" }, h("span", null, value(low)), h("span", null, value(high))),
  ]);
}

/** The flags of a variable as one bar by class; null without flags. */
export function flagBar(variable) {
  if (!variable.flags) return null;
  const totals = Object.fromEntries(CLASSES.map((name) => [name, 0]));
  for (const flag of Object.values(variable.flags)) totals[flag.class ?? "unknown"] += flag.total;
  const all = CLASSES.reduce((sum, name) => sum + totals[name], 0);
  if (all === 0) return null;
  let at = 0;
  const parts = CLASSES.filter((name) => totals[name] > 0).map((name) => {
    // A few bad values among many stay visible.
    const width = Math.max(1.5, (totals[name] / all) * 100);
    const part = s("rect", { class: `flag ${name.replace(" ", "-")}`, x: at.toFixed(2), y: 0, width: width.toFixed(2), height: 8 },
      s("title", null, `${name}: ${count(totals[name])}`));
    at += width;
    return part;
  });
  const doubtful = ["questionable", "bad"].filter((name) => totals[name] > 0).map((name) => `${count(totals[name])} ${name}`);
  const words = totals.unknown === all ? "of an unknown scheme" : doubtful.join(", ");
  const label = CLASSES.filter((name) => totals[name] > 0).map((name) => `${name} ${count(totals[name])}`).join(", ");
  return h("div", { class: "flags" },
    s("svg", { viewBox: `0 0 ${at.toFixed(2)} 8`, preserveAspectRatio: "none", role: "img", "aria-label": `flags: ${label}` }, parts),
    words ? h("div", { class: "note" }, words) : null);
}

/** What the colours of the flag bars mean. */
export const flagLegend = () =>
  h("div", { class: "legend" }, CLASSES.map((name) =>
    h("span", null, s("svg", { class: "swatch", viewBox: "0 0 8 8", "aria-hidden": "true" },
      s("rect", { class: `flag ${name.replace(" ", "-")}`, width: 8, height: 8, rx: 1 })), name === "unknown" ? "unknown scheme" : name)));
