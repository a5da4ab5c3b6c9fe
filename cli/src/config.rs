//! `data-review.toml`: what is reviewed, and which findings are shown. Documents never depend on it.

mod rules;

use std::collections::BTreeMap;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};

use data_review_core::{Registry, Severity};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::args::{Db, FailOn};
use crate::error::CliError;
pub(crate) use rules::{Globs, Rules};

/// The name of the configuration.
pub(crate) const NAME: &str = "data-review.toml";
/// The name of the store where nothing else is named.
const STORE: &str = "data-review.db";

/// Configuration of Data Review. It decides which files are reviewed and which findings are shown; it never changes a document.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Config {
    /// File of the store, relative to this file. `--db` and DATA_REVIEW_DB override it. Default: data-review.db in the working
    /// directory.
    pub(crate) db: Option<PathBuf>,
    /// Review only files that match one of these globs. A glob with `/` is compared with the path below the argument, one
    /// without with the name. `--include` overrides it. Default: all files.
    pub(crate) include: Vec<String>,
    /// Skip files that match one of these globs, and everything below directories that match. `--exclude` adds to it.
    pub(crate) exclude: Vec<String>,
    /// Skip what version control, desktops and checksum tools leave beside data, such as `.git`, `.DS_Store` and `*.md5`.
    /// Default: true.
    pub(crate) default_ignores: Option<bool>,
    /// Number of files to review at once. `--jobs` overrides it. Default: one per processor.
    #[schemars(with = "Option<u16>", range(min = 1))]
    pub(crate) jobs: Option<NonZeroU16>,
    /// `review` ends with exit code 1 if there is a finding of this severity or worse. `--fail-on` overrides it.
    pub(crate) fail_on: Option<FailOn>,
    /// Show only findings of these codes. An entry is a code, or the beginning of codes up to a dash: `flag` stands for
    /// `flag-blank` and others. Default: all codes.
    pub(crate) select: Vec<String>,
    /// Do not show findings of these codes; they are counted as suppressed. If an entry of `select` and one of `ignore` match,
    /// the longer one decides; of equal ones, `ignore`.
    pub(crate) ignore: Vec<String>,
    /// Severities by code, or by the beginning of codes; the longest entry decides.
    pub(crate) severity: BTreeMap<String, Severity>,
    /// Further rules for some files. Later ones decide over earlier ones.
    #[serde(rename = "override")]
    pub(crate) overrides: Vec<Override>,
}

/// Rules for the files that match.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Override {
    /// Globs. One with `/` is compared with the key, one without with the name of the file.
    pub(crate) files: Vec<String>,
    /// Show findings of these codes, even if the general rules do not.
    pub(crate) select: Vec<String>,
    /// Do not show findings of these codes.
    pub(crate) ignore: Vec<String>,
    /// Severities by code, or by the beginning of codes.
    pub(crate) severity: BTreeMap<String, Severity>,
}

/// The configuration that applies, and where it was read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    /// The file; `None` if there is none.
    pub(crate) path: Option<PathBuf>,
    /// Its values.
    pub(crate) config: Config,
    /// Its values as they are written.
    pub(crate) values: toml::Table,
    /// Its rules for findings.
    pub(crate) rules: Rules,
}

impl Settings {
    /// Reads the configuration: the file of `--config`, or the nearest `data-review.toml` in the working directory and above.
    /// None is read with `no_config`.
    pub(crate) fn load(
        config: Option<&Path>,
        no_config: bool,
        registry: &Registry,
    ) -> Result<Self, CliError> {
        let path = match config {
            _ if no_config => None,
            Some(path) => Some(path.to_owned()),
            None => nearest(),
        };
        let Some(path) = path else {
            return Ok(Settings::default());
        };
        let text = read(&path)?;
        let bad = |reason: String| CliError::Usage(format!("{}: {reason}", path.display()));
        let config: Config = toml::from_str(&text).map_err(|error| bad(reason(&text, &error)))?;
        let values = toml::from_str(&text).map_err(|error| bad(reason(&text, &error)))?;
        let rules = Rules::new(&config, registry).map_err(bad)?;
        Ok(Settings {
            path: Some(path),
            config,
            values,
            rules,
        })
    }

    /// The file of the store: of `--db` or DATA_REVIEW_DB, else of the configuration, else the default.
    pub(crate) fn store(&self, db: &Db) -> PathBuf {
        if let Some(path) = &db.path {
            return path.clone();
        }
        match (&self.config.db, self.path.as_ref().and_then(|path| path.parent())) {
            (Some(path), Some(directory)) => directory.join(path),
            _ => PathBuf::from(STORE),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the configuration is found from the working directory"
)]
fn nearest() -> Option<PathBuf> {
    let directory = std::env::current_dir().ok()?;
    // A relative path where it suffices: messages name it.
    let above = |depth: usize| match depth {
        0 => PathBuf::new(),
        _ => PathBuf::from(vec![".."; depth].join("/")),
    };
    (0..directory.ancestors().count())
        .map(|depth| above(depth).join(NAME))
        .find(|path| path.is_file())
}

#[expect(clippy::disallowed_methods, reason = "a command reads its configuration")]
fn read(path: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(path).map_err(|error| {
        CliError::Usage(format!(
            "--config: cannot read {}: {error}; name a TOML file, or use --no-config",
            path.display()
        ))
    })
}

/// The place and the reason of an error, in one line.
fn reason(text: &str, error: &toml::de::Error) -> String {
    let line = error
        .span()
        .map(|span| text.get(..span.start).unwrap_or(text).matches('\n').count() + 1);
    let line = line.map_or_else(String::new, |line| format!("line {line}: "));
    format!(
        "{line}{}; `data-review config --explain KEY` explains a key",
        error.message().trim()
    )
}

/// The JSON Schema of the configuration.
pub(crate) fn schema() -> serde_json::Value {
    schemars::schema_for!(Config).to_value()
}
