//! From verdicts to one answer: identified, ambiguous, or unknown.

use std::panic::{AssertUnwindSafe, catch_unwind};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Class, CodeInfo, Confidence, Evidence, Failure, Finding, Probe, Registry, Severity, Stage, Verdict,
};

/// Codes that are found outside any handler.
pub const CORE_CODES: &[CodeInfo] = &[NAME_CONTRADICTS_CONTENT];

const NAME_CONTRADICTS_CONTENT: CodeInfo = CodeInfo::new(
    "name-contradicts-content",
    Severity::Warning,
    "The file's name is that of another format than its content",
)
.meaning("The file was identified by its content. Programs that go by its name will open it with the wrong reader.")
.remedy("Check whether it is the file that was meant; if so, rename it after its content.")
.clause("Data Review, identification by content");

/// A handler that did not say no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// The handler.
    pub id: String,
    /// How sure it was.
    pub verdict: Confidence,
    /// Why.
    pub because: String,
}

/// What a file is, made once by whoever holds the whole registry; it travels with the file from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identified {
    /// The handler that reviews it.
    pub winner: Candidate,
    /// The others that did not say no, surest first.
    pub runners_up: Vec<Candidate>,
    /// Set when the file's name promises something else.
    pub contradiction: Option<Finding>,
}

/// What the registry says of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Identification {
    /// One handler recognises it best.
    Identified(Identified),
    /// Several handlers recognise it equally well, and none refines the others.
    Ambiguous {
        /// These and the others that did not say no, surest first.
        candidates: Vec<Candidate>,
        /// Names the handlers, in one sentence.
        message: String,
    },
    /// No handler recognises it.
    Unknown {
        /// What its content looks like.
        evidence: Evidence,
    },
}

impl Identification {
    /// Why the file has no handler; none where it has one.
    pub fn failure(&self) -> Option<Failure> {
        let failure = |class, message| Failure::new(Stage::Identify, class, message);
        match self {
            Identification::Identified(_) => None,
            Identification::Ambiguous { message, .. } => Some(failure(Class::Ambiguous, message.clone())),
            Identification::Unknown { evidence } => {
                let message = format!("no handler recognises it: {evidence}");
                Some(failure(Class::Unidentified, message).with_evidence(evidence.clone()))
            }
        }
    }
}

impl Registry {
    /// Shows the probe to every handler and picks the one that reviews the file.
    ///
    /// A handler whose sniff panics counts as a no: one faulty handler must not hide the others. Content that stands in
    /// the place of data (a pointer, an error page) goes to no handler that is less than certain.
    pub fn identify(&self, probe: &mut Probe<'_>) -> Identification {
        let mut candidates = Vec::new();
        for handler in self.iter() {
            let verdict = catch_unwind(AssertUnwindSafe(|| handler.sniff(probe)))
                .unwrap_or_else(|_| Verdict::no("the handler's sniff panicked"));
            if verdict.confidence > Confidence::No {
                candidates.push(Candidate {
                    id: handler.card().id.to_owned(),
                    verdict: verdict.confidence,
                    because: verdict.because.into_owned(),
                });
            }
        }
        // Surest first; among equals the sort keeps the order of the ids.
        candidates.sort_by_key(|c| std::cmp::Reverse(c.verdict));
        let leaders: Vec<&Candidate> = candidates
            .iter()
            .filter(|c| !self.is_outdone(c, &candidates))
            .collect();
        let evidence = Evidence::of(probe.head(), probe.len());
        // A table of names and values is a good guess at an error page, too: only a signature speaks against what the
        // content says of itself.
        let Some(first) = leaders
            .first()
            .filter(|first| first.verdict == Confidence::Certain || !evidence.rules_out_tables())
        else {
            return Identification::Unknown { evidence };
        };
        let tied: Vec<&str> = leaders
            .iter()
            .filter(|c| c.verdict == first.verdict)
            .map(|c| c.id.as_str())
            .collect();
        if tied.len() > 1 {
            let message = format!(
                "{} are equally sure; let one refine the other in its card, or make a sniff stricter",
                tied.join(" and ")
            );
            return Identification::Ambiguous { candidates, message };
        }
        let winner = (*first).clone();
        candidates.retain(|c| c.id != winner.id);
        let contradiction = self.contradiction(probe.name(), &winner.id);
        Identification::Identified(Identified {
            winner,
            runners_up: candidates,
            contradiction,
        })
    }

    /// A specialist that is at least likely outdoes the generalists it refines, however sure those are.
    fn is_outdone(&self, candidate: &Candidate, all: &[Candidate]) -> bool {
        all.iter().any(|other| {
            other.verdict >= candidate.verdict.min(Confidence::Likely)
                && self.refined_by(&other.id).contains(candidate.id.as_str())
        })
    }

