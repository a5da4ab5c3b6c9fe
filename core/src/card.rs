//! A handler's card: what the rest of the program needs to know of the handler without running it.

use serde::{Deserialize, Serialize};

use crate::Severity;

/// The description of a handler: its id, version, formats, finding codes and limits.
///
/// The registry routes files by it, and the infrastructure program derives queues and Lambdas from it. A change of a
/// version or a limit is a reason to review a file again (see [`crate::Recipe`]).
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Short name of 2 to 32 lower-case letters, digits and dashes; also the name of the crate's folder, of its binary
    /// and of its queue.
    pub id: &'static str,
    /// Name of the format for people, such as "WHP-Exchange bottle".
    pub title: &'static str,
    /// Version of the handler. Raise it whenever the same bytes may give another document.
    pub version: u32,
    /// Usual endings of the names of such files, with the dot (`.csv`, `_hy1.csv`). They are a hint; the content
    /// decides.
    pub extensions: &'static [&'static str],
    /// Signatures: the default [`crate::FileHandler::sniff`] is certain if the file starts with any of them.
    pub magic: &'static [&'static [u8]],
    /// Ids of the more general handlers that also recognise such files; this handler is preferred to them.
    pub refines: &'static [&'static str],
    /// Address of the description of the format.
    pub docs: &'static str,
    /// What this handler counts as one observation, such as "one per bottle"; the meaning of
    /// [`Document::observations`](crate::Document::observations).
    pub observations: &'static str,
    /// Name and version of the parser, such as `whp-exchange 0.3`; part of the recipe.
    pub reader: &'static str,
    /// Name and version of the vocabulary that names are checked against; part of the recipe. `None` without a
    /// vocabulary.
    pub vocabulary: Option<&'static str>,
    /// Every finding code that this handler can report, in lists; lists may be shared with other handlers.
    pub codes: &'static [&'static [CodeInfo]],
    /// The most memory, time and bytes that a review may use before it is ended.
    pub limits: Limits,
    /// Size of the handler's Lambda function.
    pub lambda: LambdaHints,
}

impl Card {
    /// All finding codes of this handler, in the order of the lists in [`Card::codes`].
    pub fn all_codes(&self) -> impl Iterator<Item = &'static CodeInfo> + use<> {
        self.codes.iter().copied().flatten()
    }
}

/// One finding code: a rule, what a deviation from it means, and what to do about it.
///
/// Made by [`codes!`](crate::codes), by [`parser_codes!`](crate::parser_codes) from a parser's own table, or one by one:
///
/// ```
/// use data_review_core::{CodeInfo, Severity};
///
/// const NO_NAME: CodeInfo = CodeInfo::new("no-name", Severity::Warning, "A greeting without a name")
///     .meaning("Nobody feels greeted.")
///     .remedy("Add the name.")
///     .clause("Data Review, example");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodeInfo {
    /// Stable name in kebab-case, unique among the codes of a handler.
    pub code: &'static str,
    /// Severity of every finding with this code.
    pub severity: Severity,
    /// One line for a table, without a full stop.
    pub title: &'static str,
    /// What a finding of this code means for the data, in one or two sentences.
    pub meaning: &'static str,
    /// What a data manager does about it. It damages no data when it is followed to the letter.
    pub remedy: &'static str,
    /// The clause of the specification, or the paper, that the rule comes from.
    pub clause: &'static str,
    /// An input that the rule accepts and one that it rejects; `None` if the meaning says enough.
    pub examples: Option<Examples>,
}

/// Two inputs of a rule that differ in what the rule looks at. They are shown to readers, and are its tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Examples {
    /// The check of the same thing in another program, such as `ArgoFormatChecker: CK_0098`.
    pub peer: &'static str,
    /// An input without a finding of the code, in the handler's notation.
    pub passes: &'static str,
    /// An input with a finding of the code.
    pub fails: &'static str,
}

impl CodeInfo {
    /// A code with a one-line title. The meaning, the remedy and the clause are empty until they are set.
    pub const fn new(code: &'static str, severity: Severity, title: &'static str) -> Self {
        CodeInfo {
            code,
            severity,
            title,
            meaning: "",
            remedy: "",
            clause: "",
            examples: None,
        }
    }

    /// Sets what a finding of this code means for the data.
    #[must_use]
    pub const fn meaning(self, meaning: &'static str) -> Self {
        CodeInfo { meaning, ..self }
    }

