// The page: the overview with its filters, and one file.

import { foreign, h, icon, s } from "../view/dom.js";
import { bytes, count, plural, STATES } from "../view/format.js";
import { allFiles, allTotals, content, isLarge, land, overview, registry, STATE_NAMES, textOf, totalsOf } from "./data.js";
import { depthBars, inWords, isMany, monthBars, monthName, short, squares, stateBar, stateLegend, timeLine, total } from "./plots.js";
import { world } from "./world.js";
import { findingsView, rankedCodes } from "./findings.js";
import { changesView, groupsView, parametersView, unknownView } from "./parameters.js";
import { filesView, onePage, ordered } from "./files.js";

/** What is filtered by; null for everything. */
const NONE = { state: null, handler: undefined, code: null, group: null, years: null, month: null, depth: null, area: null, words: "" };
const filter = { ...NONE };
/** What is open, sorted and chosen. */
const state = { view: "Atlantic", column: "key", back: false, rows: 100, open: new Set(), findings: null };
const root = document.getElementById("page");
const main = h("main");
/** All files, or null in a large report. */
let files = null;
let keys = null;
let everything = allTotals();

const handlerName = (at) => (at === null ? "Unidentified" : registry.handlers[overview.handlers[at][0]]?.title ?? overview.handlers[at][0]);

/** Chips of what is filtered by: words, and what clears each. */
function chips() {
  const all = [];
  const add = (words, clear) => all.push({ words, clear });
  if (filter.state !== null) add(STATES[STATE_NAMES[filter.state]], { state: null });
  if (filter.handler !== undefined) add(handlerName(filter.handler), { handler: undefined });
  if (filter.code !== null) add(overview.codes[filter.code].title ?? overview.codes[filter.code].code, { code: null });
  if (filter.group !== null) add(overview.groups[filter.group].name, { group: null });
  if (filter.years) add(filter.years[0] === filter.years[1] ? String(filter.years[0]) : `${filter.years[0]} to ${filter.years[1]}`, { years: null });
  if (filter.month) add(monthName(filter.month), { month: null });
  if (filter.depth !== null) add(filter.depth === 0 ? `≤ ${overview.depth_edges[0]} deep` : `deeper than ${overview.depth_edges[filter.depth - 1]}`, { depth: null });
  if (filter.area) add(filter.area.words, { area: null });
  if (filter.words) add(`“${filter.words}”`, { words: "" });
  return all;
}

const isFiltered = () => chips().length > 0;

function fits(one) {
  return (filter.state === null || one.state === filter.state) && (filter.handler === undefined || one.handler === filter.handler)
    && (filter.code === null || one.codes.includes(filter.code)) && (filter.group === null || one.groups.includes(filter.group))
    && (!filter.years || (one.year !== null && one.year >= filter.years[0] && one.year <= filter.years[1])) && (!filter.month || one.month === filter.month)
    && (filter.depth === null || one.bin === filter.depth) && (!filter.area || filter.area.has(one)) && (!filter.words || textOf(one).includes(filter.words));
}

/** Sets filters; of a large report the list of files is what shows them. */
function choose(change, goTo) {
  Object.assign(filter, change);
  state.rows = 100;
  if (location.hash.startsWith("#file/")) history.pushState(null, "", "#");
  draw();
  if (goTo) document.getElementById(goTo)?.scrollIntoView();
}

function redraw(change) {
  change();
  draw();
}

const chosenFiles = () => (files && isFiltered() ? files.filter(fits) : files);

function outcomes(some) {
  return h("section", { class: "outcomes", "aria-label": "Outcomes" }, STATE_NAMES.map((name, at) => {
    const pressed = filter.state === at;
    const share = overview.files ? (overview.states[at] / overview.files) * 100 : 0;
    return h("button", { type: "button", class: `outcome ${name}`, "data-focus": `state ${at}`, "aria-pressed": pressed, disabled: overview.states[at] === 0, onclick: () => choose({ state: pressed ? null : at }) },
      icon(name), h("b", null, count(some.states[at])), h("span", { class: "share" }, overview.states[at] ? `${share >= 10 ? Math.round(share) : Number(share.toPrecision(2))} %` : ""), h("span", { class: "words" }, STATES[name]));
  }));
}

