//! What pages show beside a document: what the registry knows of handlers and codes, and pictures of variables.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::stats::Accumulator;
use crate::{CORE_CODES, CodeInfo, Limits, Registry, VERSION, Variable};

/// The registry, as JSON.
#[derive(Serialize)]
struct Description {
    version: &'static str,
    /// By id.
    handlers: BTreeMap<&'static str, Handler>,
    /// The codes that any review may have, by name.
    codes: BTreeMap<&'static str, Code>,
}

#[derive(Serialize)]
struct Handler {
    title: &'static str,
    limits: Limits,
    /// Its own codes, by name: two handlers may explain one code differently.
    codes: BTreeMap<&'static str, Code>,
}

#[derive(Serialize)]
struct Code {
    severity: &'static str,
    title: &'static str,
    meaning: &'static str,
    remedy: &'static str,
    clause: &'static str,
}

impl From<&'static CodeInfo> for Code {
    fn from(info: &'static CodeInfo) -> Self {
        Code {
            severity: info.severity.as_str(),
            title: info.title,
            meaning: info.meaning,
            remedy: info.remedy,
            clause: info.clause,
        }
    }
}

/// The version of the program, the handlers with their limits, and the meaning and remedy of every finding code, as JSON.
pub fn describe(registry: &Registry) -> String {
    let by_name = |infos: &mut dyn Iterator<Item = &'static CodeInfo>| {
        infos.map(|info| (info.code, Code::from(info))).collect()
    };
    let description = Description {
        version: VERSION,
        handlers: registry
            .cards()
            .map(|card| {
                let handler = Handler {
                    title: card.title,
                    limits: card.limits,
                    codes: by_name(&mut card.all_codes()),
                };
                (card.id, handler)
            })
            .collect(),
        codes: by_name(&mut CORE_CODES.iter()),
    };
    serde_json::to_string(&description).expect("plain data is JSON")
}

/// Counts of the values of a variable in bins of equal width. Of a variable whose flags are understood they are the values with
/// good flags.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Picture {
    /// Least value, where the first bin begins.
    pub low: f64,
    /// Greatest value, where the last bin ends.
    pub high: f64,
    /// Values in each bin.
    pub counts: Vec<u64>,
}

impl Picture {
    /// Number of bins.
    pub const BINS: usize = 40;

    /// The picture of a variable whose statistics are `state`; `None` for one without numbers, and for one without flags in which
    /// some numbers stand for a missing value.
    pub fn of(variable: &Variable, state: &Accumulator) -> Option<Self> {
        let histogram = state.histogram(Self::BINS, good_flags(variable)?)?;
        Some(Picture {
            low: histogram.low,
            high: histogram.high,
            counts: histogram.counts,
        })
    }
}

/// The flags whose values stand for a variable: those that are good, or none if it has no flags, or flags that are not understood.
/// `None` if the values cannot be told from those that are not good.
pub fn good_flags(variable: &Variable) -> Option<&[String]> {
    let good = variable.good.as_ref();
    if variable.min.is_none() || good.is_some_and(|good| !good.left_out.is_empty()) {
        return None;
    }
    let flags = good.map_or(&[][..], |good| &good.flags);
    let is_none_good = variable.flags.is_some() && good.is_some() && flags.is_empty();
    (!is_none_good).then_some(flags)
}
