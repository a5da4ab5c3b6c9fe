//! From verdicts to one answer: identified, ambiguous, or unknown.

use std::panic::{AssertUnwindSafe, catch_unwind};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Class, CodeInfo, Confidence, Failure, Finding, Place, Probe, Registry, Severity, Verdict};

/// Codes that are found outside any handler.
pub const CORE_CODES: &[CodeInfo] = &[CodeInfo {
    code: "name-contradicts-content",
    severity: Severity::Warning,
    title: "The name promises another format than the bytes hold",
    meaning: "The file was identified by its content; whoever trusts its name will open it with the wrong reader.",
    remedy: "Rename the file after its content, or find out whether it is the file that was meant.",
    clause: "Data Review, identification by content",
}];

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

/// The three answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Identification {
    /// One handler knows it best.
    Identified(Identified),
    /// Several are equally sure, and none refines the others.
    Ambiguous {
        /// They, and the rest, surest first.
        candidates: Vec<Candidate>,
        /// In words, with the mend.
        message: String,
    },
    /// No handler knows it.
    Unknown {
        /// What was seen and what is known.
        message: String,
    },
}

impl Registry {
    /// Shows the probe to every handler.
    ///
    /// A handler whose sniff panics has said no, with the panic as its reason: one bad sniff must not hide the others.
    pub fn identify(&self, probe: &mut Probe<'_>) -> Identification {
        let mut candidates = Vec::new();
        for handler in self.iter() {
            let verdict = catch_unwind(AssertUnwindSafe(|| handler.sniff(probe)))
                .unwrap_or_else(|_| Verdict::no("its sniff panicked: a defect of the handler"));
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
        let Some(first) = leaders.first() else {
            return Identification::Unknown {
                message: self.unknown(probe),
            };
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
        Some(Finding {
            code: CORE_CODES[0].code.to_owned(),
            severity: if others.is_empty() {
                Severity::Info
            } else {
                CORE_CODES[0].severity
            },
            subject: None,
            message: promise,
            count: 1,
            places: Vec::<Place>::new(),
        })
    }

    fn unknown(&self, probe: &Probe<'_>) -> String {
        let known: Vec<&str> = self.ids().collect();
        if probe.is_empty() {
            return format!("0 bytes; known are {}", known.join(", "));
        }
        let first = &probe.head()[..probe.head().len().min(32)];
        format!(
            "{} bytes{FIRST}{}{KNOWN}{}",
            probe.len(),
            first.escape_ascii(),
            known.join(", ")
        )
    }
}

/// What stands before and behind the first bytes in the message of a file that no handler knows.
const FIRST: &str = ", the first are `";
const KNOWN: &str = "`; known are ";

impl Failure {
    /// The first bytes, at most 32, of a file that no handler knows, as the message has them; none of any other failure.
    pub fn first_bytes(&self) -> Option<Vec<u8>> {
        if self.class != Class::Unidentified {
            return None;
        }
        match self.message.split_once(FIRST) {
            Some((_, rest)) => unescape(rest.rsplit_once(KNOWN)?.0),
            None => Some(Vec::new()),
        }
    }
}

/// Undoes [`u8::escape_ascii`].
fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'\\' => match rest.next()? {
                b't' => b'\t',
                b'n' => b'\n',
                b'r' => b'\r',
                b'x' => {
                    let digits = [rest.next()?, rest.next()?];
                    u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
                }
                other => other,
            },
            other => other,
        });
    }
    Some(bytes)
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
    fn unknown_says_what_was_seen_and_what_is_known() {
        let unknown = identify(
            &[
                (card("aa", &[]), || Verdict::no("")),
                (card("bb", &[]), || panic!("bad sniff")),
            ],
            "x",
        );
        let Identification::Unknown { message } = unknown else {
            panic!("{unknown:?}")
        };
        assert!(
            message.contains("\\x89bytes") && message.contains("aa, bb"),
            "{message}"
        );
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

    #[test]
    fn the_message_of_an_unknown_file_holds_its_first_bytes() {
        let registry = Registry::of(&[]).unwrap();
        let all: Vec<u8> = (0..=255).collect();
        for bytes in all.chunks(32).chain([&b"`; known are `"[..], b"\\x41'\"", b""]) {
            let input = BytesInput(bytes.to_vec());
            let identification = registry.identify(&mut Probe::new("x", &input).unwrap());
            let Identification::Unknown { message } = identification else {
                panic!("{identification:?}");
            };
            let failure = |class| Failure {
                stage: crate::Stage::Identify,
                class,
                message: message.clone(),
                place: None,
            };
            assert_eq!(
                failure(Class::Unidentified).first_bytes().as_deref(),
                Some(bytes),
                "{message}"
            );
            assert_eq!(failure(Class::Corrupt).first_bytes(), None);
        }
    }
}
