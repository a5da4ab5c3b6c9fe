// Numbers, times and places in words.

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A count with thin spaces between thousands. */
export const count = (n) => grouped.format(n).replaceAll(",", "\u202f");

/** `1 file`, `2 files`. */
export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** A value of the document: a number with at most five significant digits, or text. */
export function value(of) {
  if (of === null || of === undefined) return "–";
  if (typeof of !== "number") return String(of);
  if (of === 0) return "0";
  const size = Math.abs(of);
  const text = size >= 1e7 || size < 1e-4 ? of.toExponential(3) : String(Number(of.toPrecision(5)));
  return text.replace("-", "−").replace("e+", "e");
}

/** A size in bytes with a decimal unit. */
export function bytes(n) {
  if (n === null || n === undefined) return "–";
  for (const [unit, size] of [["GB", 1e9], ["MB", 1e6], ["kB", 1e3]]) {
    if (n >= size) return `${(n / size).toPrecision(3)} ${unit}`;
  }
  return plural(n, "byte");
}

const degrees = (number, positive, negative) =>
  `${Math.abs(number).toFixed(2).replace(/\.?0+$/, "")}°${number < 0 ? negative : positive}`;

/** A latitude and a longitude. */
export const position = (longitude, latitude) =>
  `${degrees(latitude, "N", "S")} ${degrees(longitude, "E", "W")}`;

/** A box `[west, south, east, north]` in words. */
export function box([west, south, east, north]) {
  const from = position(west, south);
  const to = position(east, north);
  return from === to ? from : `${from} … ${to}`;
}

/** A span of time; two equal ends are one. */
export function span(time) {
  if (!time) return null;
  const short = (instant) => String(instant).replace("T", " ").replace(/(:\d\d):00(\.0+)?Z?$/, "$1").replace(/Z$/, "");
  const [first, last] = [short(time.first), short(time.last)];
  return first === last ? first : `${first} … ${last}`;
}

/** Where a finding or a failure is. */
export function place(of) {
  if (of.attribute !== undefined) return `attribute ${of.attribute}`;
  if (of.variable !== undefined) return `${of.variable}${of.index.length ? `[${of.index.join(", ")}]` : ""}`;
  if (of.byte !== undefined) return `byte ${count(of.byte)}`;
  const line = of.line === null ? null : `line ${of.line}${of.column === null ? "" : `, byte ${of.column}`}`;
  return [of.member, line, of.field].filter((part) => part !== null && part !== undefined).join(" · ");
}

/** The name of a key without its folders. */
export const nameOf = (key) => key.slice(key.lastIndexOf("/") + 1);

/** How a document ended, as one of six states, each with a mark and a sentence. */
export function state(document) {
  if (document.outcome === "failed") return "failed";
  if (document.outcome === "unidentified") return "unidentified";
  const has = (severity) => document.findings.some((finding) => finding.severity === severity);
  return has("error") ? "error" : has("warning") ? "warning" : "clean";
}

export const STATES = {
  clean: "reviewed, no warning",
  warning: "reviewed, with warnings",
  error: "reviewed, with errors",
  failed: "could not be reviewed",
  unidentified: "no handler knows them",
};

/** The state of one file in words. */
export const STATE_OF_ONE = {
  clean: "no error, no warning",
  warning: "has warnings",
  error: "has errors",
  failed: "could not be reviewed",
  unidentified: "no handler knows this format",
};