    /// Sets what a data manager does about a finding of this code.
    #[must_use]
    pub const fn remedy(self, remedy: &'static str) -> Self {
        CodeInfo { remedy, ..self }
    }

    /// Sets the clause of the specification that the rule comes from.
    #[must_use]
    pub const fn clause(self, clause: &'static str) -> Self {
        CodeInfo { clause, ..self }
    }

    /// Sets two inputs that the rule accepts and rejects, and the check of the same thing in another program.
    #[must_use]
    pub const fn examples(self, peer: &'static str, passes: &'static str, fails: &'static str) -> Self {
        let examples = Some(Examples { peer, passes, fails });
        CodeInfo { examples, ..self }
    }
}

/// Defines finding codes: a constant for each, and a list of all of them, in this order, for [`Card::codes`].
///
/// ```
/// data_review_core::codes! {
///     const ALL;
///     NO_NAME = Warning "no-name": "A greeting without a name",
///         "Nobody feels greeted.",
///         "Add the name.", "Data Review, example";
/// }
/// assert_eq!(ALL, [NO_NAME]);
/// ```
///
/// A rule with [`Examples`] has them after the clause: `, peer "…", passes "…", fails "…"`.
#[macro_export]
macro_rules! codes {
    (
        $vis:vis const $list:ident;
        $($name:ident = $severity:ident $code:literal: $title:literal, $meaning:literal, $remedy:literal, $clause:expr
            $(, peer $peer:literal, passes $passes:literal, fails $fails:literal)?;)*
    ) => {
        $(
            #[doc = $title]
            $vis const $name: $crate::CodeInfo =
                $crate::CodeInfo::new($code, $crate::Severity::$severity, $title)
                    .meaning($meaning)
                    .remedy($remedy)
                    .clause($clause)
                    $(.examples($peer, $passes, $fails))?;
        )*
        /// All codes of this table.
        $vis const $list: &[$crate::CodeInfo] = &[$($name),*];
    };
}

/// Turns what a parser reports into findings. Defines the function `info` (the finding code of a parser's code), the
/// list `ALL` for [`Card::codes`], and the function `report`, which adds a parser's deviation to a review.
///
/// The parser's crate exports `Code`, `Severity`, `CODES: &[&Code]`, `Deviation` and `Place` as `text-format` defines
/// them, and does not depend on this crate. The form `parser_codes!(info of parser)` defines only `info`, and `infos`
/// for a selection of the codes; a handler that lists and reports the codes in its own way uses it.
#[macro_export]
macro_rules! parser_codes {
    ($parser:ident) => {
        $crate::parser_codes!(info of $parser);

        /// The finding codes of all codes of the parser.
        pub(crate) const ALL: &[$crate::CodeInfo] = &infos::<{ $parser::CODES.len() }>($parser::CODES);

        /// Reports a parser's deviation as a finding. If the deviation follows from another one, declares that one as
        /// its cause.
        pub(crate) fn report(deviation: $parser::Deviation<'_>, review: &mut $crate::ReviewBuilder) {
            let place = || match deviation.place {
                $parser::Place::Line { line, column } => {
                    Some($crate::Place::text(line, column, deviation.field))
                }
                $parser::Place::Byte(byte) => Some($crate::Place::Byte { byte }),
                _ => None,
            };
            let (code, subject) = (info(deviation.code), deviation.subject);
            if let Some(cause) = deviation.cause {
                review.explain(&info(cause), &code, subject);
            }
            review.found(&code, subject, || deviation.message.to_string(), place);
        }
    };
    (info of $parser:ident) => {
        /// The finding code of one of the parser's codes.
        pub(crate) const fn info(code: &$parser::Code) -> $crate::CodeInfo {
            let severity = match code.severity {
                $parser::Severity::Error => $crate::Severity::Error,
                $parser::Severity::Warning => $crate::Severity::Warning,
                $parser::Severity::Info => $crate::Severity::Info,
            };
            $crate::CodeInfo::new(code.name, severity, code.title)
                .meaning(code.meaning)
                .remedy(code.remedy)
                .clause(code.clause)
        }

        /// The finding codes of `N` of the parser's codes, in the same order.
        const fn infos<const N: usize>(codes: &[&$parser::Code]) -> [$crate::CodeInfo; N] {
            let mut infos = [info(codes[0]); N];
            let mut at = 1;
            while at < N {
                infos[at] = info(codes[at]);
                at += 1;
            }
            infos
        }
    };
}

