//! One deviation of one file from its format, and where it is.

use std::fmt;

use crate::Code;

/// Where a deviation is: in a text, or in binary data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Place {
    /// A place in a text.
    Line {
        /// Number of the line, from 1. Lines that are too long or blank count.
        line: u64,
        /// Byte within the line, from 1; a byte order mark does not count.
        column: u64,
    },
    /// In binary data: offset of the byte from the beginning of the file, from 0.
    Byte(u64),
}

impl Place {
    /// A place in text: line and byte within the line, both from 1.
    #[must_use]
    pub const fn line(line: u64, column: u64) -> Self {
        Place::Line { line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Line { line, column } => write!(f, "line {line}, column {column}"),
            Place::Byte(byte) => write!(f, "byte {byte}"),
        }
    }
}

/// One deviation of a file from its format, lent to a sink.
///
/// The message is formatted only if the sink does so: a sink that counts codes costs next to nothing.
///
/// ```
/// use text_format::{Code, Deviation, Place, Severity};
///
/// static RAGGED: Code = Code {
///     name: "ragged-row", severity: Severity::Error, title: "A row with too few cells",
///     meaning: "Missing cells count as missing values.", remedy: "Correct the row.", clause: "Data lines",
/// };
/// let text = Deviation::new(&RAGGED, Place::line(7, 3), format_args!("{} cells, expected {}", 2, 4))
///     .subject("OXYGEN")
///     .to_string();
/// assert_eq!(text, "error[ragged-row] OXYGEN: line 7, column 3: 2 cells, expected 4");
/// ```
///
/// `{:#}` adds what the message need not say: field, value, expected range, and cause.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Deviation<'a> {
    /// What kind of deviation it is.
    pub code: &'static Code,
    /// The column, header or spelling that the deviation concerns; `None` if it concerns the file or the line as a
    /// whole.
    ///
    /// Deviations with the same code and subject belong together: a report counts them instead of listing them.
    pub subject: Option<&'a str>,
    /// Place of the deviation in the file.
    pub place: Place,
    /// Name of the column or header at the place, if there is one.
    pub field: Option<&'a str>,
    /// The number that the deviation concerns, if it concerns one, so that a report can name the worst of a thousand.
    pub value: Option<f64>,
    /// Least and greatest number that was expected, if there is such a range; either may be infinite.
    pub expected: Option<(f64, f64)>,
    /// The deviation that this one follows from, and that was reported before it; `None` for a root cause.
    ///
    /// A report that names only causes omits this one, or counts it with its cause.
    pub cause: Option<&'static Code>,
    /// The fact in words, with what was found and what was expected.
    pub message: fmt::Arguments<'a>,
}

impl<'a> Deviation<'a> {
    /// A deviation of the file or line as a whole; the methods below add what it concerns.
    #[must_use]
    pub fn new(code: &'static Code, place: Place, message: fmt::Arguments<'a>) -> Self {
        Deviation {
            code,
            subject: None,
            place,
            field: None,
            value: None,
            expected: None,
            cause: None,
            message,
        }
    }

    /// Sets the subject, but not the field.
    #[must_use]
    pub fn subject(self, subject: &'a str) -> Self {
        Deviation {
            subject: Some(subject),
            ..self
        }
    }

    /// Sets the name of the column or header at the place, but not the subject.
    #[must_use]
    pub fn field(self, field: &'a str) -> Self {
        Deviation {
            field: Some(field),
            ..self
        }
    }

    /// Sets both the subject and the field to `name`, for a deviation of the column or header at the place.
    #[must_use]
    pub fn on(self, name: &'a str) -> Self {
        self.subject(name).field(name)
    }

    /// Sets the number that the deviation concerns, and the range `min` to `max` that was expected.
    #[must_use]
    pub fn outside(self, value: f64, (min, max): (f64, f64)) -> Self {
        Deviation {
            value: Some(value),
            expected: Some((min, max)),
            ..self
        }
    }

    /// Sets the deviation that this one follows from.
    #[must_use]
    pub fn caused_by(self, cause: &'static Code) -> Self {
        Deviation {
            cause: Some(cause),
            ..self
        }
    }

    /// Whether the deviation has this code. Codes are compared by name.
    #[must_use]
    pub fn is(&self, code: &Code) -> bool {
        self.code.name == code.name
    }
}

