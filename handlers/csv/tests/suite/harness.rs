//! Sniff and review over bytes.

use std::io;
use std::sync::Arc;

use data_review_core::{
    BytesInput, FileHandler, Finding, Identification, Input, Place, Probe, Registration, Registry, Review,
    ReviewBuilder, ReviewError, Variable, Verdict,
};
use data_review_csv::Csv;

/// Gives at most so many bytes a read.
pub(crate) struct Drip(pub(crate) Vec<u8>, pub(crate) usize);

impl Input for Drip {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let rest = self.0.get(at as usize..).unwrap_or_default();
        let n = rest.len().min(into.len()).min(self.1);
        into[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }
}

pub(crate) fn sniff(name: &str, bytes: &[u8]) -> Verdict {
    let input = BytesInput(bytes.to_vec());
    Csv.sniff(&mut Probe::new(name, &input).unwrap())
}

pub(crate) fn identify(name: &str, bytes: &[u8]) -> Identification {
    static REGISTRATION: Registration = Registration::new(&Csv, file!(), line!());
    let input = BytesInput(bytes.to_vec());
    let registry = Registry::of([&REGISTRATION]).unwrap();
    registry.identify(&mut Probe::new(name, &input).unwrap())
}

pub(crate) fn review_input(input: Arc<dyn Input>) -> Result<Review, ReviewError> {
    review_named("table.csv", input)
}

pub(crate) fn review_named(name: &str, input: Arc<dyn Input>) -> Result<Review, ReviewError> {
    let mut builder = ReviewBuilder::new(Csv.card(), name);
    Csv.review(input, &mut builder)?;
    Ok(builder.finish(true))
}

pub(crate) fn try_review(bytes: &[u8]) -> Result<Review, ReviewError> {
    review_input(Arc::new(BytesInput(bytes.to_vec())))
}

pub(crate) fn review(bytes: impl AsRef<[u8]>) -> Review {
    try_review(bytes.as_ref()).unwrap()
}

pub(crate) fn codes(review: &Review) -> Vec<&str> {
    review
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

pub(crate) fn finding<'a>(review: &'a Review, code: &str) -> &'a Finding {
    let found = review.findings.iter().find(|finding| finding.code == code);
    found.unwrap_or_else(|| panic!("no {code} among {:?}", codes(review)))
}

/// Lines and columns of a finding's places.
pub(crate) fn places(review: &Review, code: &str) -> Vec<(u64, u64)> {
    let places = finding(review, code).places.iter();
    places
        .map(|place| match place {
            Place::Text { line, column, .. } => (line.unwrap(), column.unwrap()),
            other => panic!("{other:?}"),
        })
        .collect()
}

pub(crate) fn variable<'a>(review: &'a Review, name: &str) -> &'a Variable {
    review
        .variables
        .iter()
        .find(|variable| variable.name == name)
        .unwrap()
}