function heading(some) {
  const facts = [[some.observations, "observations"], [some.profiles, "profiles"], [overview.groups.filter((one) => one.kind === "cruise").length, "cruises"], [overview.groups.filter((one) => one.kind === "platform").length, "platforms"]].filter(([n]) => n > 0);
  const at = overview.at ? ` as of ${overview.at.slice(0, 16).replace("T", " ")} UTC` : "";
  return h("header", { class: "heading" }, h("div", { class: "grow" }, h("h1", { tabindex: "-1" }, foreign(content.title)), h("p", { class: "note" }, `${plural(overview.files, "file")}${at} · data-review ${content.version} · `, foreign(content.store, 120))),
    h("dl", { class: "numbers" }, facts.map(([n, name]) => h("div", null, h("dd", null, short(n)), h("dt", null, name))), h("div", null, h("dd", null, bytes(some.bytes)), h("dt", null, "on disk"))));
}

function urgent() {
  const worst = rankedCodes(everything.codes).filter((code) => code.severity === "error").slice(0, 3);
  const changes = content.changes;
  const n = (kind) => changes.files.filter((one) => one.file === kind).length;
  if (!worst.length && !changes) return null;
  return h("p", { class: "urgent" }, changes ? h("span", null, h("span", { class: "note" }, "Since ", foreign(changes.against, 60), ": "), h("a", { href: "#changes" }, `${n("added")} new, ${n("changed")} changed, ${n("gone")} gone`)) : null,
    worst.length ? h("span", { class: "note" }, "Most urgent:") : null,
    worst.map((code) => h("button", { type: "button", class: "plain link", onclick: () => { state.open.add(code.code); state.findings = "Errors and warnings"; draw(); document.querySelector(`details[data-code="${CSS.escape(code.code)}"] summary`)?.focus(); } }, `${code.title ?? code.code} (${plural(code.files, "file")})`)));
}

function what(some) {
  const rows = [...everything.handlers].sort((one, other) => (one[0] === null) - (other[0] === null) || total(other[1]) - total(one[1]));
  const many = isMany(overview.files);
  const most = Math.max(1, ...rows.map(([, states]) => total(states)));
  return h("section", { class: "card flush what", "aria-label": "What" }, h("h2", null, "What", h("span", { class: "note" }, many ? "files by format" : "one square is one file")),
    h("div", { class: "formats" }, rows.map(([handler, states]) => {
      const own = some.handlers.get(handler) ?? [0, 0, 0, 0, 0];
      const pressed = filter.handler === handler;
      return h("button", { type: "button", class: "plain format", "data-focus": `handler ${handler}`, "aria-pressed": pressed, onclick: () => choose({ handler: pressed ? undefined : handler }) },
        h("span", { class: "spread" }, h("span", null, handlerName(handler)), h("span", { class: "note", title: inWords(states) }, isFiltered() && files ? `${count(total(own))} of ${count(total(states))}` : plural(total(states), "file"))),
        squares(own, states, most, many));
    }), rows.length ? stateLegend() : h("p", { class: "note" }, "The store holds no file.")));
}

