// The view of one file, from its review document as the command line writes it. The checker and the report share it.

import { flagBar, flagLegend, histogram, quantiles } from "./charts.js";
import { foreign, h, icon } from "./dom.js";
import { box, bytes, count, nameOf, place, plural, position, span, state, STATE_OF_ONE, value } from "./format.js";
import { map } from "./map.js";
import { profiles } from "./profiles.js";

/** Findings of one code from which on they are folded. */
const FOLD = 3;
/** Variables that are shown at once. */
const VARIABLES = 60;
const MORE = 500;
/** Casts that are shown at once. */
const CASTS = 12;

const fact = (name, content, wide) =>
  content === null || content === undefined || content === "–"
    ? null
    : h("div", { class: wide ? "fact wide" : "fact" }, h("dt", null, name), h("dd", null, content));

/**
 * The view of a document.
 *
 * `context.registry` describes handlers and codes; `context.land` is a TopoJSON; `context.pictures` holds a histogram or null for
 * each variable, and may be absent; `context.preview` are levels of the casts, or null; `context.next` is the next step of a failure.
 */
export function fileView(document, context) {
  const { boxes } = document.coverage;
  const handler = context.registry.handlers[document.handler?.id];
  const codes = { ...context.registry.codes, ...handler?.codes };
  const name = nameOf(document.file.key);
  const folder = document.file.key.slice(0, document.file.key.length - name.length);
  const is = state(document);
  const about = [document.kind ?? handler?.title, STATE_OF_ONE[is]].filter(Boolean);
  return h("article", { class: "file" }, [
    h("header", null, [
      folder ? h("div", { class: "note" }, foreign(folder)) : null,
      h("h1", { tabindex: "-1" }, icon(is, STATE_OF_ONE[is]), h("span", null, foreign(name))),
      h("p", { class: "note" }, about.map((part, at) => [at ? " · " : null, foreign(part)]),
        document.handler ? [" · identified by content: ", foreign(document.handler.because)] : null),
    ]),
    document.failure ? failure(document.failure, context.next) : null,
    h("div", { class: "pair" }, facts(document), boxes?.length ? h("section", { class: "card flush", "aria-label": "Where" }, map(boxes[0], context.land, positions(document))) : null),
    profiles(document, context.preview),
    document.handler ? findings(document, codes) : null,
    document.casts?.length > 1 ? casts(document) : null,
    document.variables.length ? variables(document, context.pictures ?? []) : null,
    document.handler ? checks(document, codes) : null,
  ]);
}

function failure(of, next) {
  return h("section", { class: "card failure" }, [
    h("h2", null, icon("failed"), of.class === "unidentified" ? "Not identified" : `Not reviewed: ${of.class}`),
    h("p", null, foreign(of.message, 1000), of.place ? [" ", h("code", null, foreign(place(of.place)))] : null),
    next ? h("p", { class: "note" }, `Next step: ${next}.`) : null,
  ]);
}

function facts(document) {
  const { coverage, provenance } = document;
  const depth = coverage.depth;
  const states = Object.values(document.checks);
  const number = (wanted) => states.filter((one) => one === wanted).length;
  const left = coverage.left_out;
  const leftOut = left && [["time", left.times], ["position", left.positions], ["depth", left.depths]]
    .filter(([, n]) => n > 0).map(([one, n]) => plural(n, one)).join(", ");
  return h("dl", { class: "card facts" }, [
    fact("Observations", document.observations === null ? null : count(document.observations)),
    fact("Profiles", document.profiles === null ? null : count(document.profiles)),
    fact("Coverage", coverage.kind),
    fact("Variables", document.variables.length || null),
    fact("Size", bytes(document.file.size)),
    fact("When", span(coverage.time), true),
    fact("Where", coverage.boxes?.length ? box(coverage.boxes[0]) : null, true),
    fact("Vertical", depth && [`${value(depth.min)} … ${value(depth.max)} `, depth.unit === null ? null : foreign(depth.unit, 40)]),
    fact("Left out by flags", leftOut || null),
    Object.entries(document.attributes).slice(0, 8).map(([name, values]) =>
      fact(name.replaceAll("_", " "), values.slice(0, 3).map((one, at) => [at ? ", " : null, foreign(one, 60)])
        .concat(values.length > 3 ? ` and ${values.length - 3} more` : []))),
    fact("Checks", states.length
      ? `${number("passed")} passed, ${number("failed")} with findings, ${number("not applicable")} not applicable` : null, true),
    fact("Reviewed with", [provenance.tool, provenance.reader, provenance.vocabulary].filter(Boolean).join(" · "), true),
    fact("SHA-256", document.file.sha256 && h("code", { class: "hash" }, document.file.sha256), true),
  ]);
}

