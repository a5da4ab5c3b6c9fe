// Quantities over the archive, names that no vocabulary knows, cruises and platforms.

import { foreign, h, icon, s } from "../view/dom.js";
import { count, nameOf, plural, value } from "../view/format.js";
import { overview, STATE_NAMES } from "./data.js";
import { distribution, inWords, monthName, short, total } from "./plots.js";

const CLASSES = ["good", "not assessed", "questionable", "bad", "missing", "unknown", "without"];
const CLASS_WORDS = [...CLASSES.slice(0, 5), "unknown scheme", "without a flag"];

const sentence = (name) => {
  const words = name.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
};
const UNITS = { degree_C: "°C", "1": "", percent: "%", degree: "°" };
const unitWord = (unit) => UNITS[unit] ?? unit.replace("micro", "µ");

const flagPart = (name, x, width) => s("rect", { class: `flag ${name.replace(" ", "-")}`, x: x.toFixed(2), y: 0, width: width.toFixed(2), height: 8 });

function flagBar(flags) {
  const all = flags.reduce((sum, n) => sum + n, 0);
  if (!all) return null;
  let at = 0;
  const parts = flags.map((n, index) => {
    if (!n) return null;
    const width = Math.max(1, (n / all) * 100);
    const part = flagPart(CLASSES[index], at, width);
    at += width;
    return part;
  });
  const assessed = all - flags[6] - flags[5];
  const doubtful = flags[2] + flags[3];
  const label = CLASS_WORDS.map((name, index) => (flags[index] ? `${name} ${count(flags[index])}` : null)).filter(Boolean).join(", ");
  const share = assessed && doubtful ? `${Number(((doubtful / assessed) * 100).toPrecision(2))} % doubtful` : assessed ? "none doubtful" : flags[5] ? "flags of an unknown scheme" : "no flags";
  return [h("div", { class: "flags" }, s("svg", { viewBox: `0 0 ${at.toFixed(2)} 8`, preserveAspectRatio: "none", role: "img", "aria-label": `flags: ${label}` }, s("title", null, label), parts)), h("div", { class: "note" }, share)];
}

const legend = () => h("div", { class: "legend" }, CLASSES.map((name, at) =>
  h("span", null, s("svg", { class: "swatch", viewBox: "0 0 8 8", "aria-hidden": "true" }, flagPart(name, 0, 8)), CLASS_WORDS[at])));

/** The section of parameters. */
export function parametersView(state, redraw) {
  const all = overview.parameters;
  if (!all.length) return h("section", { class: "part", id: "parameters", "aria-labelledby": "parameters-title" }, h("div", { class: "title" }, h("h2", { id: "parameters-title" }, "Parameters"), h("p", { class: "note" }, "No file holds a quantity that is known.")));
  const shown = state.allParameters ? all : all.slice(0, 20);
  const heads = [["Parameter"], ["Files", "number"], ["Values", "number"], ["Distribution · shaded: expected range", "distribution"], ["Good values, against expected"], ["Flags", "picture"], ["Units in use"]];
  return h("section", { class: "part", id: "parameters", "aria-labelledby": "parameters-title" },
    h("div", { class: "title" }, h("h2", { id: "parameters-title" }, "Parameters"), h("p", { class: "note grow" }, "Quantities across formats, in one unit. Distributions are of good values; heights are square roots, so that thin tails stay visible."), legend()),
    h("div", { class: "card flush" }, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Parameters" }, h("table", { class: "parameters cards" },
      h("thead", null, h("tr", null, heads.map(([name, kind]) => h("th", { scope: "col", class: kind }, name)))),
      h("tbody", null, shown.map((one) => parameter(one, state, redraw))))),
      all.length > shown.length ? h("button", { type: "button", class: "more", "data-focus": "more parameters", onclick: () => redraw(() => (state.allParameters = true)) }, `Show all ${all.length} parameters`) : null));
}

