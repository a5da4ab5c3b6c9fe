//! Gathers all that the report shows, in one pass and in bounded memory: totals, map, groups, and the list of files in parts.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::ops::ControlFlow;

use data_review_core::{Document, GroupKind, Outcome, Registry, Severity};
use data_review_store_sqlite::{FileReview, SqliteStore};
use serde::Serialize;

use super::census::{Census, Unknown};
use super::details;
use super::findings::{CodeTotal, Codes, FailureTotal, Failures};
use super::parameters::{ParameterTotal, Parameters};
use crate::commands::unhandled::{Kind, Kinds};
use crate::config::Rules;
use crate::error::CliError;

/// Files in one part of the list.
pub(crate) const LINES: usize = 1000;
/// Documents in one part.
pub(crate) const DOCUMENTS: usize = 100;
/// The most cruises and platforms that are listed.
const GROUPS: usize = 2000;
/// Degrees of a cell of the map.
const CELL: f64 = 2.0;
/// Edges of the bins of depth, in metres or decibars.
pub(crate) const DEPTHS: [f64; 11] = [
    10.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 3000.0, 4000.0, 5000.0, 6000.0,
];
/// Boxes that are wider or higher than this, in degrees, have no place on the map.
const WIDE: f64 = 60.0;

/// Numbers of files by state: clean, warning, error, failed, unidentified.
pub(crate) type ByState = [u64; 5];

/// Takes what is written while the store is read.
pub(crate) trait Sink {
    /// The next part of the list of files: JSON arrays, one a file.
    fn lines(&mut self, part: usize, lines: &[String]) -> io::Result<()>;
    /// How much of the next documents there is space for.
    fn space(&self) -> Space {
        Space::Everything
    }
    /// The next part of the documents: JSON objects, or `null` for those without space.
    fn documents(&mut self, part: usize, documents: &[String]) -> io::Result<()>;
}

/// What of a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    /// All that the page shows.
    Everything,
    /// Everything but the previews of profiles.
    Pictures,
    /// Neither previews nor the pictures of variables.
    Figures,
    /// Nothing.
    Nothing,
}

/// The archive as a whole.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Overview {
    pub(crate) files: u64,
    bytes: u64,
    observations: u64,
    profiles: u64,
    states: ByState,
    /// Latest time at which an outcome was recorded.
    pub(crate) at: String,
    roots: Vec<String>,
    /// Ids of handlers, in the order in which lines number them, with their files by state.
    handlers: Vec<(String, ByState)>,
    /// Kinds of files, in the order in which lines number them.
    kinds: Vec<String>,
    /// Finding codes, in the order in which lines number them.
    codes: Vec<CodeTotal>,
    groups: Vec<Group>,
    /// Groups that are not listed because there are too many.
    more_groups: u64,
    /// Files by year of their first observation.
    years: BTreeMap<i64, ByState>,
    /// Files by month of their first observation.
    months: [u64; 12],
    /// Files by greatest depth.
    depths: [u64; DEPTHS.len() + 1],
    /// Files by cell of the map: longitude and latitude of its middle.
    cells: Vec<(f64, f64, ByState)>,
    /// Files whose box is too wide for a place on the map, and files without a position.
    wide: u64,
    nowhere: u64,
    failures: Vec<FailureTotal>,
    unidentified: Vec<Kind>,
    unknown: Vec<Unknown>,
    more_unknown: u64,
    parameters: Vec<ParameterTotal>,
    /// Findings that the configuration suppresses.
    suppressed: u64,
    /// Files whose pictures, or whose whole details, are left out for want of space.
    without_pictures: u64,
    /// Files whose previews are left out.
    without_profiles: u64,
    without_details: u64,
    /// Number of parts of the list and of the documents.
    line_parts: usize,
    document_parts: usize,
    lines_per_part: usize,
    documents_per_part: usize,
    depth_edges: [f64; DEPTHS.len()],
}

impl Overview {
    /// The name of the root, if there is one, without the folders above it.
    pub(crate) fn title(&self) -> String {
        match &self.roots[..] {
            [root] => root
                .trim_end_matches('/')
                .rsplit('/')
                .next()
                .unwrap_or(root)
                .to_owned(),
            _ => "Archive".to_owned(),
        }
    }
}

