// The page: takes files, has them reviewed, and shows the list or one file.

import { fileView } from "./view/file.js";
import { foreign, h } from "./view/dom.js";
import { plural, state } from "./view/format.js";
import { dropped } from "./dropped.js";
import { List } from "./list.js";
import { Pool } from "./pool.js";
import { sarif } from "./sarif.js";
import { page, save } from "./save.js";

const byId = (id) => document.getElementById(id);
const files = [];
const decoder = new TextDecoder();
let pool;
let registry;
/** What each code means, where the handler does not matter: handlers that share a code explain it alike in short. */
let codes;
let land;
/** Files that wait or are being reviewed. */
let open = 0;
/** Milliseconds between two drawings while files are reviewed: at least this many, and this many times as many as one takes. */
const PAUSE = 100;
const SHARE = 10;
let pause = PAUSE;
let pending = false;

const list = new List(byId("list"), files, { saveAll, explain: (code) => codes[code] });

/** One reviewed file, as the list shows it. The document itself stays a blob, which the browser may keep on disk. */
function summary(entry, result) {
  const review = JSON.parse(decoder.decode(result.document));
  const number = (severity) => review.findings.filter((finding) => finding.severity === severity).length;
  return {
    state: state(review),
    kind: review.kind ?? registry.handlers[review.handler?.id]?.title ?? null,
    observations: review.observations,
    first: review.coverage.time?.first ?? null,
    errors: number("error"),
    warnings: number("warning"),
    infos: number("info"),
    codes: new Map(review.findings.map((finding) => [finding.code, finding.severity])),
    reason: review.failure?.message ?? null,
    text: [entry.key, review.kind, review.failure?.message, ...review.findings.map((finding) => finding.code), ...Object.values(review.attributes).flat()]
      .filter(Boolean).join("\n").toLowerCase(),
    json: new Blob([result.document]),
    pictures: result.pictures,
    preview: result.preview,
    next: result.next,
  };
}

async function review(entry, file) {
  open += 1;
  try {
    const result = await pool.review(entry.key, file, () => {
      entry.state = "running";
      changed();
    });
    Object.assign(entry, summary(entry, result));
  } catch (error) {
    Object.assign(entry, { state: "failed", reason: error.message === "stopped" ? "stopped before it was reviewed" : `this browser cannot review it: ${error.message}` });
  }
  open -= 1;
  changed();
  if (location.hash === `#file/${entry.number}`) show();
}

/** Reviews `found`, pairs of key and file. A key that is there already is reviewed again. */
function take(found) {
  const known = new Map(files.map((entry) => [entry.key, entry]));
  for (const [key, file] of found) {
    let entry = known.get(key);
    if (!entry) {
      entry = { number: files.length + 1, key };
      files.push(entry);
      known.set(key, entry);
    } else if (entry.state === "waiting" || entry.state === "running") continue;
    Object.assign(entry, { size: file.size, state: "waiting", codes: new Map(), errors: 0, warnings: 0, infos: 0, text: key.toLowerCase(), json: null, kind: null, reason: null, observations: null, first: null });
    review(entry, file);
  }
  if (files.length) {
    byId("drop").classList.add("small");
    byId("list").hidden = false;
    document.querySelector(".search").hidden = false;
    if (location.hash.startsWith("#file/")) location.hash = "";
  }
  progress();
  show();
}

/** Draws again soon: many files may change at once. */
function changed() {
  if (pending) return;
  pending = true;
  setTimeout(() => {
    pending = false;
    const begun = performance.now();
    progress();
    if (!byId("list").hidden) list.draw();
    // A drawing ends when the browser has laid it out and painted it.
    requestAnimationFrame(() => setTimeout(() => (pause = Math.max(PAUSE, SHARE * (performance.now() - begun)))));
  }, pause);
}

function progress() {
  const done = files.length - open;
  byId("progress").textContent = files.length === 0 ? "" : open ? `${done} of ${plural(files.length, "file")} reviewed` : `${plural(files.length, "file")} reviewed`;
  byId("stop").hidden = open === 0;
  document.body.dataset.open = open;
}

