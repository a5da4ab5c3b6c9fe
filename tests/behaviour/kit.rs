//! Rules for every handler, checked for each registered handler and each file. No rule names a handler. A violation names the rule,
//! the file and how to fix it; `scratch.rs` violates each rule once.

mod document;
mod hostile;
mod identify;
mod memory;
mod resources;

use data_review_core::{Card, FileHandler, Registry};
use data_review_tests::files::{self, TestFile};
use data_review_tests::review;

pub(super) use document::schema_errors;
pub(super) use hostile::{cut, flip, shortened, survive};
pub(super) use resources::now;

/// One handler and one file to check a rule with.
pub(super) struct Case<'a> {
    pub(super) registry: &'a Registry,
    pub(super) handler: &'static dyn FileHandler,
    pub(super) file: &'a TestFile,
}

/// The files that a rule is checked with.
enum Check {
    /// No file, only the card.
    Card(fn(&'static Card, &[TestFile]) -> Result<(), String>),
    /// The handler's valid files.
    Good(fn(&Case<'_>) -> Result<(), String>),
    /// The handler's valid and invalid files.
    Own(fn(&Case<'_>) -> Result<(), String>),
    /// All other files.
    Others(fn(&Case<'_>) -> Result<(), String>),
}

/// A rule, and how to fix a violation.
struct Rule {
    name: &'static str,
    check: Check,
    fix: &'static str,
}

const fn rule(name: &'static str, check: Check, fix: &'static str) -> Rule {
    Rule { name, check, fix }
}

const RULES: &[Rule] = &[
    rule(
        "files",
        Check::Card(document::files),
        "add valid files to test_data/<id>/ and unreadable ones to tests/bad/<id>/",
    ),
    rule(
        "explained",
        Check::Card(document::explained),
        "name the code in kebab-case, and give it a title, a meaning, a remedy and a clause",
    ),
    rule(
        "certain",
        Check::Good(identify::certain),
        "return `certain` from `sniff` for the format's signature, and list the file extension on the card",
    ),
    rule(
        "nobody-else's",
        Check::Others(identify::others),
        "make `sniff` stricter, or name the other handler in `refines`",
    ),
    rule(
        "reviewed",
        Check::Own(document::reviewed),
        "set observations and variables if one row is readable; return an error with a reason if nothing is",
    ),
    rule(
        "schema",
        Check::Own(document::schema),
        "compare the document with the output of `data-review schema`",
    ),
    rule(
        "documented",
        Check::Own(document::documented),
        "list the code in `codes` on the card; declare a check that could not run as not applicable",
    ),
    rule(
        "places",
        Check::Own(document::places),
        "give `found` a place, or a variable or member as its subject",
    ),
    rule(
        "counted",
        Check::Own(document::counted),
        "push every cell into its variable once, as a value, missing, invalid, not finite or padding, with its flag if there are flags",
    ),
    rule(
        "merged",
        Check::Own(document::merged),
        "merge the parts of a variable in the order of the file, and add it to the review once",
    ),
    rule(
        "same",
        Check::Own(document::same),
        "fill buffers completely, and keep everything that depends on time, chance or the order of a map out of the review",
    ),
    rule(
        "any-bytes",
        Check::Own(hostile::any_bytes),
        "trust no byte: use `get` instead of an index, checked arithmetic, and a finding or an error instead of a panic",
    ),
    rule(
        "memory",
        Check::Own(resources::memory),
        "keep statistics instead of rows, or raise `limits.memory_bytes` on the card",
    ),
    rule(
        "time",
        Check::Own(resources::time),
        "find the work that grows faster than the file, or raise `limits.cpu_seconds` on the card",
    ),
];

/// Violations of a rule by one handler: rule, file, what is wrong, how to fix it.
pub(super) fn violations(registry: &Registry, id: &str, files: &[TestFile], rule: &str) -> Vec<String> {
    let rule = RULES.iter().find(|known| known.name == rule);
    let rule = rule.unwrap_or_else(|| panic!("no such rule"));
    let handler = registry.get(id).unwrap_or_else(|| panic!("no handler {id}"));
    let say = |path: &str, wrong: String| {
        format!(
            "handler `{id}` violates the rule `{}`: {path}: {wrong}. To fix it, {}",
            rule.name, rule.fix
        )
    };
    if let Check::Card(check) = rule.check {
        let broken = check(handler.card(), files).err();
        return broken
            .into_iter()
            .map(|wrong| say(&format!("handlers/{id}"), wrong))
            .collect();
    }
    let broken = |file: &TestFile| {
        let is_own = file.folder == id;
        let case = Case {
            registry,
            handler,
            file,
        };
        let end = match rule.check {
            Check::Good(check) if is_own && !file.is_bad() => check(&case),
            Check::Own(check) if is_own => check(&case),
            Check::Others(check) if !is_own => check(&case),
            _ => Ok(()),
        };
        end.err().map(|wrong| say(&file.path, wrong))
    };
    files.iter().filter_map(broken).collect()
}

/// Names of all rules.
pub(super) fn rules() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.name)
}

/// Violations of a rule by the linked handlers, each checked in its own thread.
fn all_violations(registry: &Registry, files: &[TestFile], rule: &str) -> Vec<String> {
    let handlers = |id| move || violations(registry, id, files, rule);
    std::thread::scope(|scope| {
        let chosen = registry.ids().filter(|id| is_chosen(id));
        let running: Vec<_> = chosen.map(|id| scope.spawn(handlers(id))).collect();
        let ends = running.into_iter().map(std::thread::ScopedJoinHandle::join);
        ends.flat_map(|end| end.unwrap_or_else(|_| vec![format!("the rule `{rule}` itself panics")]))
            .collect()
    })
}

/// Whether a handler is checked: all are, unless `DATA_REVIEW_HANDLER` names one.
#[expect(
    clippy::disallowed_methods,
    reason = "selects what is tested, not what a review yields"
)]
fn is_chosen(id: &str) -> bool {
    std::env::var_os("DATA_REVIEW_HANDLER").is_none_or(|chosen| chosen == id)
}

#[test]
fn every_handler_follows_every_rule() {
    let registry = review::registry();
    let files: Vec<TestFile> = files::test_data().into_iter().chain(files::bad()).collect();
    let broken: Vec<String> = rules()
        .flat_map(|rule| all_violations(&registry, &files, rule))
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