/** The positions of the casts, as pairs of longitude and latitude. */
const positions = (document) =>
  (document.casts ?? []).filter((one) => typeof one.longitude === "number").map((one) => [one.longitude, one.latitude]);

function casts(document) {
  const all = document.casts;
  const left = document.casts_left_out ?? 0;
  const body = h("tbody");
  const named = all.some((one) => one.station);
  const numbered = all.some((one) => one.number);
  const text = (of) => (of === null || of === undefined ? "–" : foreign(of, 80));
  const row = (one, at) => h("tr", null, [
    h("th", { scope: "row" }, count(at + 1)),
    named ? h("td", null, text(one.station)) : null,
    numbered ? h("td", null, text(one.number)) : null,
    h("td", null, one.time ? span({ first: one.time, last: one.time }) : "–"),
    h("td", null, typeof one.longitude === "number" ? position(one.longitude, one.latitude) : "–"),
    h("td", { class: "number" }, typeof one.levels === "number" ? count(one.levels) : "–"),
  ]);
  let shown = 0;
  const more = h("button", { type: "button", class: "more", onclick: () => show(MORE) });
  function show(n) {
    const next = all.slice(shown, shown + n);
    body.append(...next.map((one, at) => row(one, shown + at)));
    shown += next.length;
    const rest = all.length - shown;
    more.hidden = rest === 0;
    more.textContent = `Show ${count(Math.min(MORE, rest))} more of ${count(all.length)} casts`;
  }
  show(CASTS);
  const heads = ["Cast", named ? "Station" : null, numbered ? "Number" : null, "When", "Where", "Levels"].filter(Boolean);
  return h("section", { class: "card flush", id: "casts" }, [
    h("h2", null, "Casts", h("span", { class: "note" }, plural(all.length + left, "cast"))),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Casts" },
      h("table", { class: "casts" }, h("thead", null, h("tr", null, heads.map((name) =>
        h("th", { scope: "col", class: name === "Levels" ? "number" : null }, name)))), body)),
    more,
    left ? h("p", { class: "note padded" }, `${plural(left, "more cast")} not listed.`) : null,
  ]);
}

function findings(document, codes) {
  const of = (severity) => document.findings.filter((finding) => finding.severity === severity).length;
  const byCode = Map.groupBy
    ? Map.groupBy(document.findings, (finding) => finding.code)
    : document.findings.reduce((groups, one) => groups.set(one.code, [...(groups.get(one.code) ?? []), one]), new Map());
  const rows = [...byCode].flatMap(([code, all]) =>
    all.length >= FOLD ? [folded(code, all, codes)] : all.map((one) => finding(one, codes)));
  return h("section", { class: "card flush", id: "findings" }, [
    h("h2", null, "Findings", h("span", { class: "counts" }, ["error", "warning", "info"].filter((one) => of(one) > 0)
      .map((one) => h("span", null, icon(one, one), ` ${of(one)}`)))),
    rows.length ? rows : h("p", { class: "note padded" }, "Nothing was found to be wrong or notable."),
  ]);
}

const explained = (info) =>
  info && h("div", { class: "explained" },
    h("div", null, h("h4", null, "What it means"), h("p", null, info.meaning)),
    h("div", null, h("h4", null, "What to do"), h("p", null, info.remedy)),
    h("p", { class: "note" }, info.clause));

function places(of) {
  if (!of.places.length) return null;
  return h("p", { class: "places" }, of.places.map((one) => h("code", null, foreign(place(one), 200))),
    of.count > of.places.length ? h("span", { class: "note" }, ` and ${count(of.count - of.places.length)} more`) : null);
}

const suppressed = (of) => {
  const all = Object.entries(of.suppressed ?? {});
  return all.length ? h("p", { class: "note" }, "Not listed, because they follow from it: ",
    all.map(([code, n]) => `${code} × ${count(n)}`).join(", ")) : null;
};

const subject = (of) =>
  of.subject === null ? null : [h("b", null, foreign(of.subject, 120)), " · "];

function finding(of, codes) {
  const info = codes[of.code];
  return h("details", { class: "finding", "data-code": of.code }, [
    h("summary", null, icon(of.severity, of.severity), h("span", { class: "grow" }, subject(of), foreign(of.message, 600)),
      h("code", { class: "code" }, of.code), h("span", { class: "times" }, `× ${count(of.count)}`)),
    h("div", { class: "inner" }, places(of), suppressed(of), explained(info)),
  ]);
}

