// What the page knows: the overview, the list of files, and one file's details. A report of one page holds all of it; in a folder,
// parts are scripts beside the page that are loaded when they are needed.

/** States of files, in the order of the numbers in the data. */
export const STATE_NAMES = ["clean", "warning", "error", "failed", "unidentified"];

const json = (id) => JSON.parse(document.getElementById(id).textContent);

export const content = json("content");
export const { overview } = content;
export const registry = json("registry");
export const land = json("land");

/** Reports of more files than this draw their charts from totals, and search the list part by part. */
const AT_ONCE = 20_000;
export const isLarge = overview.files > AT_ONCE;

/** Parts of documents that are kept. */
const KEPT = 4;
/** Boxes that are wider or higher than this, in degrees, have no place on the map. */
const WIDE = 60;

const expected = new Map();
globalThis.dataReview = (name, data) => expected.get(name)?.(data);

const policy = content.form === "folder" ? globalThis.trustedTypes?.createPolicy("parts", {
  createScriptURL: (url) => {
    if (!/^data\/(lines|documents)-\d+\.js$/.test(url)) throw new TypeError(url);
    return url;
  },
}) : undefined;

/** A part of the data. */
function part(name) {
  if (content.form === "page") {
    const held = document.getElementById(name);
    if (held || document.readyState !== "loading") return Promise.resolve(JSON.parse(held.textContent));
    return new Promise((resolve) => document.addEventListener("DOMContentLoaded", () => resolve(json(name)), { once: true }));
  }
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const end = (then) => (value) => {
      expected.delete(name);
      script.remove();
      then(value);
    };
    expected.set(name, end(resolve));
    script.addEventListener("error", end(() => reject(new Error(`${name}.js cannot be loaded`))));
    const url = `data/${name}.js`;
    script.src = policy ? policy.createScriptURL(url) : url;
    document.head.append(script);
  });
}

/** The middle of a box as `[longitude, latitude]`; null for one that is too wide to have a place. */
export function middle(box) {
  if (!box) return null;
  const [west, south, east, north] = box;
  const width = east < west ? east + 360 - west : east - west;
  if (width > WIDE || north - south > WIDE) return null;
  const longitude = west + width / 2;
  return [longitude > 180 ? longitude - 360 : longitude, (south + north) / 2];
}

/** The year of an instant. */
export const yearOf = (instant) => (instant ? Number(instant.match(/^[+-]?\d+/)[0]) : null);
const monthOf = (instant) => (instant ? Number(instant.match(/^[+-]?\d+-(\d\d)/)?.[1]) : null);

/** The number of the bin of a depth. */
export const depthBin = (depth) => overview.depth_edges.filter((edge) => depth > edge).length;

function file(line, number) {
  const [root, key, state, handler, kind, size, observations, profiles, first, last, box, depth, counts, codes, groups] = line;
  return {
    number, root, key, state, handler, kind, size, observations, profiles, first, last, box, depth, counts, codes, groups,
    year: yearOf(first), month: monthOf(first), bin: depth === null ? null : depthBin(depth), at: middle(box), text: null,
  };
}

/** What is searched of a file, in lower case. */
export function textOf(one) {
  one.text ??= [one.key, overview.kinds[one.kind], ...one.groups.map((at) => overview.groups[at].name), ...one.codes.map((at) => overview.codes[at].code)]
    .filter(Boolean).join("\n").toLowerCase();
  return one.text;
}

/** The files of one part of the list. */
export async function linesOf(at) {
  const lines = await part(`lines-${at}`);
  return lines.map((line, index) => file(line, at * overview.lines_per_part + index));
}

/** All files, if there are not too many: a large report gives them part by part. */
export async function allFiles() {
  const parts = await Promise.all(Array.from({ length: overview.line_parts }, (_, at) => linesOf(at)));
  return parts.flat();
}

/** The file of a number, also of a large report. */
export async function fileOf(number, files) {
  if (files) return files[number];
  const lines = await linesOf(Math.floor(number / overview.lines_per_part));
  return lines[number % overview.lines_per_part];
}

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream).json();
}