function parameter(one, state, redraw) {
  const unit = unitWord(one.unit);
  const [low, high] = one.range ?? [null, null];
  const bad = (is, text) => (is ? h("b", { class: "bad" }, text) : text);
  const picture = distribution(one);
  const label = one.axis ? `distribution from ${value(one.axis[0])} to ${value(one.axis[1])}, expected ${one.expected[0]} to ${one.expected[1]}` : "";
  const beyond = one.below + one.above;
  const isOpen = state.parameter === one.quantity;
  const row = h("tr", { "data-quantity": one.quantity },
    h("th", { scope: "row" }, h("button", { type: "button", class: "plain", "data-focus": `parameter ${one.quantity}`, "aria-expanded": isOpen, onclick: () => redraw(() => (state.parameter = isOpen ? null : one.quantity)) }, sentence(one.quantity)),
      h("div", { class: "names" }, one.names.slice(0, 4).map(([name], at) => [at ? " · " : null, foreign(name, 30)]), one.names.length > 4 ? " · …" : null)),
    h("td", { class: "number", "data-name": "Files" }, count(one.files)), h("td", { class: "number", "data-name": "Values" }, short(one.values)),
    h("td", { class: "distribution" }, picture ? h("div", { class: "histogram", role: "img", "aria-label": label }, picture, h("div", { class: "ends", "aria-hidden": "true" }, h("span", null, value(one.axis[0])), beyond ? h("span", null, `${short(beyond)} beyond`) : null, h("span", null, value(one.axis[1])))) : h("span", { class: "note" }, "no value in a known unit")),
    h("td", { class: "against" }, low === null ? "–" : [bad(low < one.expected[0], value(low)), " … ", bad(high > one.expected[1], value(high)), unit ? ` ${unit}` : ""],
      h("div", { class: "note" }, `expected ${value(one.expected[0])} … ${value(one.expected[1])}`),
      one.outside ? h("div", null, h("a", { href: `#file/${one.examples[0][0]}` }, `${plural(one.outside, "file")} outside`)) : null),
    h("td", { class: "picture" }, flagBar(one.flags)),
    h("td", { class: "units" }, one.units.slice(0, 6).map(([name, n, known]) => h("span", { class: known ? "unit" : "unit odd", title: known ? null : "not a unit of this quantity, or no unit" }, name === null ? "none" : foreign(name, 24), h("small", null, ` ${count(n)}`))), one.units.length > 6 ? h("span", { class: "unit" }, `+${one.units.length - 6}`) : null));
  return isOpen ? [row, h("tr", { class: "opened" }, h("td", { colspan: 7 }, opened(one, state, redraw)))] : row;
}

function opened(one, state, redraw) {
  const tabs = [["By cruise", one.cruises], ["By platform", one.platforms], ["By month", one.months]].filter(([, rows]) => rows.length);
  const name = tabs.some(([tab]) => tab === state.by) ? state.by : tabs[0]?.[0];
  const rows = tabs.find(([tab]) => tab === name)?.[1] ?? [];
  const [low, high] = one.range ?? [0, 1];
  const x = (at) => (high > low ? ((at - low) / (high - low)) * 200 : 100);
  const group = h("div", { class: "group", role: "group", "aria-label": "Rows" }, tabs.map(([tab]) => h("button", { type: "button", "data-focus": `by ${tab}`, "aria-pressed": tab === name, onclick: () => redraw(() => (state.by = tab)) }, tab)));
  const table = h("table", { class: "spans" }, h("thead", null, h("tr", null, [name?.replace("By ", "") ?? "", "Files", "Values", "Least, mean and greatest good value", "", "", ""].map((head, at) => h("th", { scope: "col", class: at === 1 || at === 2 ? "number" : null }, head)))),
    h("tbody", null, rows.map(([of, files, values, min, max, mean]) => h("tr", null,
      h("th", { scope: "row" }, name === "By month" ? monthName(Number(of)) : foreign(of, 60)), h("td", { class: "number" }, count(files)), h("td", { class: "number" }, short(values)),
      h("td", { class: "spanbar" }, min === null ? null : s("svg", { viewBox: "0 0 200 10", preserveAspectRatio: "none", "aria-hidden": "true" }, s("rect", { class: "bar", x: x(min), y: 3, width: Math.max(1.5, x(max) - x(min)), height: 4 }), mean === null ? null : s("rect", { class: "mean", x: x(mean) - 0.8, y: 0, width: 1.6, height: 10 }))),
      h("td", { class: "number" }, value(min)), h("td", { class: "number" }, h("b", null, value(mean))), h("td", { class: "number" }, value(max))))));
  const examples = one.examples.length ? h("div", null, h("h3", null, "Files with good values outside the expected range"), h("ul", { class: "examples" }, one.examples.map(([number, key, min, max]) =>
    h("li", null, h("span", { class: "name" }, h("a", { href: `#file/${number}` }, foreign(nameOf(key), 80))), h("span", null, `${value(min)} … ${value(max)}`))))) : null;
  return h("div", { class: "opened-inner" }, h("div", null, tabs.length ? [group, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name }, table)] : h("p", { class: "note" }, "No file of this quantity names a cruise, a platform or a time.")),
    h("div", { class: "stack" }, examples, h("div", null, h("h3", null, "Names"), h("p", { class: "places" }, one.names.map(([of, n]) => h("code", null, foreign(of, 40), ` ${count(n)}`))))));
}