    fn contradiction(&self, name: &str, winner: &str) -> Option<Finding> {
        let name_lower = name.to_ascii_lowercase();
        let longest = |extensions: &[&str]| {
            extensions
                .iter()
                .filter(|e| name_lower.ends_with(&e.to_ascii_lowercase()))
                .map(|e| e.len())
                .max()
        };
        let dot = name.rfind('.').filter(|at| *at > 0)?;
        let own = longest(self.get(winner)?.card().extensions);
        let others: Vec<&str> = self
            .cards()
            .filter(|card| card.id != winner && longest(card.extensions) > own)
            .map(|card| card.id)
            .collect();
        if own.is_some() && others.is_empty() {
            return None;
        }
        let promise = if others.is_empty() {
            format!(
                "`{}` is no usual ending for {winner}",
                crate::printable(&name.as_bytes()[dot..], 40)
            )
        } else {
            format!(
                "the name looks like {}, the content is {winner}",
                others.join(" or ")
            )
        };
        let mut finding = Finding::new(&NAME_CONTRADICTS_CONTENT, None, promise);
        if others.is_empty() {
            finding.severity = Severity::Info;
        }
        Some(finding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::tests::{card, says};
    use crate::{BytesInput, Card, Registration};

    type Handler = (Card, fn() -> Verdict);

    fn identify(handlers: &[Handler], name: &str) -> Identification {
        let registrations: Vec<Registration> = handlers
            .iter()
            .map(|(card, verdict)| Registration::new(says(card.clone(), *verdict), "t.rs", 1))
            .collect();
        let input = BytesInput(b"\x89bytes".to_vec());
        Registry::of(&registrations)
            .unwrap()
            .identify(&mut Probe::new(name, &input).unwrap())
    }

    fn winner(identification: Identification) -> Identified {
        match identification {
            Identification::Identified(identified) => identified,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_surest_wins_and_the_others_are_named() {
        let found = winner(identify(
            &[
                (card("aa", &[]), || Verdict::likely("shape")),
                (card("bb", &[]), || Verdict::certain("magic")),
            ],
            "x",
        ));
        assert_eq!(
            (found.winner.id.as_str(), found.winner.because.as_str()),
            ("bb", "magic")
        );
        assert_eq!(found.runners_up[0].id, "aa");
        assert_eq!(
            found.contradiction, None,
            "a name without an ending promises nothing"
        );
    }

    #[test]
    fn a_likely_specialist_outdoes_a_certain_generalist() {
        let found = winner(identify(
            &[
                (card("general", &[]), || Verdict::certain("")),
                (card("special", &["general"]), || Verdict::likely("")),
            ],
            "x",
        ));
        assert_eq!(found.winner.id, "special");
        let found = winner(identify(
            &[
                (card("general", &[]), || Verdict::certain("")),
                (card("special", &["general"]), || Verdict::maybe("")),
            ],
            "x",
        ));
        assert_eq!(found.winner.id, "general");
    }

    #[test]
    fn refinement_reaches_through_a_chain() {
        let found = winner(identify(
            &[
                (card("aa", &[]), || Verdict::certain("")),
                (card("bb", &["aa"]), || Verdict::no("")),
                (card("cc", &["bb"]), || Verdict::certain("")),
            ],
            "x",
        ));
        assert_eq!(found.winner.id, "cc");
    }

    #[test]
    fn a_tie_names_both() {
        let tie = identify(
            &[
                (card("aa", &[]), || Verdict::certain("")),
                (card("bb", &[]), || Verdict::certain("")),
            ],
            "x",
        );
        let Identification::Ambiguous { message, candidates } = tie else {
            panic!("{tie:?}")
        };
        assert!(message.contains("aa and bb"), "{message}");
        assert_eq!(candidates.len(), 2);
    }

    #[test]
    fn an_unknown_file_is_described() {
        let unknown = identify(
            &[
                (card("aa", &[]), || Verdict::no("")),
                (card("bb", &[]), || panic!("bad sniff")),
            ],
            "x",
        );
        let failure = unknown.failure().unwrap();
        assert_eq!(
            (failure.stage, failure.class, failure.message.as_str()),
            (
                Stage::Identify,
                Class::Unidentified,
                "no handler recognises it: binary data (6 bytes, beginning with `\\x89bytes`)"
            )
        );
        assert_eq!(failure.evidence.unwrap().first_bytes, b"\x89bytes");
    }

    #[test]
    fn what_stands_in_the_place_of_data_goes_to_no_handler_that_guesses() {
        let page = BytesInput(b"<!DOCTYPE html>\n<html>, 404, not found".to_vec());
        let cases: [(fn() -> Verdict, bool); 2] = [
            (|| Verdict::likely("two columns"), false),
            (|| Verdict::certain("magic"), true),
        ];
        for (verdict, is_known) in cases {
            let registration = Registration::new(says(card("aa", &[]), verdict), "t.rs", 1);
            let registry = Registry::of([&registration]).unwrap();
            let identification = registry.identify(&mut Probe::new("data.csv", &page).unwrap());
            assert_eq!(matches!(identification, Identification::Identified(_)), is_known);
        }
    }

    #[test]
    fn a_name_that_contradicts_the_bytes_is_found() {
        let cards = || {
            let mut bottle = card("bottle", &[]);
            bottle.extensions = &["_hy1.csv", ".csv"];
            let mut ctd = card("ctd", &[]);
            ctd.extensions = &["_ct1.csv", ".csv"];
            [
                (bottle, (|| Verdict::certain("")) as fn() -> Verdict),
                (ctd, || Verdict::no("")),
            ]
        };
        let found = |name| winner(identify(&cards(), name)).contradiction;
        for fitting in ["x_hy1.csv", "x.csv", "X.CSV", "x", ".hidden"] {
            assert_eq!(found(fitting), None, "{fitting}");
        }
        assert_eq!(found("x_ct1.csv").unwrap().severity, Severity::Warning);
        assert!(found("x_ct1.csv").unwrap().message.contains("ctd"));
        assert_eq!(found("x.nc").unwrap().severity, Severity::Info);
    }
}
