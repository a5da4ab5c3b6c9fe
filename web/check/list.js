// The list of files: outcomes, what is wrong, and a table that is searched, sorted and filtered.

import { foreign, h, icon } from "./view/dom.js";
import { bytes, count, nameOf, plural, STATES, STATE_OF_ONE } from "./view/format.js";

/** Rows that are drawn at once; more are drawn on request. */
const ROWS = 200;
/** Findings that are ranked at once. */
const CODES = 10;

const ORDER = { failed: 0, error: 1, warning: 2, unidentified: 3, clean: 4, running: 5, waiting: 6 };
const SEVERITIES = { error: 0, warning: 1, info: 2 };

const COLUMNS = [
  { id: "state", name: "", label: "Outcome", by: (entry) => ORDER[entry.state] },
  { id: "key", name: "File", by: (entry) => entry.key },
  { id: "kind", name: "Format", by: (entry) => entry.kind ?? "\uffff" },
  { id: "findings", name: "Findings", down: true, by: (entry) => -(entry.errors * 1e6 + entry.warnings * 1e3 + entry.infos) },
  { id: "observations", name: "Observations", number: true, down: true, by: (entry) => -(entry.observations ?? -1) },
  { id: "first", name: "From", by: (entry) => entry.first ?? "\uffff" },
  { id: "size", name: "Size", number: true, down: true, by: (entry) => -entry.size },
];

export class List {
  #at;
  #files;
  #tools;
  #words = "";
  #state = null;
  #code = null;
  #column = "key";
  #back = false;
  #rows = ROWS;
  #codes = CODES;
  /** The row of each entry, and the state and document that it shows. */
  #drawn = new WeakMap();

  constructor(at, files, tools) {
    this.#at = at;
    this.#files = files;
    this.#tools = tools;
  }

  search(words) {
    this.#words = words.toLowerCase();
    this.#rows = ROWS;
    this.draw();
  }

  /** The files that are shown, in their order. */
  order() {
    const column = COLUMNS.find((one) => one.id === this.#column);
    const sign = this.#back ? -1 : 1;
    const compare = (one, other) => {
      const [a, b] = [column.by(one), column.by(other)];
      return a === b ? (one.key < other.key ? -1 : 1) : (a < b ? -1 : 1) * sign;
    };
    return this.#filtered(this.#state).sort(compare);
  }

  #filtered(state) {
    return this.#files.filter((entry) =>
      (!state || entry.state === state) && (!this.#code || entry.codes.has(this.#code)) && (!this.#words || entry.text.includes(this.#words)));
  }

  #set(change) {
    change();
    this.#rows = ROWS;
    this.draw();
  }

