// The list of files, and the page of one file.

import { foreign, h, icon } from "../view/dom.js";
import { bytes, count, nameOf, plural, STATE_OF_ONE } from "../view/format.js";
import { fileView } from "../view/file.js";
import { detailsOf, fileOf, isLarge, land, linesOf, overview, registry, STATE_NAMES } from "./data.js";

/** Rows that are drawn at once. */
const ROWS = 100;

const ORDER = [4, 2, 1, 0, 3];
const COLUMNS = [
  { id: "state", name: "", label: "Outcome", by: (one) => ORDER[one.state] },
  { id: "key", name: "File", by: (one) => one.key },
  { id: "kind", name: "Format", by: (one) => overview.kinds[one.kind] ?? "\uffff" },
  { id: "findings", name: "Findings", down: true, by: (one) => -(one.counts[0] * 1e6 + one.counts[1] * 1e3 + one.counts[2]) },
  { id: "observations", name: "Observations", number: true, down: true, by: (one) => -(one.observations ?? -1) },
  { id: "profiles", name: "Profiles", number: true, down: true, by: (one) => -(one.profiles ?? -1) },
  { id: "first", name: "From", by: (one) => (one.year === null ? Infinity : one.year * 13 + one.month) },
  { id: "depth", name: "Deepest", number: true, down: true, by: (one) => -(one.depth ?? -Infinity) },
  { id: "size", name: "Size", number: true, down: true, by: (one) => -(one.size ?? -1) },
];

/** The files in the order that is chosen. */
export function ordered(files, state) {
  const column = COLUMNS.find((one) => one.id === state.column);
  const sign = state.back ? -1 : 1;
  if (column.id === "key" && !state.back) return files;
  const keys = new Map(files.map((one) => [one, column.by(one)]));
  return [...files].sort((one, other) => {
    const [a, b] = [keys.get(one), keys.get(other)];
    return a === b ? one.number - other.number : (a < b ? -1 : 1) * sign;
  });
}