/// A cruise or a platform.
#[derive(Debug, Serialize)]
struct Group {
    kind: &'static str,
    name: String,
    states: ByState,
    profiles: u64,
    observations: u64,
    first: Option<String>,
    last: Option<String>,
    deepest: Option<f64>,
    handlers: Vec<usize>,
}

/// Numbers of names, in the order in which they were first seen.
#[derive(Debug, Default)]
struct Numbers(HashMap<String, usize>);

impl Numbers {
    fn of(&mut self, name: &str) -> usize {
        if let Some(number) = self.0.get(name) {
            return *number;
        }
        let number = self.0.len();
        self.0.insert(name.to_owned(), number);
        number
    }

    fn in_order(&self) -> Vec<String> {
        let mut names: Vec<(&String, usize)> = self.0.iter().map(|(name, number)| (name, *number)).collect();
        names.sort_by_key(|(_, number)| *number);
        names.into_iter().map(|(name, _)| name.clone()).collect()
    }
}

/// The state of a document: what the page colours it by.
fn state(document: &Document) -> usize {
    match document.outcome {
        Outcome::Failed => 3,
        Outcome::Unidentified => 4,
        _ => match document.findings.iter().map(|finding| finding.severity).min() {
            Some(Severity::Error) => 2,
            Some(Severity::Warning) => 1,
            _ => 0,
        },
    }
}

/// The number of a month and a year in the text of an instant.
fn month(instant: &str) -> Option<(i64, usize)> {
    let (sign, text) = match instant.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, instant.strip_prefix('+').unwrap_or(instant)),
    };
    let mut parts = text.split('-');
    let year: i64 = parts.next()?.parse().ok()?;
    let month: usize = parts.next()?.parse().ok()?;
    (1..=12).contains(&month).then_some((sign * year, month))
}

struct Gatherer<'a> {
    overview: Overview,
    roots: Numbers,
    handlers: Numbers,
    kinds: Numbers,
    groups: HashMap<(&'static str, String), usize>,
    cells: BTreeMap<(i32, i32), ByState>,
    codes: Codes,
    failures: Failures,
    unidentified: Kinds,
    census: Census,
    parameters: Parameters,
    lines: Vec<String>,
    documents: Vec<String>,
    sink: &'a mut dyn Sink,
}