function folded(code, all, codes) {
  const info = codes[code];
  const times = all.reduce((sum, one) => sum + one.count, 0);
  return h("details", { class: "finding", "data-code": code }, [
    h("summary", null, icon(all[0].severity, all[0].severity),
      h("span", { class: "grow" }, info?.title ?? code, h("span", { class: "note" }, ` · ${plural(all.length, "subject")}`)),
      h("code", { class: "code" }, code), h("span", { class: "times" }, `× ${count(times)}`)),
    h("div", { class: "inner" }, explained(info), h("ul", { class: "subjects" }, all.map((one) =>
      h("li", null, h("p", null, subject(one), foreign(one.message, 600), h("span", { class: "note" }, ` × ${count(one.count)}`)), places(one), suppressed(one))))),
  ]);
}

function variables(document, pictures) {
  const body = h("tbody");
  const marks = new Map();
  for (const one of document.findings) {
    if (one.subject === null || one.severity === "info") continue;
    if (!marks.has(one.subject) || one.severity === "error") marks.set(one.subject, one.severity);
  }
  const all = document.variables.map((variable, at) => ({ variable, picture: pictures[at] }));
  const isEmpty = ({ variable }) => variable.count === 0 && !marks.has(variable.name);
  const empty = all.filter(isEmpty).map(({ variable }) => variable.name);
  const filled = all.filter((one) => !isEmpty(one));
  let shown = 0;
  const more = h("button", { type: "button", class: "more", onclick: () => show(MORE) });
  function show(n) {
    const next = filled.slice(shown, shown + n);
    body.append(...next.map(({ variable, picture }) => variableRow(variable, picture, marks.get(variable.name))));
    shown += next.length;
    const rest = filled.length - shown;
    more.hidden = rest === 0;
    more.textContent = `Show ${count(Math.min(MORE, rest))} more of ${count(filled.length)} variables`;
  }
  show(VARIABLES);
  const heads = ["Variable", "Unit", "Values", "Distribution", "Good values", "Flags"];
  return h("section", { class: "card flush", id: "variables" }, [
    h("h2", null, "Variables", document.variables.some((one) => one.flags) ? flagLegend() : null),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Variables" },
      h("table", { class: "variables" }, h("thead", null, h("tr", null, heads.map((name) =>
        h("th", { scope: "col", class: name === "Values" ? "number" : null }, name)))), body)),
    more,
    empty.length ? h("p", { class: "note padded empty" }, `${plural(empty.length, "variable")} without a value: `,
      empty.slice(0, MORE).map((one, at) => [at ? ", " : null, foreign(one, 80)]), empty.length > MORE ? ` and ${count(empty.length - MORE)} more` : null) : null,
  ]);
}

function variableRow(of, picture, mark) {
  const missing = Object.values(of.missing).reduce((sum, n) => sum + n, 0) + of.invalid + of.non_finite;
  const figures = of.good ?? of;
  const known = of.standard_name ?? of.canonical;
  const range = figures.min !== null && figures.min !== undefined
    ? figures.min === figures.max ? `all ${value(figures.min)}` : `${value(figures.min)} … ${value(figures.max)}`
    : of.first !== null ? [foreign(of.first, 40), of.first === of.last ? null : [" … ", foreign(of.last, 40)]] : "–";
  const median = figures.quantiles?.["0.5"];
  const frequent = of.frequent?.[0];
  const constant = figures.min === figures.max;
  return h("tr", null, [
    h("th", { scope: "row" }, mark ? icon(mark, `has ${mark}s`) : null, foreign(of.name, 80),
      known && known !== of.name ? h("div", { class: "note" }, foreign(known, 80)) : null),
    h("td", { "data-name": "Unit" }, of.unit === null ? h("span", { class: "note" }, "none") : foreign(of.unit, 40)),
    h("td", { class: "number", "data-name": "Values" }, count(of.count), missing ? h("div", { class: "note" }, `${count(missing)} missing`) : null),
    h("td", { class: "picture" }, constant ? null : picture ? histogram(picture) : quantiles(figures)),
    h("td", { "data-name": "Good values" }, range, median !== undefined && !constant ? h("div", { class: "note" }, `median ${value(median)}`)
      : frequent && of.min === null && of.first !== of.last ? h("div", { class: "note" }, "often ", foreign(value(frequent.value), 40)) : null),
    h("td", { class: "picture" }, flagBar(of)),
  ]);
}

function checks(document, codes) {
  const rows = Object.entries(document.checks);
  const order = { failed: 0, passed: 1, "not applicable": 2, "not run": 3 };
  rows.sort((one, other) => order[one[1]] - order[other[1]] || one[0].localeCompare(other[0]));
  const words = { failed: "finding", passed: "passed", "not applicable": "not applicable", "not run": "not run" };
  return h("details", { class: "card flush checks" }, [
    h("summary", null, h("h2", null, `All ${rows.length} checks`)),
    h("ul", null, rows.map(([code, is]) =>
      h("li", { class: is.replace(" ", "-") }, h("span", { class: "grow" }, codes[code]?.title ?? code), h("span", { class: "note" }, words[is])))),
  ]);
}