/** The census of names that no vocabulary knows. */
export function unknownView(state, redraw) {
  const all = overview.unknown;
  if (!all.length) return null;
  const shown = state.allUnknown ? all : all.slice(0, 12);
  const more = overview.more_unknown;
  return h("section", { class: "part", id: "unknown", "aria-labelledby": "unknown-title" },
    h("div", { class: "title" }, h("h2", { id: "unknown-title" }, "Unknown names"), h("p", { class: "note grow" }, "Variables with numbers whose names no vocabulary knows, by files. A similar known name may be what was meant.")),
    h("div", { class: "card flush" }, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Unknown names" }, h("table", { class: "unknown cards" },
      h("thead", null, h("tr", null, ["Name", "Files", "Units", "Nearest known name", "For example"].map((name, at) => h("th", { scope: "col", class: at === 1 ? "number" : null }, name)))),
      h("tbody", null, shown.map((one) => h("tr", null, h("th", { scope: "row" }, h("code", null, foreign(one.name, 60))), h("td", { class: "number", "data-name": "Files" }, count(one.files)),
        h("td", null, one.units.slice(0, 3).map(([unit, n]) => h("span", { class: "unit" }, unit === null ? "none" : foreign(unit, 24), one.units.length > 1 ? h("small", null, ` ${count(n)}`) : null))),
        h("td", null, one.nearest ? [h("code", null, one.nearest[0]), " ", h("span", { class: "note" }, sentence(one.nearest[1]))] : h("span", { class: "note" }, "none")),
        h("td", null, one.examples.slice(0, 1).map(([number, key]) => h("a", { href: `#file/${number}` }, foreign(nameOf(key), 60))))))))),
      all.length > shown.length ? h("button", { type: "button", class: "more", "data-focus": "more unknown", onclick: () => redraw(() => (state.allUnknown = true)) }, `Show all ${all.length} names`) : null,
      more && all.length === shown.length ? h("p", { class: "note padded" }, `${count(more)} more names are not listed.`) : null));
}

/** Cruises and platforms. */
export function groupsView(state, filter, redraw) {
  const all = overview.groups.map((group, number) => ({ ...group, number, files: total(group.states) })).sort((one, other) => other.files - one.files || (one.name < other.name ? -1 : 1));
  if (!all.length) return null;
  const kinds = ["cruise", "platform"].filter((kind) => all.some((one) => one.kind === kind));
  state.groups ??= kinds[0];
  const of = all.filter((one) => one.kind === state.groups);
  const shown = state.allGroups ? of : of.slice(0, 12);
  const most = Math.max(...of.map((one) => one.files));
  const day = (instant) => (instant ? instant.slice(0, 10) : "");
  return h("section", { class: "part", id: "cruises", "aria-labelledby": "cruises-title" },
    h("div", { class: "title" }, h("h2", { id: "cruises-title" }, "Cruises and platforms"), h("p", { class: "note grow" }, "Names as files give them, spelled alike. Choose one to see its files."),
      h("span", { class: "group", role: "group", "aria-label": "Kind" }, kinds.map((kind) => h("button", { type: "button", "data-focus": `groups ${kind}`, "aria-pressed": state.groups === kind, onclick: () => redraw(() => { state.groups = kind; state.allGroups = false; }) }, `${kind[0].toUpperCase()}${kind.slice(1)}s`, h("span", { class: "note" }, ` ${count(all.filter((one) => one.kind === kind).length)}`))))),
    h("div", { class: "card flush" }, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Cruises and platforms" }, h("table", { class: "groups cards" },
      h("thead", null, h("tr", null, ["Name", "Files", "", "Profiles", "From", "To", "Deepest", "Formats"].map((name, at) => h("th", { scope: "col", class: [1, 3, 6].includes(at) ? "number" : null }, name)))),
      h("tbody", null, shown.map((one) => h("tr", null,
        h("th", { scope: "row" }, h("button", { type: "button", class: "plain link", "data-focus": `group ${one.number}`, onclick: () => filter({ group: one.number }) }, foreign(one.name, 60))),
        h("td", { class: "number", "data-name": "Files" }, count(one.files)), h("td", { class: "spanbar", title: inWords(one.states) }, bar(one.states, most)), h("td", { class: "number", "data-name": "Profiles" }, one.profiles ? count(one.profiles) : ""),
        h("td", { "data-name": "From" }, day(one.first)), h("td", { "data-name": "To" }, day(one.last)), h("td", { class: "number", "data-name": "Deepest" }, one.deepest === null ? "" : value(Math.round(one.deepest))),
        h("td", { class: "note" }, one.handlers.map((at) => overview.handlers[at][0]).join(", "))))))),
      of.length > shown.length ? h("button", { type: "button", class: "more", "data-focus": "more groups", onclick: () => redraw(() => (state.allGroups = true)) }, `Show all ${count(of.length)}`) : null,
      overview.more_groups ? h("p", { class: "note padded" }, "There are more cruises and platforms than the report lists.") : null));
}