function when(some) {
  const years = [...everything.years.keys()].sort((one, other) => one - other);
  const box = (label, index) => h("label", null, h("span", { class: "hidden" }, label), h("input", { type: "number", class: "year", "data-focus": `year ${index}`, min: years[0], max: years.at(-1), placeholder: index ? years.at(-1) : years[0], value: filter.years?.[index] ?? null,
    onchange: (event) => {
      const value = Number(event.target.value);
      const [from, to] = filter.years ?? [years[0], years.at(-1)];
      const next = event.target.value === "" ? null : index ? [Math.min(from, value), value] : [value, Math.max(to, value)];
      choose({ years: next });
    } }));
  const toggle = (from, to) => choose({ years: filter.years && filter.years[0] === from && filter.years[1] === to ? null : [from, to] });
  return h("section", { class: "card flush when", "aria-label": "When" },
    h("h2", null, "When", years.length ? h("span", { class: "note years" }, "Drag to select years, or ", box("From year", 0), " to ", box("To year", 1)) : null),
    h("div", { class: "padded" }, timeLine(some.years, everything.years, filter.years, toggle),
      years.length ? [h("h3", { class: "spread" }, "By month", h("span", { class: "note" }, "of the first observation")), monthBars(some.months, everything.months, filter.month, (month) => choose({ month }))] : null));
}

function howDeep(some) {
  return h("section", { class: "card flush", "aria-label": "How deep" }, h("h2", null, "How deep", h("span", { class: "note" }, "greatest depth, m or dbar")),
    h("div", { class: "padded" }, total(everything.depths) ? depthBars(some.depths, everything.depths, overview.depth_edges, filter.depth, (depth) => choose({ depth })) : h("p", { class: "note" }, "No file states a depth.")));
}

function bar() {
  const all = chips();
  if (!all.length) return null;
  const found = chosenFiles();
  return h("div", { class: "filter", role: "status" }, h("b", null, found ? `${count(found.length)} of ${plural(overview.files, "file")}` : "Filter"),
    all.map(({ words, clear }) => h("button", { type: "button", class: "chip", "data-focus": `chip ${words}`, onclick: () => choose(clear), "aria-label": `Remove the filter ${words}` }, foreign(words, 60), " ×")),
    h("button", { type: "button", class: "plain link", "data-focus": "clear", onclick: () => { search.value = ""; choose({ ...NONE }); } }, "Clear all"), h("a", { href: "#files" }, "See the list"));
}

const search = h("input", { type: "search", id: "search", placeholder: "Search files, cruises, findings", autocomplete: "off", spellcheck: "false", oninput: (event) => choose({ words: event.target.value.trim().toLowerCase() }),
  onkeydown: (event) => { if (event.key === "Enter") document.getElementById("files")?.scrollIntoView(); } });
const filterBar = h("div", { class: "filterbar" });

function top() {
  const links = [["", "Overview", null], ["findings", "Findings", overview.codes.length], ["parameters", "Parameters", overview.parameters.length], ["unknown", "Unknown names", overview.unknown.length], ["cruises", "Cruises", overview.groups.length], ["changes", "Changes", content.changes ? content.changes.files.length + content.changes.more : 0], ["files", "Files", overview.files]];
  return h("header", { class: "top" }, h("a", { class: "skip", href: "#files" }, "Skip to the files"), h("a", { class: "brand", href: "#" }, s("svg", { viewBox: "0 0 20 20", class: "logo", "aria-hidden": "true" }, s("rect", { width: 20, height: 20, rx: 4.5 }), s("path", { d: "M4 6.5c2-1.6 4-1.6 6 0s4 1.6 6 0M4 10.5c2-1.6 4-1.6 6 0s4 1.6 6 0M4 14.5c2-1.6 4-1.6 6 0s4 1.6 6 0" })), "Data Review"),
    h("nav", { class: "sections grow", "aria-label": "Sections" }, links.filter(([, , n]) => n !== 0).map(([id, name, n]) => h("a", { href: `#${id}` }, name, n ? h("span", { class: "note" }, ` ${short(n)}`) : null))),
    h("label", { class: "search" }, h("span", { class: "hidden" }, "Search files, cruises, findings"), search, h("kbd", { "aria-hidden": "true" }, "/")));
}

