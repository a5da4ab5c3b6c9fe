//! The kinds of deviation from a format, as a static table.

use std::fmt;

/// How serious a deviation is.
///
/// Ordered from the most serious: `Severity::Error < Severity::Warning`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The data are unusable, a statement in the file is wrong, or other readers of the format stop here.
    Error,
    /// Contrary to the specification, or probably wrong; the data can be read.
    Warning,
    /// Notable; nothing needs to be done.
    Info,
}

impl Severity {
    /// The word in lower case: `error`, `warning` or `info`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One kind of deviation from a format: a row of the table that [`codes!`](crate::codes!) declares.
///
/// All texts are English sentences for the person who maintains the file. The name is stable: programs filter by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code {
    /// Stable name in lower case, words joined by dashes: `ragged-row`.
    pub name: &'static str,
    /// How serious it is, wherever it occurs.
    pub severity: Severity,
    /// The fact in a few words, for a table: "A row with too few or too many cells".
    pub title: &'static str,
    /// What it means for the data, and what the parser did with them.
    pub meaning: &'static str,
    /// What to do about it. Following it to the letter never destroys data.
    pub remedy: &'static str,
    /// The clause of the specification that the file deviates from.
    pub clause: &'static str,
}

/// Declares the codes of a parser: a module with one static per code, and a list of all of them.
///
/// Each row has the name of the static, the severity, the stable name, and then title, meaning, remedy and clause. The
/// list keeps the order of the rows.
///
/// ```
/// text_format::codes! {
///     /// Everything that can be wrong with a greeting.
///     pub mod codes, static CODES;
///     NO_NAME = Warning "no-name":
///         "A greeting without a name", "Nobody knows who is meant.", "Add the name.", "Greetings 1.0, section 2";
///     SHOUTED = Info "shouted":
///         "A greeting in capitals", "It was read all the same.", "None is needed.", "Greetings 1.0, section 3";
/// }
/// assert_eq!(codes::NO_NAME.severity, text_format::Severity::Warning);
/// assert_eq!(CODES.iter().map(|code| code.name).collect::<Vec<_>>(), ["no-name", "shouted"]);
/// ```
#[macro_export]
macro_rules! codes {
    (
        $(#[$attribute:meta])*
        $vis:vis mod $module:ident, static $list:ident;
        $($name:ident = $severity:ident $code:literal: $title:literal, $meaning:literal, $remedy:literal, $clause:literal;)*
    ) => {
        $(#[$attribute])*
        $vis mod $module {
            $(
                #[doc = $title]
                pub static $name: $crate::Code = $crate::Code {
                    name: $code,
                    severity: $crate::Severity::$severity,
                    title: $title,
                    meaning: $meaning,
                    remedy: $remedy,
                    clause: $clause,
                };
            )*
        }

        $(#[$attribute])*
        $vis static $list: &[&$crate::Code] = &[$(&$module::$name),*];
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_are_ordered_from_the_worst_and_printed_in_lower_case() {
        assert!(Severity::Error < Severity::Warning && Severity::Warning < Severity::Info);
        assert_eq!(format!("{:>8}", Severity::Error), "   error");
    }
}