function bar(states, most) {
  let at = 0;
  return s("svg", { viewBox: "0 0 200 8", preserveAspectRatio: "none", "aria-hidden": "true" }, states.map((n, state) => {
    if (!n) return null;
    const width = (n / most) * 200;
    const part = s("rect", { class: `is ${STATE_NAMES[state]}`, x: at.toFixed(2), width: Math.max(1, width).toFixed(2), height: 8 });
    at += width;
    return part;
  }));
}

/** What changed since an earlier store. */
export function changesView(changes, numberOf, state, redraw) {
  if (!changes) return null;
  const shown = state.allChanges ? changes.files : changes.files.slice(0, 15);
  const extent = (of) => (of ? `${of.severity} × ${count(of.count)}` : "");
  const what = (one) => (one.file === "changed" ? [one.content_changed ? "content changed" : null, one.recipe_changed ? "reviewed anew" : null].filter(Boolean).join(", ") || "findings changed" : one.file === "added" ? "new" : "gone");
  return h("section", { class: "part", id: "changes", "aria-labelledby": "changes-title" },
    h("div", { class: "title" }, h("h2", { id: "changes-title" }, "Changes"), h("p", { class: "note grow" }, "Since ", foreign(changes.against), ` · ${changes.sentence}`)),
    h("div", { class: "card flush" },
      shown.length ? h("ul", { class: "changes" }, shown.map((one) => {
        const number = numberOf(one.key);
        return h("li", null, h("span", { class: `tag ${one.file}` }, what(one)), h("span", { class: "name" }, number === undefined ? foreign(one.key, 120) : h("a", { href: `#file/${number}` }, foreign(one.key, 120))),
          h("span", { class: "grow" }, one.file === "changed" && one.before !== one.after ? h("span", null, `was ${one.before}, is ${one.after} `) : null,
            one.findings.slice(0, 6).map((finding) => h("span", { class: `delta ${finding.finding}` }, icon((finding.after ?? finding.before).severity), ` ${finding.finding === "fixed" ? "fixed" : finding.finding} `, h("code", null, finding.code), finding.subject ? [" ", foreign(finding.subject, 40)] : null,
              h("span", { class: "note" }, finding.before && finding.after ? ` ${extent(finding.before)} → ${extent(finding.after)}` : ` × ${count((finding.after ?? finding.before).count)}`))),
            one.findings.length > 6 ? h("span", { class: "note" }, ` and ${one.findings.length - 6} more`) : null));
      })) : h("p", { class: "note padded" }, "Nothing changed."),
      changes.files.length > shown.length ? h("button", { type: "button", class: "more", "data-focus": "more changes", onclick: () => redraw(() => (state.allChanges = true)) }, `Show all ${count(changes.files.length)}`) : null,
      changes.more && shown.length === changes.files.length ? h("p", { class: "note padded" }, `${count(changes.more)} more changed files are not listed.`) : null));
}
