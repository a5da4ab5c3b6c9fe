//! A handler's card: everything others need to know of it without running it.

use serde::{Deserialize, Serialize};

use crate::Severity;

/// What a handler says of itself. The registry routes by it, the infrastructure is derived from it, and a change of its
/// versions or limits is a reason to review a file again (see [`crate::Recipe`]).
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Short name: lower-case letters, digits and dashes; also the crate's folder, its binary and its queue.
    pub id: &'static str,
    /// What a person calls the format.
    pub title: &'static str,
    /// Raised whenever the same bytes may give another document.
    pub version: u32,
    /// Endings that names of such files have, the dot included (`.csv`, `_hy1.csv`). A hint, never a proof.
    pub extensions: &'static [&'static str],
    /// First bytes, any of which makes the default [`crate::FileHandler::sniff`] certain.
    pub magic: &'static [&'static [u8]],
    /// Ids of the more general handlers that also know such files, and to which this one is preferred.
    pub refines: &'static [&'static str],
    /// Where the format is described.
    pub docs: &'static str,
    /// What one observation is for this handler; the meaning of `observations` in its documents.
    pub observations: &'static str,
    /// The reader that parses the bytes, with its version.
    pub reader: &'static str,
    /// The vocabulary that names are checked against, with its version.
    pub vocabulary: Option<&'static str>,
    /// Every finding code this handler can report: its checks, as lists of codes, some shared with other handlers.
    pub codes: &'static [&'static [CodeInfo]],
    /// What a review may use before it is ended.
    pub limits: Limits,
    /// Size of its Lambda.
    pub lambda: LambdaHints,
}

impl Card {
    /// Every finding code of this handler, list after list.
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
    /// Stable name, kebab-case.
    pub code: &'static str,
    /// Severity it is reported with.
    pub severity: Severity,
    /// One line for a table.
    pub title: &'static str,
    /// What the finding means for the data.
    pub meaning: &'static str,
    /// What a data manager does about it; safe to follow to the letter.
    pub remedy: &'static str,
    /// Clause of the specification, or the paper, that says so.
    pub clause: &'static str,
}

impl CodeInfo {
    /// A code with a one-line title; the other texts are empty until they are set.
    pub const fn new(code: &'static str, severity: Severity, title: &'static str) -> Self {
        CodeInfo {
            code,
            severity,
            title,
            meaning: "",
            remedy: "",
            clause: "",
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
}

/// Makes finding codes: a constant for each, and a list of all, in this order, for [`Card::codes`].
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
#[macro_export]
macro_rules! codes {
    (
        $vis:vis const $list:ident;
        $($name:ident = $severity:ident $code:literal: $title:literal, $meaning:literal, $remedy:literal, $clause:expr;)*
    ) => {
        $(
            #[doc = $title]
            $vis const $name: $crate::CodeInfo =
                $crate::CodeInfo::new($code, $crate::Severity::$severity, $title)
                    .meaning($meaning)
                    .remedy($remedy)
                    .clause($clause);
        )*
        /// All codes of this table.
        $vis const $list: &[$crate::CodeInfo] = &[$($name),*];
    };
}

/// Turns what a parser reports into findings: a function `info` for the finding code of one of its codes, the list `ALL`
/// for [`Card::codes`], and a function `report` for a deviation.
///
/// The parser's crate has `Code`, `Severity`, `CODES: &[&Code]`, `Deviation` and `Place` in the manner of `text-format`,
/// and does not depend on this one. The form `parser_codes!(info of parser)` makes `info`, and `infos` for a part of the
/// codes, for a handler that lists and reports them in its own way.
#[macro_export]
macro_rules! parser_codes {
    ($parser:ident) => {
        $crate::parser_codes!(info of $parser);

        /// All codes of the parser.
        pub(crate) const ALL: &[$crate::CodeInfo] = &infos::<{ $parser::CODES.len() }>($parser::CODES);

        /// Reports a deviation as a finding, and declares its cause where it has one.
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
        /// The finding code of a parser's code.
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

        /// The finding codes of `N` of a parser's codes.
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

/// Limits of one review. Each is reported with its number when it is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Largest object that is opened, in bytes.
    pub object_bytes: u64,
    /// Memory a worker may allocate for one file, in bytes.
    pub memory_bytes: u64,
    /// Processor time of one review, in seconds.
    pub cpu_seconds: u32,
    /// Longest time without progress, in seconds of wall time.
    pub stall_seconds: u32,
    /// Longest line of a text file, in bytes.
    pub line_bytes: u64,
    /// Columns of a table, or variables of a file.
    pub variables: u32,
    /// Members of an archive.
    pub members: u32,
    /// Bytes that all members of an archive may inflate to.
    pub inflated_bytes: u64,
    /// Inflated bytes per stored byte, of an archive as a whole.
    pub inflation_ratio: u32,
}

impl Limits {
    /// Generous for an archive's real files, small enough for a laptop and a small Lambda.
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
}

/// What the handler's Lambda is given; see the infrastructure program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LambdaHints {
    /// Memory, in MB (128 to 10,240).
    pub memory_mb: u32,
    /// Time-out, in seconds (at most 900).
    pub timeout_seconds: u32,
    /// `/tmp`, in MB (512 to 10,240): an object must fit in it.
    pub ephemeral_mb: u32,
    /// Most invocations that its queue runs at once (2 to 1,000).
    pub max_concurrency: u32,
}

impl LambdaHints {
    /// Enough for text formats: one vCPU's worth of memory, five minutes, the smallest `/tmp`.
    pub const DEFAULT: LambdaHints = LambdaHints {
        memory_mb: 1769,
        timeout_seconds: 300,
        ephemeral_mb: 2048,
        max_concurrency: 50,
    };
}
