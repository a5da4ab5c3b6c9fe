//! The page's scripts and styles, as one script and one style that the page names by their digests.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Scripts of others, which come first.
const LIBRARIES: [&str; 3] = [
    include_str!("../../../web/vendor/d3-array.min.js"),
    include_str!("../../../web/vendor/d3-geo.min.js"),
    include_str!("../../../web/vendor/topojson-client.min.js"),
];
/// The outline of the land, as TopoJSON.
pub(crate) const LAND: &str = include_str!("../../../web/vendor/land-110m.json");

macro_rules! modules {
    ($($path:literal),* $(,)?) => { [$(($path, include_str!(concat!("../../../web/", $path)))),*] };
}

/// Modules, each after those that it imports.
const MODULES: [(&str, &str); 13] = modules![
    "view/dom.js",
    "view/format.js",
    "view/charts.js",
    "view/map.js",
    "view/profiles.js",
    "view/file.js",
    "report/data.js",
    "report/plots.js",
    "report/world.js",
    "report/findings.js",
    "report/parameters.js",
    "report/files.js",
    "report/report.js",
];
const STYLES: [&str; 3] = [
    include_str!("../../../web/view/view.css"),
    include_str!("../../../web/view/list.css"),
    include_str!("../../../web/report/report.css"),
];

/// The script of the page.
pub(crate) fn script() -> String {
    let mut script = String::from("\"use strict\";\n");
    for library in LIBRARIES {
        script.push_str(library);
        script.push('\n');
    }
    script.push_str("(() => {\n");
    for (path, source) in MODULES {
        script.push_str(&wrapped(path, source));
    }
    script.push_str("})();\n");
    script
}

/// The style of the page.
pub(crate) fn style() -> String {
    STYLES.join("\n")
}

/// The digest by which a policy names an inline script or style.
pub(crate) fn digest(content: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(content.as_bytes())))
}

/// The name of the constant that holds the exports of a module.
fn constant(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    format!("${}", name.trim_end_matches(".js"))
}

/// A module as a function that returns its exports. Of the syntax of modules it knows what this project's use:
/// `import { a, b as c } from "./d.js";`, and `export` before a declaration at the beginning of a line.
fn wrapped(path: &str, source: &str) -> String {
    let mut body = String::new();
    let mut exports = Vec::new();
    for line in source.lines() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if let Some((names, from)) = line
            .strip_prefix("import { ")
            .and_then(|rest| rest.strip_suffix("\";"))
            .and_then(|rest| rest.split_once(" } from \""))
        {
            let names = names.replace(" as ", ": ");
            let _ = writeln!(body, "const {{ {names} }} = {};", constant(from));
        } else if let Some(declaration) = line.strip_prefix("export ") {
            let mut words = declaration.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$'));
            let name = words.find(|word| !["const", "function", "class", "async", "let", ""].contains(word));
            exports.extend(name.map(str::to_owned));
            let _ = writeln!(body, "{declaration}");
        } else {
            let _ = writeln!(body, "{line}");
        }
    }
    let exports = exports.join(", ");
    format!(
        "const {} = (() => {{\n{body}return {{ {exports} }};\n}})();\n",
        constant(path)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_becomes_a_function() {
        let source = "import { a, b as c } from \"../view/d.js\";\nexport const x = 1;\nexport async function y() {}\nlet z;\n";
        assert_eq!(
            wrapped("report/e.js", source),
            "const $e = (() => {\nconst { a, b: c } = $d;\nconst x = 1;\nasync function y() {}\nlet z;\nreturn { x, y };\n})();\n"
        );
    }

    #[test]
    fn every_module_comes_after_those_that_it_imports_and_none_ends_its_element() {
        let mut names = Vec::new();
        for (path, source) in MODULES {
            for line in source.lines().filter(|line| line.starts_with("import")) {
                let from = line.split('"').nth(1).unwrap();
                assert!(names.contains(&constant(from)), "{path}: {line}");
                assert!(
                    line.starts_with("import { ") && line.ends_with("\";"),
                    "{path}: {line}"
                );
            }
            assert!(!names.contains(&constant(path)), "two modules are called {path}");
            names.push(constant(path));
        }
        for content in [script(), style()] {
            let lower = content.to_lowercase();
            assert!(!lower.contains("</script") && !lower.contains("<!--") && !lower.contains("</style"));
        }
        assert!(!script().contains("innerHTML"));
    }
}
