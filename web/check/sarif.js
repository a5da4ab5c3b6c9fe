// Findings as SARIF 2.1.0, which code hosts and editors show beside the files.

const LEVELS = { error: "error", warning: "warning", info: "note" };

const uri = (key) => key.split("/").map((part) => encodeURIComponent(part)).join("/");

function location(key, place) {
  const physical = { artifactLocation: { uri: uri(key) } };
  if (!place) return { physicalLocation: physical };
  if (place.byte !== undefined) physical.region = { byteOffset: place.byte };
  else if (place.line) physical.region = { startLine: place.line };
  const names = [place.member, place.field, place.attribute, place.variable && `${place.variable}[${place.index.join(",")}]`].filter(Boolean);
  const logical = names.map((fullyQualifiedName) => ({ fullyQualifiedName }));
  return logical.length ? { physicalLocation: physical, logicalLocations: logical } : { physicalLocation: physical };
}

/** A SARIF log of the findings and failures of all documents. */
export function sarif(documents, toolVersion, codes) {
  const results = [];
  const used = new Set();
  for (const document of documents) {
    const key = document.file.key;
    for (const finding of document.findings) {
      used.add(finding.code);
      results.push({
        ruleId: finding.code,
        level: LEVELS[finding.severity],
        message: { text: finding.subject === null ? finding.message : `${finding.subject}: ${finding.message}` },
        locations: [location(key, finding.places[0])],
        relatedLocations: finding.places.slice(1).map((place) => location(key, place)),
        occurrenceCount: finding.count,
      });
    }
    if (document.failure) {
      const ruleId = `failure-${document.failure.class.replaceAll(" ", "-")}`;
      results.push({ ruleId, level: "error", message: { text: document.failure.message }, locations: [location(key, document.failure.place)] });
    }
  }
  const rules = [...used].sort().map((id) => ({ id, ...rule(codes[id]) }));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "data-review", version: toolVersion, rules } }, columnKind: "unicodeCodePoints", results }],
  };
}

const rule = (info) =>
  info && {
    shortDescription: { text: info.title },
    fullDescription: { text: info.meaning },
    help: { text: `${info.remedy} (${info.clause})` },
    defaultConfiguration: { level: LEVELS[info.severity] },
  };
