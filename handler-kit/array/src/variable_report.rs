//! The variables of a file as parts of its review, and findings that they have in common.

use array_file::{ArrayFile, Note, NoteKind, Problem, ProblemKind};
use data_review_core::{CodeInfo, Place, ReviewBuilder, ReviewError, VariableFacts};

use crate::codes;
use crate::gather::{Gathered, Plan};
use crate::open::{code_of, review_error};

/// Most names of variables that one finding lists.
const SHOWN: usize = 12;

/// Reports the variables of a file one after the other, and at the end the findings that several variables share.
#[derive(Debug)]
pub struct VariableReport {
    /// Number of variables that were read, and of all variables.
    read: u64,
    variables: u64,
    first: Option<Problem>,
    is_truncated: bool,
    empty: Names,
    not_finite: Names,
    cut: Names,
}

/// Variables, attributes or dimensions of one file with the same finding: their number, and the names of the first few.
///
/// ```
/// use data_review_array::Names;
///
/// let mut names = Names::listing(2);
/// for name in ["a", "b", "c"] {
///     names.add(name, || format!("{name} is odd"), None);
/// }
/// assert_eq!((names.count(), names.only()), (3, None));
/// assert_eq!(names.message("variables are odd"), "3 variables are odd: a, b and 1 more");
/// ```
#[derive(Debug)]
pub struct Names {
    count: u64,
    /// Most names that are listed.
    most: usize,
    first: Vec<String>,
    /// Message about the first one, and its place.
    message: String,
    place: Option<Place>,
}

impl Default for Names {
    fn default() -> Self {
        Names::listing(SHOWN)
    }
}

impl Names {
    /// No names yet; the finding will list at most `most` of them.
    pub fn listing(most: usize) -> Self {
        Names {
            count: 0,
            most,
            first: Vec::new(),
            message: String::new(),
            place: None,
        }
    }

    /// Adds a name; `message` is the whole message if it remains the only one.
    pub fn add(&mut self, name: &str, message: impl FnOnce() -> String, place: Option<Place>) {
        if self.count == 0 {
            self.message = message();
            // A finding about several variables has no subject: its place is in the first of them.
            self.place = place.or_else(|| Some(Place::array(name, Vec::new())));
        }
        self.count += 1;
        if self.first.len() < self.most {
            self.first.push(name.to_owned());
        }
    }

    /// The only name, as the subject of a finding about one variable.
    pub fn only(&self) -> Option<&str> {
        let only = self.first.first().filter(|_| self.count == 1);
        only.map(String::as_str)
    }

    /// Reports them in one finding with `count` occurrences. `of` is the number of all variables, and `what` says what
    /// they have in common: `3 of 12 variables have …: a, b`. Reports nothing if there are none.
    pub fn report(&self, code: &CodeInfo, count: u64, of: u64, what: &str, review: &mut ReviewBuilder) {
        let message = || self.message(&format!("of {of} variables {what}"));
        review.found_many(code, self.only(), count, message, || self.place.clone());
    }

    /// Number of names that were added.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The place of the first one.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// `3 of 12 variables have …: a, b, c`, of which `what` is the part after the count; or the message of the only one.
    pub fn message(&self, what: &str) -> String {
        let names = self.first.join(", ");
        let more = match self.count - self.first.len() as u64 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        match self.count {
            1 => self.message.clone(),
            count => format!("{count} {what}: {names}{more}"),
        }
    }
}

impl VariableReport {
    /// Starts for a file of which some objects may be lost already.
    pub fn new(file: &ArrayFile) -> Self {
        VariableReport {
            read: 0,
            variables: 0,
            first: file.notes.iter().find_map(Note::loss),
            is_truncated: file.notes.iter().any(|note| note.kind == NoteKind::Truncated),
            empty: Names::default(),
            not_finite: Names::default(),
            cut: Names::default(),
        }
    }

    /// Number of variables, or fields of them, that were reported so far.
    pub fn variables(&self) -> u64 {
        self.variables
    }

    /// Adds a variable, or a field of one, to the review. `facts` has what the conventions of the file say about it.
    pub fn report(
        &mut self,
        gathered: &Gathered,
        plan: &Plan<'_>,
        facts: VariableFacts,
        review: &mut ReviewBuilder,
    ) {
        self.read += 1;
        self.variables += 1;
        let name = &gathered.name;
        let total = &gathered.total;
        for (place, problem) in &gathered.unreadable {
            let message = || format!("{}: {problem}", plan.variable.path);
            let place = Place::array(&plan.variable.path, place.clone());
            if !self.is_truncated {
                review.found(&codes::CUT, Some(&plan.variable.path), message, || Some(place));
            } else if self.cut.first.last() != Some(&plan.variable.path) {
                self.cut.add(&plan.variable.path, message, Some(place));
            }
        }
        // A variable of which some values cannot be read has a finding of its own. A grid mapping is a container of
        // attributes, whose value has no meaning (CF 1.11, 5.6).
        let is_container = plan.variable.attribute("grid_mapping_name").is_some();
        if total.total() > 0 && total.count() == 0 && gathered.unreadable.is_empty() && !is_container {
            let message = || format!("{name} has no valid value");
            self.empty.add(name, message, None);
        } else if total.non_finite() > 0 {
            let message = || match total.non_finite() {
                1 => format!("{name} has 1 value that is NaN or infinite"),
                count => format!("{name} has {count} values that are NaN or infinite"),
            };
            self.not_finite.add(name, message, None);
        }
        let facts = VariableFacts {
            name: name.clone(),
            dtype: Some(gathered.of.to_string()),
            shape: Some(gathered.shape(plan)),
            ..facts
        };
        review.variable(facts, total);
    }

    /// Reports a variable that could not be read.
    pub fn report_unreadable(&mut self, path: &str, problem: Problem, review: &mut ReviewBuilder) {
        self.variables += 1;
        let message = || format!("{path}: {problem}");
        if self.is_truncated && problem.kind == ProblemKind::Corrupt {
            self.cut.add(path, message, None);
        } else {
            review.found(code_of(problem.kind), Some(path), message, || None);
        }
        self.first.get_or_insert(problem);
    }

    /// Ends the review: reports the variables without a value, those with NaN, and those that a truncated file has
    /// lost, in one finding each.
    ///
    /// # Errors
    /// If something is lost and nothing was read: the reason of the first loss.
    pub fn finish(self, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        let VariableReport {
            variables: of,
            empty,
            not_finite,
            cut,
            ..
        } = &self;
        for (code, names, what) in [
            (&codes::ALL_MISSING, empty, "have no valid value"),
            (
                &codes::NON_FINITE,
                not_finite,
                "have values that are NaN or infinite",
            ),
            (&codes::CUT, cut, "cannot be read completely"),
        ] {
            names.report(code, names.count, *of, what, review);
        }
        match self.first {
            Some(problem) if self.read == 0 => Err(review_error(problem)),
            _ => Ok(()),
        }
    }
}
