// What is wrong: findings by files touched, failures with the next step, unidentified files by kind.

import { foreign, h, icon } from "../view/dom.js";
import { bytes, count, nameOf, place, plural } from "../view/format.js";
import { overview } from "./data.js";

/** Findings, failures and kinds that are shown at once. */
const SHOWN = 24;
const BESIDE = 4;

const RANK = { error: 0, warning: 1, info: 2 };
const CHOICES = { "Errors and warnings": ["error", "warning"], Errors: ["error"], Warnings: ["warning"], Notes: ["info"] };

const fileLink = (number, key) => h("a", { href: `#file/${number}`, title: key.slice(0, 400) }, foreign(nameOf(key), 80));

/** The codes of the most files first. */
export function rankedCodes(files) {
  return overview.codes.map((code, number) => ({ ...code, number, some: files.get(number) ?? 0 }))
    .sort((one, other) => other.some - one.some || RANK[one.severity] - RANK[other.severity] || other.occurrences - one.occurrences);
}

/** The section of findings. `files` holds the number of files of each code in the filter. */
export function findingsView(files, state, filter, redraw) {
  const all = rankedCodes(files);
  const of = (name) => all.filter((code) => code.some > 0 && CHOICES[name].includes(code.severity));
  if (!state.findings) state.findings = of("Errors and warnings").length || !of("Notes").length ? "Errors and warnings" : "Notes";
  const chosen = of(state.findings);
  const most = Math.max(1, ...chosen.map((code) => code.some));
  const shown = state.allFindings ? chosen : chosen.slice(0, SHOWN);
  const tabs = h("span", { class: "group", role: "group", "aria-label": "Severity" }, Object.keys(CHOICES).map((name) =>
    h("button", { type: "button", "data-focus": `findings ${name}`, "aria-pressed": state.findings === name, onclick: () => redraw(() => { state.findings = name; state.allFindings = false; }) }, name, h("span", { class: "note" }, ` ${of(name).length}`))));
  return h("section", { class: "part", id: "findings", "aria-labelledby": "findings-title" },
    h("div", { class: "title" }, h("h2", { id: "findings-title" }, "What is wrong"), h("p", { class: "note grow" }, "Ranked by files touched. Open a row for its meaning, remedy and places."), tabs),
    h("div", { class: "columns" },
      h("div", { class: "card flush findings" },
        h("div", { class: "finding-head note", "aria-hidden": "true" }, h("span", { class: "grow" }, "Finding"), h("span", { class: "bar" }, "Files"), h("span", { class: "n" }), h("span", { class: "n" }, "Occurrences")),
        shown.length ? shown.map((code) => row(code, most, state, filter)) : h("p", { class: "note padded" }, overview.files ? "No such finding in these files." : "The store holds no file."),
        chosen.length > shown.length ? h("button", { type: "button", class: "more", "data-focus": "more findings", onclick: () => redraw(() => (state.allFindings = true)) }, `Show all ${chosen.length} findings`) : null),
      h("div", { class: "stack" }, failures(state, redraw), unidentified(state, redraw))));
}

function row(code, most, state, filter) {
  const details = h("details", { class: "finding", "data-code": code.code, open: state.open.has(code.code) },
    h("summary", null, icon(code.severity, code.severity), h("span", { class: "grow" }, code.title ?? code.code, " ", h("code", { class: "code" }, code.code)),
      h("progress", { class: `bar ${code.severity}`, max: most, value: code.some, "aria-hidden": "true" }),
      h("span", { class: "n strong" }, count(code.some), h("span", { class: "hidden" }, " files")),
      h("span", { class: "n note" }, code.some === code.files ? count(code.occurrences) : "")));
  const fill = () => {
    state.open.add(code.code);
    if (details.children.length === 1) details.append(inside(code, filter));
  };
  details.addEventListener("toggle", () => (details.open ? fill() : state.open.delete(code.code)));
  if (details.open) fill();
  return details;
}