  draw() {
    if (this.#files.length === 0) return;
    const focused = document.activeElement?.dataset?.focus;
    const top = this.#at.querySelector(".scroll")?.scrollLeft ?? 0;
    const order = this.order();
    this.#at.replaceChildren(this.#outcomes(), h("div", { class: "columns" }, this.#table(order), this.#ranking()));
    this.#at.querySelector(".scroll").scrollLeft = top;
    if (focused) this.#at.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  #outcomes() {
    const all = this.#filtered(null);
    const cards = Object.entries(STATES).map(([state, words]) => {
      const n = all.filter((entry) => entry.state === state).length;
      const pressed = this.#state === state;
      return h("button", { type: "button", class: `outcome ${state}`, "data-focus": `state ${state}`, "aria-pressed": pressed, disabled: n === 0 && !pressed,
        onclick: () => this.#set(() => (this.#state = pressed ? null : state)) },
        icon(state), h("b", null, count(n)), h("span", null, words));
    });
    return h("section", { class: "outcomes", "aria-label": "Outcomes" }, cards);
  }

  #ranking() {
    const codes = new Map();
    for (const entry of this.#files) {
      for (const [code, severity] of entry.codes) {
        const row = codes.get(code) ?? { code, severity, files: 0 };
        row.files += 1;
        if (SEVERITIES[severity] < SEVERITIES[row.severity]) row.severity = severity;
        codes.set(code, row);
      }
    }
    if (codes.size === 0) return null;
    const rows = [...codes.values()].sort((a, b) =>
      SEVERITIES[a.severity] - SEVERITIES[b.severity] || b.files - a.files || (a.code < b.code ? -1 : 1));
    const most = Math.max(...rows.map((row) => row.files));
    const line = ({ code, severity, files }) => {
      const pressed = this.#code === code;
      const bar = h("progress", { max: most, value: files, class: severity, "aria-hidden": "true" });
      return h("li", null, h("button", { type: "button", class: "plain", "data-focus": `code ${code}`, "aria-pressed": pressed,
        onclick: () => this.#set(() => (this.#code = pressed ? null : code)) },
        icon(severity, severity), h("span", { class: "grow" }, this.#tools.explain(code)?.title ?? code, " ", h("code", { class: "code" }, code), bar),
        h("b", null, count(files), h("span", { class: "hidden" }, files === 1 ? " file" : " files"))));
    };
    const rest = rows.length - this.#codes;
    return h("section", { class: "card flush ranking" },
      h("h2", null, "What was found", h("span", { class: "note" }, "files")),
      h("ul", null, rows.slice(0, this.#codes).map(line)),
      rest > 0 ? h("button", { type: "button", class: "more", "data-focus": "codes", onclick: () => this.#set(() => (this.#codes = rows.length)) }, `Show ${rest} more`) : null);
  }

  #table(order) {
    const filters = [this.#state && STATES[this.#state], this.#code, this.#words && `“${this.#words}”`].filter(Boolean);
    const head = COLUMNS.map((column) => {
      const sorted = this.#column === column.id;
      // Of counts and sizes, the greatest come first.
      const down = Boolean(column.down) !== this.#back;
      return h("th", { scope: "col", class: column.number ? "number" : null, "aria-sort": sorted ? (down ? "descending" : "ascending") : null },
        h("button", { type: "button", class: "plain", "data-focus": `sort ${column.id}`, "aria-label": column.name ? null : column.label,
          onclick: () => this.#set(() => {
            this.#back = sorted && !this.#back;
            this.#column = column.id;
          }) }, column.name || "●", sorted ? (down ? " ↓" : " ↑") : null));
    });
    const rest = order.length - this.#rows;
    return h("section", { class: "card flush" },
      h("h2", null, h("span", null, filters.length ? `${count(order.length)} of ${plural(this.#files.length, "file")}` : plural(this.#files.length, "file"),
        filters.length ? [h("span", { class: "note" }, ` · ${filters.join(" · ")} `), h("button", { type: "button", "data-focus": "clear", onclick: () => this.#set(() => this.#clear()) }, "Clear")] : null),
      h("span", { class: "buttons" },
        h("button", { type: "button", "data-focus": "json", onclick: () => this.#tools.saveAll("json", order) }, "Save JSON"),
        h("button", { type: "button", "data-focus": "sarif", onclick: () => this.#tools.saveAll("sarif", order) }, "Save SARIF"))),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Files" }, h("table", { class: "files" }, h("thead", null, h("tr", null, head)), h("tbody", null, order.slice(0, this.#rows).map((entry) => this.#row(entry))))),
      rest > 0 ? h("button", { type: "button", class: "more", "data-focus": "rows", onclick: () => { this.#rows += 5 * ROWS; this.draw(); } }, `Show ${count(Math.min(rest, 5 * ROWS))} more`) : null);
  }

  #row(entry) {
    const drawn = this.#drawn.get(entry);
    if (drawn && drawn.state === entry.state && drawn.json === entry.json) return drawn.row;
    const drawing = { state: entry.state, json: entry.json, row: row(entry) };
    this.#drawn.set(entry, drawing);
    return drawing.row;
  }

  #clear() {
    this.#state = this.#code = null;
    this.#words = document.getElementById("search").value = "";
  }
}

function row(entry) {
  const name = nameOf(entry.key);
  const folder = entry.key.slice(0, entry.key.length - name.length);
  const number = (severity, n) => (n ? h("span", null, icon(severity, `${severity}s`), ` ${count(n)}`) : null);
  const label = STATE_OF_ONE[entry.state] ?? entry.state;
  return h("tr", { "data-state": entry.state },
    h("td", null, icon(entry.state, label)),
    h("th", { scope: "row" }, h("a", { href: `#file/${entry.number}`, "data-focus": `file ${entry.number}` }, foreign(name, 120)), folder ? h("div", { class: "note" }, foreign(folder, 120)) : null),
    h("td", null, entry.kind ? foreign(entry.kind, 60) : h("span", { class: "note" }, entry.reason ? foreign(entry.reason, 120) : entry.state === "waiting" || entry.state === "running" ? entry.state : "–")),
    h("td", { class: "counts" }, number("error", entry.errors), number("warning", entry.warnings), number("info", entry.infos)),
    h("td", { class: "number" }, entry.observations === null || entry.observations === undefined ? "" : count(entry.observations)),
    h("td", null, entry.first ? String(entry.first).slice(0, 10) : ""),
    h("td", { class: "number" }, bytes(entry.size)));
}