impl fmt::Display for Deviation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}] ", self.code.severity, self.code.name)?;
        if let Some(subject) = self.subject {
            write!(f, "{subject}: ")?;
        }
        write!(f, "{}: {}", self.place, self.message)?;
        if !f.alternate() {
            return Ok(());
        }
        if let Some(field) = self.field {
            write!(f, "; in {field}")?;
        }
        if let Some(value) = self.value {
            write!(f, "; value {value}")?;
        }
        if let Some((min, max)) = self.expected {
            write!(f, "; expected {min} to {max}")?;
        }
        if let Some(cause) = self.cause {
            write!(f, "; follows from {}", cause.name)?;
        }
        Ok(())
    }
}

/// Receives the deviations of a file in the order in which the parser finds them.
///
/// Any closure is a sink: `&mut |deviation: Deviation<'_>| println!("{deviation}")`.
pub type Sink<'s> = &'s mut dyn FnMut(Deviation<'_>);

/// Passes a deviation to the sink; `subject` is both its subject and its field.
///
/// ```
/// use text_format::{Code, Place, Severity, report};
///
/// static BLANK: Code = Code {
///     name: "blank-line", severity: Severity::Warning, title: "A blank line",
///     meaning: "It was skipped.", remedy: "Delete it.", clause: "Data lines",
/// };
/// let mut lines = Vec::new();
/// report(&mut |deviation| lines.push(deviation.place), &BLANK, None, Place::line(4, 1), format_args!("a blank line"));
/// assert_eq!(lines, [Place::line(4, 1)]);
/// ```
pub fn report(
    sink: Sink<'_>,
    code: &'static Code,
    subject: Option<&str>,
    place: Place,
    message: fmt::Arguments<'_>,
) {
    sink(Deviation {
        subject,
        field: subject,
        ..Deviation::new(code, place, message)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Severity;

    const fn code(name: &'static str) -> Code {
        Code {
            name,
            severity: Severity::Warning,
            title: "",
            meaning: "",
            remedy: "",
            clause: "",
        }
    }

    static RANGE: Code = code("range");
    static FORM: Code = code("form");

    /// Subject, field, value, range and cause.
    type Parts<'a> = (
        Option<&'a str>,
        Option<&'a str>,
        Option<f64>,
        Option<(f64, f64)>,
        Option<&'a str>,
    );

    fn parts<'a>(deviation: &Deviation<'a>) -> Parts<'a> {
        let cause = deviation.cause.map(|cause| cause.name);
        let Deviation {
            subject,
            field,
            value,
            expected,
            ..
        } = *deviation;
        (subject, field, value, expected, cause)
    }

    #[test]
    fn each_method_sets_its_part_and_keeps_the_others() {
        let place = Place::Byte(9);
        let new = || Deviation::new(&RANGE, place, format_args!("odd"));
        assert_eq!(parts(&new()), (None, None, None, None, None));
        assert_eq!(parts(&new().on("T")), (Some("T"), Some("T"), None, None, None));
        let all = new()
            .outside(7.0, (1.0, 2.0))
            .caused_by(&FORM)
            .subject("S")
            .field("F");
        assert_eq!(
            parts(&all),
            (Some("S"), Some("F"), Some(7.0), Some((1.0, 2.0)), Some("form"))
        );
        let reversed = new()
            .field("F")
            .subject("S")
            .caused_by(&FORM)
            .outside(7.0, (1.0, 2.0));
        assert_eq!(parts(&reversed), parts(&all));
        assert_eq!((all.code.name, all.place), ("range", place));
        assert!(all.is(&RANGE) && !all.is(&FORM));
        assert_eq!(all.to_string(), "warning[range] S: byte 9: odd");
        assert_eq!(
            format!("{all:#}"),
            "warning[range] S: byte 9: odd; in F; value 7; expected 1 to 2; follows from form"
        );
        assert_eq!(format!("{:#}", new()), new().to_string());
        assert_eq!(new().to_string(), "warning[range] byte 9: odd");
    }

    #[test]
    fn a_report_names_its_subject_as_the_field() {
        let mut found = Vec::new();
        for subject in [None, Some("T")] {
            let mut sink = |deviation: Deviation<'_>| {
                let (subject, field, ..) = parts(&deviation);
                found.push((
                    subject.map(str::to_owned),
                    field.map(str::to_owned),
                    deviation.to_string(),
                ));
            };
            report(&mut sink, &FORM, subject, Place::line(2, 3), format_args!("odd"));
        }
        let shown = "warning[form] line 2, column 3: odd".to_owned();
        let named = "warning[form] T: line 2, column 3: odd".to_owned();
        let of = Some("T".to_owned());
        assert_eq!(found, [(None, None, shown), (of.clone(), of, named)]);
    }
}