function inside(code, filter) {
  const subjects = code.subjects.length > 1 || code.more_subjects ? h("div", null, h("h4", null, "Where it concentrates"), h("p", { class: "places" },
    code.subjects.map(([name, n]) => h("code", null, foreign(name, 60), ` × ${count(n)}`)), code.more_subjects ? h("span", { class: "note" }, `and ${count(code.more_subjects)} more`) : null)) : null;
  return h("div", { class: "inner" },
    code.meaning ? h("div", { class: "explained" }, h("div", null, h("h4", null, "What it means"), h("p", null, code.meaning)), h("div", null, h("h4", null, "What to do"), h("p", null, code.remedy)), code.clause ? h("p", { class: "note" }, code.clause) : null) : null,
    subjects,
    h("div", null, h("h4", null, code.files > code.examples.length ? "First files" : "Files"), h("ul", { class: "examples" }, code.examples.map((one) =>
      h("li", null, h("span", { class: "name" }, fileLink(one.file, one.key)), h("span", { class: "grow" }, one.subject ? [h("b", null, foreign(one.subject, 60)), " · "] : null, foreign(one.message, 240), one.place ? [" ", h("code", null, foreign(place(one.place), 100))] : null),
        h("span", { class: "note" }, `× ${count(one.count)}`))))),
    h("p", null, h("button", { type: "button", onclick: () => filter({ code: code.number }) }, code.files === 1 ? "Show this file in the list" : `Show all ${count(code.files)} files`)));
}

function failures(state, redraw) {
  const all = overview.failures;
  const files = all.reduce((sum, one) => sum + one.files, 0);
  const shown = state.allFailures ? all : all.slice(0, BESIDE);
  return h("section", { class: "card flush", id: "failures", "aria-labelledby": "failures-title" },
    h("h2", { id: "failures-title" }, "Failures", h("span", { class: "note" }, files ? `${plural(files, "file")}, ${plural(all.length, "cause")}` : "none")),
    shown.length ? null : h("p", { class: "note padded" }, "Every file that a handler knows was reviewed."),
    shown.map((one) => h("div", { class: "entry" },
      h("p", null, icon("failed"), " ", h("b", null, plural(one.files, "file")), one.handler ? ` · ${one.handler}` : "", h("span", { class: "note" }, ` · ${one.stage}, ${one.class}`)),
      h("p", null, foreign(one.message, 240)),
      h("p", { class: "note" }, `Next step: ${one.next_step}.`),
      h("p", { class: "links" }, one.examples.slice(0, 3).map(([number, key, at]) => h("span", null, fileLink(number, key), at ? h("span", { class: "note" }, ` ${place(at)}`) : null)),
        one.files > 3 ? h("span", { class: "note" }, `and ${count(one.files - 3)} more`) : null))),
    all.length > shown.length ? h("button", { type: "button", class: "more", "data-focus": "more failures", onclick: () => redraw(() => (state.allFailures = true)) }, `Show all ${all.length} causes`) : null);
}

function unidentified(state, redraw) {
  const all = overview.unidentified;
  const files = all.reduce((sum, one) => sum + one.files, 0);
  const shown = state.allKinds ? all : all.slice(0, BESIDE + 1);
  const most = Math.max(1, ...all.map((one) => one.files));
  return h("section", { class: "card flush", id: "unidentified", "aria-labelledby": "unidentified-title" },
    h("h2", { id: "unidentified-title" }, "Unidentified", h("span", { class: "note" }, files ? `${plural(files, "file")} by content` : "none")),
    shown.length ? null : h("p", { class: "note padded" }, "Every file has a handler."),
    shown.map((one) => h("div", { class: "entry", title: one.next_step ? `Next step: ${one.next_step}` : null },
      h("div", { class: "spread" }, h("span", { class: "grow" }, foreign(one.title, 100), one.begins_with ? [" ", h("code", { class: "code" }, foreign(one.begins_with, 40))] : null), h("b", null, count(one.files))),
      h("progress", { class: "info", max: most, value: one.files, "aria-hidden": "true" }),
      h("p", { class: "note" }, Object.entries(one.endings).sort((a, b) => b[1] - a[1]).slice(0, 3).map(([ending]) => ending || "no ending").join(", "), ` · ${bytes(one.bytes)} · such as `, foreign(nameOf(one.example), 60)),
      one.next_step ? h("p", { class: "note" }, `Next step: ${one.next_step}.`) : null)),
    all.length > shown.length ? h("button", { type: "button", class: "more", "data-focus": "more kinds", onclick: () => redraw(() => (state.allKinds = true)) }, `Show all ${all.length} kinds`) : null);
}