/// The most bytes, time and items that one review may use. A failure that a limit causes names its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Size of the largest object that is opened, in bytes.
    pub object_bytes: u64,
    /// Memory that a worker may allocate for one file, in bytes.
    pub memory_bytes: u64,
    /// Processor time of one review, in seconds.
    pub cpu_seconds: u32,
    /// Longest time without progress, in seconds of wall time.
    pub stall_seconds: u32,
    /// Longest line of a text file, in bytes.
    pub line_bytes: u64,
    /// Most columns of a table, or variables of a file.
    pub variables: u32,
    /// Most members of an archive.
    pub members: u32,
    /// Most bytes that all members of an archive together may inflate to.
    pub inflated_bytes: u64,
    /// Most inflated bytes per stored byte, for an archive as a whole.
    pub inflation_ratio: u32,
}

impl Limits {
    /// Limits that suit most handlers: real files of an archive stay below them, and a laptop or a small Lambda can
    /// afford them.
    pub const DEFAULT: Limits = Limits {
        object_bytes: 64 << 30,
        memory_bytes: 256 << 20,
        cpu_seconds: 600,
        stall_seconds: 120,
        line_bytes: 1 << 20,
        variables: 20_000,
        members: 20_000,
        inflated_bytes: 16 << 30,
        inflation_ratio: 200,
    };

    /// These limits for a place that has room for `bytes` inflated bytes.
    pub fn inflating_at_most(self, bytes: u64) -> Self {
        Limits {
            inflated_bytes: self.inflated_bytes.min(bytes),
            ..self
        }
    }
}

/// Size of a handler's Lambda function; the infrastructure program creates the function with these values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LambdaHints {
    /// Memory in MB, 128 to 10,240.
    pub memory_mb: u32,
    /// Time-out in seconds, at most 900.
    pub timeout_seconds: u32,
    /// Size of `/tmp` in MB, 512 to 10,240. An object must fit in it.
    pub ephemeral_mb: u32,
    /// Most invocations that the handler's queue runs at once, 2 to 1,000.
    pub max_concurrency: u32,
}

impl LambdaHints {
    /// Enough for every format so far: 1,769 MB of memory, which comes with one vCPU; a time-out of five minutes; 2,048 MB of
    /// `/tmp`; and at most 50 invocations at once.
    pub const DEFAULT: LambdaHints = LambdaHints {
        memory_mb: 1769,
        timeout_seconds: 300,
        ephemeral_mb: 2048,
        max_concurrency: 50,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_method_sets_its_part_and_keeps_the_others() {
        let parts = |code: CodeInfo| (code.meaning, code.remedy, code.clause, code.examples);
        let plain = CodeInfo::new("no-name", Severity::Warning, "A greeting");
        assert_eq!(
            (plain.code, plain.severity, plain.title),
            ("no-name", Severity::Warning, "A greeting")
        );
        assert_eq!(parts(plain), ("", "", "", None));
        let examples = Some(Examples {
            peer: "p",
            passes: "yes",
            fails: "no",
        });
        let all = ("m", "r", "c", examples);
        assert_eq!(
            parts(
                plain
                    .meaning("m")
                    .remedy("r")
                    .clause("c")
                    .examples("p", "yes", "no")
            ),
            all
        );
        assert_eq!(
            parts(
                plain
                    .examples("p", "yes", "no")
                    .clause("c")
                    .remedy("r")
                    .meaning("m")
            ),
            all
        );
    }

    #[test]
    fn limits_suit_a_laptop() {
        const GIB: u64 = 1 << 30;
        let limits = Limits::DEFAULT;
        assert_eq!((limits.object_bytes, limits.inflated_bytes), (64 * GIB, 16 * GIB));
        assert_eq!((limits.memory_bytes, limits.line_bytes), (GIB / 4, GIB / 1024));
        for (room, expected) in [(GIB, GIB), (17 * GIB, 16 * GIB)] {
            let inflating = limits.inflating_at_most(room);
            let expected = Limits {
                inflated_bytes: expected,
                ..limits
            };
            assert_eq!(inflating, expected);
        }
    }
}
