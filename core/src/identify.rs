//! From the verdicts of all handlers to one identification: identified, ambiguous or unknown.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Class, CodeInfo, Confidence, Evidence, Failure, FileHandler, Finding, Probe, Registry, Severity, Stage,
    Verdict, content,
};

/// Finding codes that the identification reports, independently of any handler.
pub const CORE_CODES: &[CodeInfo] = &[NAME_CONTRADICTS_CONTENT];

const NAME_CONTRADICTS_CONTENT: CodeInfo = CodeInfo::new(
    "name-contradicts-content",
    Severity::Warning,
    "The file's name is that of another format than its content",
)
.meaning("The file was identified by its content. Programs that go by its name will open it with the wrong reader.")
.remedy("Check whether it is the file that was meant; if so, rename it after its content.")
.clause("Data Review, identification by content");

/// A handler whose verdict on the file was not "no".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// Id of the handler, as on its card.
    pub id: String,
    /// How sure the handler was.
    pub verdict: Confidence,
    /// The reason for the verdict, in words.
    pub because: String,
}

/// The handler of a file, with its runners-up. A program that links the whole registry makes it once, and it
/// accompanies the file from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identified {
    /// The handler that reviews it.
    pub winner: Candidate,
    /// The other handlers that recognised the file, the most confident first.
    pub runners_up: Vec<Candidate>,
    /// A finding, if the file name suggests another format than the content.
    pub contradiction: Option<Finding>,
}

/// The answer of the registry to the question which handler reviews a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Identification {
    /// One handler recognises the file best.
    Identified(Identified),
    /// Several handlers recognise the file equally well, and none refines the others.
    Ambiguous {
        /// These handlers and the others that recognised the file, the most confident first.
        candidates: Vec<Candidate>,
        /// One sentence that names the handlers.
        message: String,
    },
    /// No handler recognises it.
    Unknown {
        /// What the content looks like.
        evidence: Evidence,
    },
}

impl Identification {
    /// The failure of a file without a handler (class ambiguous or unidentified); `None` if it has one.
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

thread_local! {
    static SNIFFING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is in a handler's `sniff`. A panic there is an answer ([`Registry::identify`]), so a program's panic
/// hook need not print it.
pub fn is_sniffing() -> bool {
    SNIFFING.get()
}

/// The verdict of a handler; a panic counts as a no.
fn sniff(handler: &dyn FileHandler, probe: &mut Probe<'_>) -> Verdict {
    SNIFFING.set(true);
    let verdict = catch_unwind(AssertUnwindSafe(|| handler.sniff(probe)));
    SNIFFING.set(false);
    verdict.unwrap_or_else(|_| Verdict::no("the handler's sniff panicked"))
}

impl Registry {
    /// Shows the probe to every handler and decides which one reviews the file.
    ///
    /// A handler whose `sniff` panics counts as a no, so that one faulty handler does not hide the others. Content in
    /// the place of data (a pointer, an error page) is given only to a handler that is certain.
    pub fn identify(&self, probe: &mut Probe<'_>) -> Identification {
        let mut candidates = Vec::new();
        for handler in self.iter() {
            let verdict = sniff(handler, probe);
            if verdict.confidence > Confidence::No {
                candidates.push(Candidate {
                    id: handler.card().id.to_owned(),
                    verdict: verdict.confidence,
                    because: verdict.because.into_owned(),
                });
            }
        }
        // The most confident first; the sort is stable, so equals stay in the order of their ids.
        candidates.sort_by_key(|c| std::cmp::Reverse(c.verdict));
        let leaders: Vec<&Candidate> = candidates
            .iter()
            .filter(|c| !self.is_beaten(c, &candidates))
            .collect();
        // An error page, too, may look like a table of names and values: only a signature outweighs what the content
        // shows.
        let Some(first) = leaders.first().filter(|first| {
            first.verdict == Confidence::Certain || !content::rules_out_tables(probe.head(), probe.len())
        }) else {
            return Identification::Unknown {
                evidence: Evidence::of(probe.head(), probe.len()),
            };
        };
        let tied: Vec<&str> = leaders
            .iter()
            .filter(|c| c.verdict == first.verdict)
            .map(|c| c.id.as_str())
            .collect();
        if tied.len() > 1 {
            let message = format!(
                "{} are equally sure: let one refine the other on its card, or make one of them recognise less",
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

    /// Whether a handler loses to another one that refines it and is at least likely, however sure the first is.
    fn is_beaten(&self, candidate: &Candidate, all: &[Candidate]) -> bool {
        all.iter().any(|other| {
            other.verdict >= candidate.verdict.min(Confidence::Likely)
                && self.refined_by(&other.id).contains(candidate.id.as_str())
        })
    }

    fn contradiction(&self, name: &str, winner: &str) -> Option<Finding> {
        let ends_with = |extension: &&&str| {
            let end = name
                .len()
                .checked_sub(extension.len())
                .map(|at| &name.as_bytes()[at..]);
            end.is_some_and(|end| end.eq_ignore_ascii_case(extension.as_bytes()))
        };
        let longest = |extensions: &[&str]| extensions.iter().filter(ends_with).map(|e| e.len()).max();
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
                "{winner} files do not usually end in `{}`",
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
    use crate::registry::tests::{card, fixed};
    use crate::{BytesInput, Card, Registration};

    type Handler = (Card, fn() -> Verdict);

    fn identify(handlers: &[Handler], name: &str) -> Identification {
        let registrations: Vec<Registration> = handlers
            .iter()
            .map(|(card, verdict)| Registration::new(fixed(card.clone(), *verdict), "t.rs", 1))
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
    fn a_sniff_is_known_as_one_while_it_runs() {
        let found = winner(identify(
            &[(card("aa", &[]), || match is_sniffing() {
                true => Verdict::certain("asked within"),
                false => Verdict::no(""),
            })],
            "x",
        ));
        assert_eq!(found.winner.because, "asked within");
        assert!(!is_sniffing());
    }

    #[test]
    fn the_most_confident_wins_and_the_others_are_named() {
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
            "a name without an ending contradicts nothing"
        );
    }

    #[test]
    fn a_likely_specialist_beats_a_certain_generalist() {
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
    fn a_pointer_or_error_page_needs_a_certain_handler() {
        let page = BytesInput(b"<!DOCTYPE html>\n<html>, 404, not found".to_vec());
        let cases: [(fn() -> Verdict, bool); 2] = [
            (|| Verdict::likely("two columns"), false),
            (|| Verdict::certain("magic"), true),
        ];
        for (verdict, is_known) in cases {
            let registration = Registration::new(fixed(card("aa", &[]), verdict), "t.rs", 1);
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
