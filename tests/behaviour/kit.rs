//! What every handler keeps, as rules. Each holds for every registered handler and every file, knows no handler by name, and says
//! its own name, the file and the mend where it is broken; `scratch.rs` breaks each of them.

mod document;
mod hostile;
mod identify;
mod memory;
mod resources;

use data_review_core::{Card, FileHandler, Registry};
use data_review_tests::files::{self, TestFile};
use data_review_tests::review;

pub(super) use document::schema_errors;
pub(super) use hostile::{cut, flip, random, shortened, survive};
pub(super) use resources::now;

/// What a rule is held against.
pub(super) struct Case<'a> {
    pub(super) registry: &'a Registry,
    pub(super) handler: &'static dyn FileHandler,
    pub(super) file: &'a TestFile,
}

/// Which files a rule is held against.
enum Check {
    /// None: the card.
    Card(fn(&'static Card, &[TestFile]) -> Result<(), String>),
    /// The handler's good files.
    Good(fn(&Case<'_>) -> Result<(), String>),
    /// The handler's good and bad files.
    Own(fn(&Case<'_>) -> Result<(), String>),
    /// All other files.
    Others(fn(&Case<'_>) -> Result<(), String>),
}

/// A rule.
struct Rule {
    name: &'static str,
    check: Check,
    mend: &'static str,
}

const fn rule(name: &'static str, check: Check, mend: &'static str) -> Rule {
    Rule { name, check, mend }
}

const RULES: &[Rule] = &[
    rule(
        "files",
        Check::Card(document::files),
        "put files that are reviewed into test_data/<id>/, and some that yield nothing into tests/bad/<id>/",
    ),
    rule(
        "explained",
        Check::Card(document::explained),
        "give the code a name in kebab-case, and say in the card what it means, what to do about it, and by which clause",
    ),
    rule(
        "certain",
        Check::Good(identify::certain),
        "let `sniff` be certain of the format's signature, and list the name's ending on the card",
    ),
    rule(
        "nobody-else's",
        Check::Others(identify::others),
        "make `sniff` stricter, or let one card refine the other",
    ),
    rule(
        "reviewed",
        Check::Own(document::reviewed),
        "fill in observations and variables where one row is readable; return an error with a reason where nothing is",
    ),
    rule(
        "schema",
        Check::Own(document::schema),
        "compare the document with what `data-review schema` prints",
    ),
    rule(
        "documented",
        Check::Own(document::documented),
        "list the code in `codes` on the card; say of a check that could not run that it is not applicable",
    ),
    rule(
        "places",
        Check::Own(document::places),
        "give `found` a place, or the variable or member that it is about as its subject",
    ),
    rule(
        "counted",
        Check::Own(document::counted),
        "push every cell into its variable once: a value, missing, invalid or not finite, with its flag where there are flags",
    ),
    rule(
        "merged",
        Check::Own(document::merged),
        "merge the parts of a variable, in the file's order, and add it to the review once",
    ),
    rule(
        "same",
        Check::Own(document::same),
        "read until a buffer is full, and keep what depends on time, chance or a map's order out of the review",
    ),
    rule(
        "any-bytes",
        Check::Own(hostile::any_bytes),
        "take nothing on trust: `get` instead of an index, checked arithmetic, a finding or an error instead of a panic",
    ),
    rule(
        "memory",
        Check::Own(resources::memory),
        "hold statistics instead of rows, or raise `limits.memory_bytes` on the card",
    ),
    rule(
        "time",
        Check::Own(resources::time),
        "look for work that grows faster than the file, or raise `limits.cpu_seconds` on the card",
    ),
];

/// All that a handler breaks of a rule: rule, file, what is wrong, mend.
pub(super) fn breaches(registry: &Registry, id: &str, files: &[TestFile], rule: &str) -> Vec<String> {
    let rule = RULES.iter().find(|known| known.name == rule);
    let rule = rule.unwrap_or_else(|| panic!("no such rule"));
    let handler = registry.get(id).unwrap_or_else(|| panic!("no handler {id}"));
    let say = |path: &str, wrong: String| {
        format!(
            "handler `{id}` breaks the rule `{}`: {path}: {wrong}. Mend: {}",
            rule.name, rule.mend
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

/// What the handlers that are linked break of a rule; each is looked at in a thread of its own.
fn broken(registry: &Registry, files: &[TestFile], rule: &str) -> Vec<String> {
    let handlers = |id| move || breaches(registry, id, files, rule);
    std::thread::scope(|scope| {
        let chosen = registry.ids().filter(|id| is_chosen(id));
        let running: Vec<_> = chosen.map(|id| scope.spawn(handlers(id))).collect();
        let ends = running.into_iter().map(std::thread::ScopedJoinHandle::join);
        ends.flat_map(|end| end.unwrap_or_else(|_| vec![format!("the rule `{rule}` itself panics")]))
            .collect()
    })
}

/// Whoever works on one handler need not wait for the others.
#[expect(
    clippy::disallowed_methods,
    reason = "it chooses what is tested, not what comes out"
)]
fn is_chosen(id: &str) -> bool {
    std::env::var_os("DATA_REVIEW_HANDLER").is_none_or(|chosen| chosen == id)
}

#[test]
fn every_handler_keeps_every_rule() {
    let registry = review::registry();
    let files: Vec<TestFile> = files::test_data().into_iter().chain(files::bad()).collect();
    let broken: Vec<String> = rules().flat_map(|rule| broken(&registry, &files, rule)).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
