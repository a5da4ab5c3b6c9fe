//! Tables that particular programs and data centres write, by name.
//!
//! A dialect is a declaration in a file of its own: by which words it is recognised, and what the general rules cannot know. To
//! add one, write its file with a test, and add it to [`ALL`].

mod amundsen;
mod argo_index;
mod bcodmo;
mod campbell;
mod castaway;
mod codar;
mod eccc;
mod erddap;
mod hobo;
mod minidot;
mod mk21;
mod nccsv;
mod ndbc;
mod pangaea;
mod ruskin;
mod seabird;
mod star_oddi;

use text_table::Layout;

use crate::profile::Profiles;

/// The dialects, the more particular ones first.
const ALL: &[&Named] = &[
    &campbell::TOA5,
    &hobo::HOBO,
    &minidot::MINIDOT,
    &minidot::MINIDOT_DAY,
    &castaway::CASTAWAY,
    &codar::LLUV,
    &ruskin::RUSKIN,
    &star_oddi::STAR_ODDI,
    &ndbc::STANDARD_METEOROLOGY,
    &argo_index::ARGO_INDEX,
    &amundsen::AMUNDSEN,
    &mk21::MK21,
    &eccc::ECCC,
    &pangaea::PANGAEA,
    &seabird::SAVED_AS_CSV,
    &nccsv::NCCSV,
    &erddap::CSV,
    &erddap::CSVP,
    &bcodmo::BCO_DMO,
];

/// A table of a particular origin.
#[derive(Debug)]
pub(crate) struct Named {
    /// As it is shown: "Campbell Scientific TOA5".
    pub(crate) name: &'static str,
    /// Texts that lines above the table contain, in any case, at least one of them; empty: lines above do not matter.
    pub(crate) above: &'static [&'static str],
    /// Texts that names of columns begin with, in any case, all of them.
    pub(crate) names: &'static [&'static str],
    /// Texts that units are, at least one of them; empty: units do not matter.
    pub(crate) units: &'static [&'static str],
    /// Where the rows are; `None`: where the general rules find them.
    pub(crate) lines: Option<Lines>,
    /// Minutes that its times are ahead of UTC, where neither name nor cell says so.
    pub(crate) zone: Option<i64>,
}

/// Lines of a table that are always the same.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lines {
    pub(crate) header: u64,
    pub(crate) units: Option<u64>,
    pub(crate) first_record: u64,
}

impl Named {
    /// A declaration to start from: recognised by nothing, changing nothing.
    pub(crate) const NONE: Named = Named {
        name: "",
        above: &[],
        names: &[],
        units: &[],
        lines: None,
        zone: None,
    };

    fn fits(&self, words: &Words) -> bool {
        let is_above = |text: &&str| words.above.iter().any(|line| line.contains(*text));
        (self.above.is_empty() || self.above.iter().any(is_above))
            && self
                .names
                .iter()
                .all(|start| words.names.iter().any(|name| name.starts_with(start)))
            && (self.units.is_empty() || words.units.iter().any(|unit| self.units.contains(&unit.as_str())))
    }

    /// Puts header, units and rows where the dialect has them.
    pub(crate) fn adjust(&self, layout: &mut Layout) {
        if let Some(lines) = self.lines {
            layout.header = vec![lines.header];
            layout.header_is_comment = false;
            layout.units = lines.units.into_iter().collect();
            layout.first_line = lines.header;
            layout.first_record = lines.first_record;
            layout.lines_above = lines.header - 1;
            layout.names = layout.width;
        }
    }
}

/// What dialects are recognised by, in lower case.
struct Words {
    above: Vec<String>,
    names: Vec<String>,
    units: Vec<String>,
}

/// The dialect of a table, if it is a known one.
pub(crate) fn recognise(profiles: &Profiles) -> Option<&'static Named> {
    let cells = |rows: &[Vec<Vec<u8>>]| {
        let lower = |cell: &Vec<u8>| String::from_utf8_lossy(cell).to_lowercase();
        rows.iter().flatten().map(lower).collect()
    };
    let words = Words {
        above: profiles
            .above
            .iter()
            .map(|(_, line)| line.to_lowercase())
            .collect(),
        names: cells(&profiles.header),
        units: cells(&profiles.units),
    };
    ALL.iter().copied().find(|named| named.fits(&words))
}

/// For the tests of the dialects.
#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use data_review_core::{BytesInput, FileHandler, Review, ReviewBuilder};

    /// Reviews a table of a dialect.
    pub(crate) fn review(text: &str) -> Review {
        let mut builder = ReviewBuilder::new(crate::Csv.card(), "table.csv");
        let input = Arc::new(BytesInput(text.as_bytes().to_vec()));
        crate::Csv.review(input, &mut builder).unwrap();
        builder.finish(true)
    }

    /// Kind, rows, first time and last time.
    pub(crate) fn figures(review: &Review) -> (&str, u64, String) {
        let time = review.coverage.time.as_ref().map_or_else(
            || "no time".to_owned(),
            |time| format!("{} {}", time.first, time.last),
        );
        (
            review.kind.as_deref().unwrap(),
            review.observations.unwrap(),
            time,
        )
    }

    /// The unit of a variable.
    pub(crate) fn unit<'r>(review: &'r Review, name: &str) -> &'r str {
        let variable = review.variables.iter().find(|variable| variable.name == name);
        variable
            .unwrap_or_else(|| panic!("no {name}"))
            .unit
            .as_deref()
            .unwrap_or("-")
    }
}
