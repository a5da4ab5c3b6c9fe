//! What a page needs to know of the handlers and of their findings.

use std::collections::BTreeMap;

use data_review_core::{CORE_CODES, CodeInfo, Limits, Registry, VERSION};
use serde::Serialize;

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