const SHORT_MONTH = ["", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function row(one) {
  const name = nameOf(one.key);
  const folder = one.key.slice(0, one.key.length - name.length);
  const state = STATE_NAMES[one.state];
  const number = (severity, n) => (n ? h("span", null, icon(severity, `${severity}s`), ` ${count(n)}`) : null);
  return h("tr", null,
    h("td", null, icon(state, STATE_OF_ONE[state])),
    h("th", { scope: "row" }, h("a", { href: `#file/${one.number}` }, foreign(name, 120)), folder || overview.roots.length > 1 ? h("div", { class: "note" }, overview.roots.length > 1 ? [foreign(overview.roots[one.root], 80), " · "] : null, foreign(folder, 120)) : null),
    h("td", null, one.kind === null ? h("span", { class: "note" }, "–") : foreign(overview.kinds[one.kind], 60)),
    h("td", { class: "counts" }, number("error", one.counts[0]), number("warning", one.counts[1]), number("info", one.counts[2])),
    h("td", { class: "number" }, one.observations === null ? "" : count(one.observations)),
    h("td", { class: "number" }, one.profiles === null ? "" : count(one.profiles)),
    h("td", null, one.year === null ? "" : `${one.year} ${SHORT_MONTH[one.month]}`),
    h("td", { class: "number" }, one.depth === null ? "" : count(Math.round(one.depth))),
    h("td", { class: "number" }, bytes(one.size)));
}

/** The section with the list of `files`; of a large report, those that `fits` admits are looked for part by part. */
export function filesView(files, state, words, fits, redraw) {
  const body = h("tbody");
  const title = h("span", null);
  const more = h("button", { type: "button", class: "more", "data-focus": "more files" });
  const head = COLUMNS.map((column) => {
    const sorted = state.column === column.id;
    const down = Boolean(column.down) !== state.back;
    const kind = column.number ? "number" : null;
    if (isLarge) return h("th", { scope: "col", class: kind }, column.name || h("span", { class: "hidden" }, column.label));
    return h("th", { scope: "col", class: kind, "aria-sort": sorted ? (down ? "descending" : "ascending") : null },
      h("button", { type: "button", class: "plain", "data-focus": `sort ${column.id}`, "aria-label": column.name ? null : column.label, onclick: () => redraw(() => { state.back = sorted && !state.back; state.column = column.id; state.rows = ROWS; }) }, column.name || "●", sorted ? (down ? " ↓" : " ↑") : null));
  });
  if (files) listed(files, state, body, title, more, words);
  else searched(state, body, title, more, words, fits);
  return h("section", { class: "part", id: "files", "aria-labelledby": "files-title" },
    h("div", { class: "title" }, h("h2", { id: "files-title" }, "Files"), h("p", { class: "note grow" }, title)),
    h("div", { class: "card flush" }, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Files" }, h("table", { class: "files" }, h("thead", null, h("tr", null, head)), body)), more));
}

function listed(files, state, body, title, more, words) {
  const order = ordered(files, state);
  title.textContent = words ? `${count(files.length)} of ${plural(overview.files, "file")}` : plural(overview.files, "file");
  body.append(...order.slice(0, state.rows).map(row));
  const set = () => {
    const rest = order.length - state.rows;
    more.hidden = rest <= 0;
    more.textContent = `Show ${count(Math.min(rest, 5 * ROWS))} more of ${count(order.length)}`;
  };
  more.addEventListener("click", () => {
    body.append(...order.slice(state.rows, state.rows + 5 * ROWS).map(row));
    state.rows += 5 * ROWS;
    set();
  });
  set();
}

let search = 0;

/** Looks for files in one part after the other, until a page is full. */
function searched(state, body, title, more, words, fits) {
  const own = (search += 1);
  let [part, found, wanted, rest] = [0, 0, ROWS, []];
  async function go() {
    more.hidden = true;
    while (found < wanted && (rest.length || part < overview.line_parts)) {
      if (!rest.length) {
        if (words) title.textContent = `${count(found)} found, part ${count(part + 1)} of ${count(overview.line_parts)} …`;
        rest = (await linesOf(part)).filter(fits);
        part += 1;
        if (own !== search) return;
      }
      const next = rest.splice(0, wanted - found);
      body.append(...next.map(row));
      found += next.length;
    }
    const isDone = part === overview.line_parts && !rest.length;
    title.textContent = words ? (isDone ? `${count(found)} of ${plural(overview.files, "file")}` : `the first ${count(found)} that fit, of ${plural(overview.files, "file")}`) : plural(overview.files, "file");
    more.hidden = isDone;
    more.textContent = "Show more";
  }
  more.addEventListener("click", () => {
    wanted += 5 * ROWS;
    go();
  });
  go();
}

/** The page of one file; `order` are the files of the list, if they are known. */
export async function onePage(number, all, order) {
  const [one, details] = await Promise.all([fileOf(number, all), detailsOf(number)]);
  const at = order ? order.indexOf(one) : -1;
  const next = (to, name) => (to ? h("a", { class: "button", href: `#file/${to.number}` }, name) : h("span", { class: "button off" }, name));
  const [before, after] = at >= 0 ? [order[at - 1], order[at + 1]] : [number > 0 ? { number: number - 1 } : null, number + 1 < overview.files ? { number: number + 1 } : null];
  const nav = h("nav", { class: "crumbs", "aria-label": "File" }, h("a", { href: "#" }, "← Overview"), h("span", { class: "note grow" }, at >= 0 ? `${count(at + 1)} of ${count(order.length)}` : `${count(number + 1)} of ${count(overview.files)}`), next(before, "← Previous"), next(after, "Next →"));
  const view = details ? fileView(details.document, { registry, land, next: details.next, pictures: details.pictures, preview: details.preview })
    : h("article", { class: "file" }, h("h1", { tabindex: "-1" }, foreign(one.key)), h("p", { class: "note" }, "The details of this file did not fit into this page. A report in a folder (data-review report --out DIR) has all of them."));
  return [nav, view];
}