/// Reads the whole store once.
pub(crate) fn gather(
    store: &SqliteStore,
    registry: &Registry,
    rules: &Rules,
    sink: &mut dyn Sink,
) -> Result<Overview, CliError> {
    let mut gatherer = Gatherer {
        overview: Overview {
            lines_per_part: LINES,
            documents_per_part: DOCUMENTS,
            depth_edges: DEPTHS,
            ..Overview::default()
        },
        roots: Numbers::default(),
        handlers: Numbers::default(),
        kinds: Numbers::default(),
        groups: HashMap::new(),
        cells: BTreeMap::new(),
        codes: Codes::new(registry),
        failures: Failures::default(),
        unidentified: Kinds::default(),
        census: Census::default(),
        parameters: Parameters::default(),
        lines: Vec::new(),
        documents: Vec::new(),
        sink,
    };
    let mut result: Result<(), CliError> = Ok(());
    store.visit_reviews(&mut |review| {
        let parsed = serde_json::from_str::<Document>(review.document).map_err(|reason| CliError::Document {
            key: review.key.to_owned(),
            reason,
        });
        result = parsed.and_then(|mut document| {
            gatherer.overview.suppressed += rules.apply(&mut document);
            if *review.at > *gatherer.overview.at {
                gatherer.overview.at = review.at.to_owned();
            }
            Ok(gatherer.add(&review, &document)?)
        });
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    result?;
    Ok(gatherer.finish()?)
}

impl Gatherer<'_> {
    fn add(&mut self, review: &FileReview<'_>, document: &Document) -> io::Result<()> {
        let (root, parts) = (review.root, &review.states[..]);
        let number = usize::try_from(self.overview.files).unwrap_or(usize::MAX);
        let state = state(document);
        let sum = |sum: &mut u64, more: Option<u64>| *sum = sum.saturating_add(more.unwrap_or_default());
        let overview = &mut self.overview;
        overview.files += 1;
        overview.states[state] += 1;
        sum(&mut overview.bytes, document.file.size);
        sum(&mut overview.observations, document.observations);
        sum(&mut overview.profiles, document.profiles);
        let handler = document
            .handler
            .as_ref()
            .map(|handler| self.handlers.of(&handler.id));
        if let Some(handler) = handler {
            while overview.handlers.len() <= handler {
                overview.handlers.push((String::new(), ByState::default()));
            }
            overview.handlers[handler].1[state] += 1;
        }
        let first = document.coverage.time.as_ref().map(|time| time.first.to_string());
        let last = document.coverage.time.as_ref().map(|time| time.last.to_string());
        if let Some((year, month)) = first.as_deref().and_then(month) {
            overview.years.entry(year).or_default()[state] += 1;
            overview.months[month - 1] += 1;
        }
        let depth = document.coverage.depth.as_ref().map(|depth| depth.max);
        if let Some(depth) = depth {
            overview.depths[DEPTHS.iter().filter(|edge| depth > **edge).count()] += 1;
        }
        let edges = document
            .coverage
            .boxes
            .as_ref()
            .and_then(|boxes| boxes.first().copied());
        match edges.map(middle) {
            None => overview.nowhere += 1,
            Some(None) => overview.wide += 1,
            Some(Some((longitude, latitude))) => {
                let cell = (
                    (longitude / CELL).floor() as i32,
                    (latitude / CELL).floor() as i32,
                );
                self.cells.entry(cell).or_default()[state] += 1;
            }
        }
        let kind = document.kind.as_deref().or_else(|| {
            let evidence = document.failure.as_ref()?.evidence.as_ref()?;
            Some(&*evidence.title)
        });
        let kind = kind.map(|kind| self.kinds.of(kind));
        let codes = self.codes.add(number, root, document);
        self.failures.add(number, document);
        if document.outcome == Outcome::Unidentified {
            self.unidentified.count(document);
        }
        let groups = self.add_to_groups(document, state, handler, first.as_deref(), last.as_deref());
        self.census.add(number, document);
        let names: [Vec<String>; 2] =
            GroupKind::ALL.map(|kind| kind.names(&document.attributes).into_iter().collect());
        let month = first.as_deref().and_then(month).map(|(_, month)| month);
        let pictures = self.parameters.add(number, document, parts, &names, month);
        let rounded = edges.map(|edges| edges.map(|edge| (edge * 1000.0).round() / 1000.0));
        let line = (
            self.roots.of(root),
            &document.file.key,
            state,
            handler,
            kind,
            document.file.size,
            document.observations,
            document.profiles,
            first,
            last,
            rounded,
            depth,
            [Severity::Error, Severity::Warning, Severity::Info]
                .map(|severity| document.findings_of(severity)),
            codes,
            groups,
        );
        self.lines.push(serde_json::to_string(&line)?);
        self.documents.push(match self.sink.space() {
            Space::Everything => details::json(document, &pictures, review.preview.as_ref())?,
            Space::Pictures => {
                self.overview.without_profiles += u64::from(review.preview.is_some());
                details::json(document, &pictures, None)?
            }
            Space::Figures => {
                self.overview.without_profiles += u64::from(review.preview.is_some());
                self.overview.without_pictures += 1;
                details::json(document, &[], None)?
            }
            Space::Nothing => {
                self.overview.without_details += 1;
                "null".to_owned()
            }
        });
        if self.lines.len() == LINES {
            self.flush_lines()?;
        }
        if self.documents.len() == DOCUMENTS {
            self.flush_documents()?;
        }
        Ok(())
    }

    /// The numbers of the groups that the document belongs to.
    fn add_to_groups(
        &mut self,
        document: &Document,
        state: usize,
        handler: Option<usize>,
        first: Option<&str>,
        last: Option<&str>,
    ) -> Vec<usize> {
        let mut numbers = Vec::new();
        for kind in GroupKind::ALL {
            for name in kind.names(&document.attributes) {
                let known = self.groups.get(&(kind.as_str(), name.clone())).copied();
                let number = match known {
                    Some(number) => number,
                    None if self.overview.groups.len() >= GROUPS => {
                        self.overview.more_groups += 1;
                        continue;
                    }
                    None => {
                        let number = self.overview.groups.len();
                        self.groups.insert((kind.as_str(), name.clone()), number);
                        self.overview.groups.push(Group {
                            kind: kind.as_str(),
                            name,
                            states: ByState::default(),
                            profiles: 0,
                            observations: 0,
                            first: None,
                            last: None,
                            deepest: None,
                            handlers: Vec::new(),
                        });
                        number
                    }
                };
                let group = &mut self.overview.groups[number];
                group.states[state] += 1;
                group.profiles = group
                    .profiles
                    .saturating_add(document.profiles.unwrap_or_default());
                group.observations = group
                    .observations
                    .saturating_add(document.observations.unwrap_or_default());
                if let Some(first) = first
                    && group.first.as_deref().is_none_or(|known| first < known)
                {
                    group.first = Some(first.to_owned());
                }
                if let Some(last) = last
                    && group.last.as_deref().is_none_or(|known| last > known)
                {
                    group.last = Some(last.to_owned());
                }
                if let Some(depth) = &document.coverage.depth {
                    group.deepest = Some(group.deepest.map_or(depth.max, |known| known.max(depth.max)));
                }
                group
                    .handlers
                    .extend(handler.filter(|handler| !group.handlers.contains(handler)));
                numbers.push(number);
            }
        }
        numbers
    }

    fn flush_lines(&mut self) -> io::Result<()> {
        self.sink.lines(self.overview.line_parts, &self.lines)?;
        self.overview.line_parts += 1;
        self.lines.clear();
        Ok(())
    }

    fn flush_documents(&mut self) -> io::Result<()> {
        self.sink
            .documents(self.overview.document_parts, &self.documents)?;
        self.overview.document_parts += 1;
        self.documents.clear();
        Ok(())
    }

    fn finish(mut self) -> io::Result<Overview> {
        if !self.lines.is_empty() {
            self.flush_lines()?;
        }
        if !self.documents.is_empty() {
            self.flush_documents()?;
        }
        let mut overview = self.overview;
        overview.roots = self.roots.in_order();
        overview.kinds = self.kinds.in_order();
        for (place, id) in overview.handlers.iter_mut().zip(self.handlers.in_order()) {
            place.0 = id;
        }
        let middle = |cell: i32| (f64::from(cell) + 0.5) * CELL;
        overview.cells = self
            .cells
            .into_iter()
            .map(|((x, y), states)| (middle(x), middle(y), states))
            .collect();
        overview.codes = self.codes.finish();
        overview.failures = self.failures.finish();
        overview.unidentified = self.unidentified.finish();
        (overview.unknown, overview.more_unknown) = self.census.finish();
        overview.parameters = self.parameters.finish();
        Ok(overview)
    }
}

/// The middle of a box, across the antimeridian where it crosses it; `None` for one that is too wide to have a place.
fn middle([west, south, east, north]: [f64; 4]) -> Option<(f64, f64)> {
    let width = if east < west {
        east + 360.0 - west
    } else {
        east - west
    };
    if width > WIDE || north - south > WIDE {
        return None;
    }
    let longitude = west + width / 2.0;
    let longitude = if longitude > 180.0 {
        longitude - 360.0
    } else {
        longitude
    };
    Some((longitude, south / 2.0 + north / 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_has_its_middle_across_the_antimeridian() {
        assert_eq!(middle([170.0, -10.0, -170.0, 10.0]), Some((180.0, 0.0)));
        assert_eq!(middle([178.0, 0.0, -170.0, 0.0]), Some((-176.0, 0.0)));
        assert_eq!(middle([-180.0, -90.0, 180.0, 90.0]), None);
    }

    #[test]
    fn years_and_months_are_read_from_instants() {
        assert_eq!(month("1999-07-03T00:00:00Z"), Some((1999, 7)));
        assert_eq!(month("-000044-03-15"), Some((-44, 3)));
        assert_eq!(month("+012345-12-01"), Some((12345, 12)));
        assert_eq!(month("x"), None);
    }
}