async function show() {
  const number = Number(location.hash.match(/^#file\/(\d+)$/)?.[1]);
  const entry = files[number - 1];
  const one = byId("one");
  byId("drop").hidden = byId("list").hidden = Boolean(entry);
  byId("list").hidden ||= files.length === 0;
  one.hidden = !entry;
  if (!entry) {
    one.replaceChildren();
    list.draw();
    return;
  }
  const order = list.order();
  const at = order.indexOf(entry);
  const link = (other, name) => (other ? h("a", { class: "button", href: `#file/${other.number}` }, name) : h("span", { class: "button off" }, name));
  const nav = h("nav", { class: "crumbs", "aria-label": "Files" }, [
    h("a", { href: "#" }, "← All files"),
    h("span", { class: "note grow" }, at < 0 ? null : `${at + 1} of ${order.length}`),
    link(order[at - 1], "← Previous"),
    link(order[at + 1], "Next →"),
  ]);
  if (!entry.json) {
    one.replaceChildren(nav, h("h1", null, foreign(entry.key)), h("p", { class: "note" }, entry.reason ?? "This file is waiting for its review."));
    return;
  }
  const json = await entry.json.text();
  if (location.hash !== `#file/${number}`) return;
  const view = fileView(JSON.parse(json), { registry, land, next: entry.next, pictures: JSON.parse(entry.pictures), preview: JSON.parse(entry.preview) });
  const name = `${entry.key.slice(entry.key.lastIndexOf("/") + 1)}.review`;
  nav.append(
    h("button", { type: "button", onclick: () => save(`${name}.json`, "application/json", [json]) }, "JSON"),
    h("button", { type: "button", onclick: async () => save(`${name}.html`, "text/html", [await page(view, entry.key)]) }, "HTML"),
    h("button", { type: "button", onclick: () => saveSarif([JSON.parse(json)], `${name}.sarif`) }, "SARIF"),
  );
  one.replaceChildren(nav, view);
  view.querySelector("h1").focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

const saveSarif = (documents, name) =>
  save(name, "application/json", [JSON.stringify(sarif(documents, registry.version, codes), null, 1)]);

/** Saves the reviews of the files that the list shows: one document per line, sorted by key, as `data-review list --json`. */
async function saveAll(kind, entries) {
  const ready = entries.filter((entry) => entry.json).sort((one, other) => (one.key < other.key ? -1 : 1));
  if (kind === "sarif") {
    const texts = await Promise.all(ready.map((entry) => entry.json.text()));
    saveSarif(texts.map((text) => JSON.parse(text)), "data-review.sarif");
  } else {
    save("data-review.jsonl", "application/x-ndjson", ready.flatMap((entry) => [entry.json, "\n"]));
  }
}

function listen() {
  for (const [button, input] of [["choose-files", "files"], ["choose-folder", "folder"]]) {
    byId(button).disabled = false;
    byId(button).addEventListener("click", () => byId(input).click());
    byId(input).addEventListener("change", (event) => {
      take([...event.target.files].map((file) => [file.webkitRelativePath || file.name, file]));
      event.target.value = "";
    });
  }
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      byId("drop").classList.toggle("over", kind === "dragenter" || kind === "dragover");
    });
  }
  document.addEventListener("drop", async (event) => take(await dropped(event.dataTransfer)));
  byId("stop").addEventListener("click", () => pool.stop());
  byId("search").addEventListener("input", (event) => list.search(event.target.value));
  window.addEventListener("hashchange", show);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !(event.target instanceof HTMLInputElement) && files.length) {
      event.preventDefault();
      location.hash = "";
      byId("search").focus();
    } else if (event.key === "Escape" && location.hash) {
      location.hash = "";
    }
  });
}

async function begin() {
  try {
    const [module, outline] = await Promise.all([
      WebAssembly.compileStreaming(fetch("data_review.wasm")),
      fetch("vendor/land-110m.json").then((answer) => answer.json()),
    ]);
    land = outline;
    pool = new Pool(module, Math.min(4, navigator.hardwareConcurrency ?? 2));
    registry = await pool.registry;
    codes = Object.assign({}, registry.codes, ...Object.values(registry.handlers).map((handler) => handler.codes));
    const titles = Object.values(registry.handlers).map((handler) => handler.title);
    byId("formats").textContent = `Formats: ${titles.join(", ")}. Version ${registry.version}.`;
    listen();
    document.body.dataset.ready = "";
  } catch (error) {
    byId("formats").textContent = `The handlers could not be loaded: ${error.message}`;
  }
}

begin();