const kept = new Map();

/** The document, the pictures and the preview of a file; null if the page holds none. */
export async function detailsOf(number) {
  const at = Math.floor(number / overview.documents_per_part);
  if (!kept.has(at)) {
    kept.set(at, part(`documents-${at}`).then(unpacked));
    if (kept.size > KEPT) kept.delete(kept.keys().next().value);
  }
  const documents = await kept.get(at);
  const thin = documents[number % overview.documents_per_part];
  return thin && { document: whole(thin), pictures: thin.pictures.map(picture), preview: thin.preview, next: thin.next };
}

/** A document as the view of a file takes it. */
function whole(thin) {
  return { ...thin, variables: thin.variables.map((one) => ({
    name: one.name, unit: one.unit, quantity: one.quantity ?? null, canonical: one.canonical ?? null, standard_name: one.standard_name ?? null,
    count: one.count, missing: { "": one.missing }, invalid: 0, non_finite: 0,
    min: one.range?.[0] ?? null, max: one.range?.[1] ?? null, good: null,
    quantiles: one.quantiles ? Object.fromEntries(["0.05", "0.25", "0.5", "0.75", "0.95"].map((name, at) => [name, one.quantiles[at]])) : null,
    first: one.ends?.[0] ?? null, last: one.ends?.[1] ?? null,
    frequent: one.frequent === undefined ? [] : [{ value: one.frequent }],
    flags: one.flags ? Object.fromEntries(Object.entries(one.flags).map(([name, total]) => [name, { class: name === "unknown" ? null : name, total }])) : null,
  })) };
}

/** A picture; its levels are square roots of counts. */
const picture = (packed) => packed && { low: packed[0], high: packed[1], counts: [...packed[2]].map((level) => parseInt(level, 36) ** 2) };

/** Totals of some files, in the form of the overview of all. */
export function totalsOf(files) {
  const none = () => [0, 0, 0, 0, 0];
  const totals = {
    files: files.length, states: none(), observations: 0, profiles: 0, bytes: 0, handlers: new Map(), years: new Map(), months: Array(12).fill(0),
    depths: overview.depths.map(() => 0), points: [], wide: 0, nowhere: 0, codes: new Map(),
  };
  const of = (map, key) => map.get(key) ?? (map.set(key, none()), map.get(key));
  for (const one of files) {
    totals.states[one.state] += 1;
    totals.observations += one.observations ?? 0;
    totals.profiles += one.profiles ?? 0;
    totals.bytes += one.size ?? 0;
    of(totals.handlers, one.handler)[one.state] += 1;
    if (one.year !== null) {
      of(totals.years, one.year)[one.state] += 1;
      totals.months[one.month - 1] += 1;
    }
    if (one.bin !== null) totals.depths[one.bin] += 1;
    if (!one.box) totals.nowhere += 1;
    else if (!one.at) totals.wide += 1;
    else totals.points.push({ at: one.at, states: none().map((_, state) => (state === one.state ? 1 : 0)), number: one.number });
    for (const code of one.codes) totals.codes.set(code, (totals.codes.get(code) ?? 0) + 1);
  }
  return totals;
}

/** The totals of all files, which the report was made with. */
export function allTotals() {
  const handlers = new Map(overview.handlers.map(([, states], at) => [at, states]));
  const without = overview.states.map((n, state) => n - overview.handlers.reduce((sum, [, states]) => sum + states[state], 0));
  if (without.some((n) => n > 0)) handlers.set(null, without);
  return {
    ...overview, handlers, years: new Map(Object.entries(overview.years).map(([year, states]) => [Number(year), states])),
    points: overview.cells.map(([longitude, latitude, states]) => ({ at: [longitude, latitude], states })),
    codes: new Map(overview.codes.map((code, at) => [at, code.files])),
  };
}

/** The side of a cell of the map in degrees, by which a large report filters. */
export const cellOf = ([longitude, latitude]) => `${Math.floor(longitude / 2)} ${Math.floor(latitude / 2)}`;