const wordsLeftOut = () => [overview.suppressed ? `${plural(overview.suppressed, "finding")} suppressed by the configuration` : null,
  overview.without_profiles ? `plots of profiles of ${plural(overview.without_profiles, "file")} left out to keep this page small; a report in a folder has them` : null,
  overview.without_pictures ? `histograms of ${plural(overview.without_pictures, "file")} left out to keep this page small` : null,
  overview.without_details ? `details of ${plural(overview.without_details, "file")} left out; a report in a folder has them` : null].filter(Boolean).join(" · ");

let drawn = null;

/** Draws the page that the address names. */
async function draw() {
  const number = location.hash.match(/^#file\/(\d+)$/)?.[1];
  filterBar.replaceChildren(...[bar()].filter(Boolean));
  if (number !== undefined && Number(number) < overview.files) {
    const own = (drawn = {});
    const found = chosenFiles();
    let parts;
    try {
      parts = await onePage(Number(number), files, found && ordered(found, state));
    } catch (error) {
      parts = [h("nav", { class: "crumbs", "aria-label": "File" }, h("a", { href: "#" }, "← Overview")), h("p", { class: "card" }, `This file cannot be shown: ${error.message}`)];
    }
    if (own !== drawn) return;
    main.replaceChildren(...parts);
    main.querySelector("h1")?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    document.body.dataset.page = "file";
    return;
  }
  drawn = {};
  const focused = document.activeElement?.dataset?.focus;
  const scroll = window.scrollY;
  const wasFile = document.body.dataset.page === "file";
  const found = chosenFiles();
  const some = files && isFiltered() ? totalsOf(found) : files ? { ...everything, points: allPoints } : everything;
  const numberOf = (key) => keys?.get(key);
  main.replaceChildren(...[
    heading(some), stateBar(some.states), outcomes(some), urgent(),
    h("div", { class: "columns" }, h("div", { class: "stack" }, world(some, land, state, (area) => choose({ area }, isLarge ? "files" : undefined)), when(some)), h("div", { class: "stack" }, what(some), howDeep(some))),
    findingsView(some.codes, state, (change) => choose(change, "files"), redraw),
    changesView(content.changes, numberOf, state, redraw), parametersView(state, redraw), unknownView(state, redraw), groupsView(state, (change) => choose(change, "files"), redraw),
    filesView(found, state, isFiltered(), fits, redraw),
    h("footer", { class: "note" }, [wordsLeftOut(), "Made by data-review from its store; no file was read again. Land: Natural Earth."].filter(Boolean).join(" · ")),
  ].filter(Boolean));
  document.body.dataset.page = "overview";
  if (focused) document.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  const anchor = location.hash.slice(1);
  if (wasFile && anchor) document.getElementById(anchor)?.scrollIntoView();
  else if (wasFile) window.scrollTo(0, left);
  else window.scrollTo(0, scroll);
}

let left = 0;
let allPoints = [];

window.addEventListener("hashchange", (event) => {
  const isFile = (url) => new URL(url).hash.startsWith("#file/");
  if (isFile(event.newURL) && !isFile(event.oldURL)) left = window.scrollY;
  if (isFile(event.newURL) || isFile(event.oldURL)) draw();
  else if (location.hash.length < 2) window.scrollTo(0, 0);
});
document.addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLInputElement;
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !isTyping) {
    event.preventDefault();
    if (document.body.dataset.page === "file") location.hash = "";
    search.focus();
  } else if (event.key === "Escape" && document.body.dataset.page === "file") location.hash = "";
  else if (event.key === "Escape" && isTyping && filter.words) {
    search.value = "";
    choose({ words: "" });
  }
});

async function begin() {
  root.replaceChildren(top(), filterBar, main);
  if (!isLarge) {
    files = await allFiles();
    const counted = totalsOf(files);
    allPoints = counted.points;
    keys = new Map(files.map((one) => [one.key, one.number]));
  }
  await draw();
  if (location.hash.length > 1 && !location.hash.startsWith("#file/")) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  document.body.dataset.ready = "";
}

begin();
