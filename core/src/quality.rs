//! Quality flags: the schemes that define them, and what a flag says about a value.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::FlagClass::{Bad, Good, Missing, NotAssessed, Questionable};
use crate::text::is_same_flag;

/// What a quality flag says about a value, independent of the scheme that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FlagClass {
    /// The value may be used: good, probably good, corrected or interpolated.
    Good,
    /// Nobody assessed the value, or the flag does not say whether it is good. A blank flag is of this class, too.
    #[serde(rename = "not assessed")]
    NotAssessed,
    /// The value is questionable or probably bad.
    Questionable,
    /// The value is bad and must not be used.
    Bad,
    /// The flag says that there is no value.
    Missing,
}

impl FlagClass {
    /// All classes.
    pub const ALL: [FlagClass; 5] = [Good, NotAssessed, Questionable, Bad, Missing];

    /// The class as documents write it: `good`, `not assessed`, `questionable`, `bad` or `missing`.
    pub fn as_str(self) -> &'static str {
        match self {
            FlagClass::Good => "good",
            FlagClass::NotAssessed => "not assessed",
            FlagClass::Questionable => "questionable",
            FlagClass::Bad => "bad",
            FlagClass::Missing => "missing",
        }
    }

    /// Whether a value with such a flag is left out of coverage and range checks: if it is questionable, bad or
    /// missing.
    pub fn is_left_out(self) -> bool {
        matches!(
            self,
            FlagClass::Questionable | FlagClass::Bad | FlagClass::Missing
        )
    }
}

/// The flags of one scheme, each with its class and its meaning.
///
/// The schemes that have a publisher are statics of this module; [`FlagScheme::of_meanings`] makes one from the attributes
/// of a CF flag variable. A clone of a static copies no table.
///
/// ```
/// use data_review_core::quality::{ARGO, FlagClass, FlagScheme};
///
/// assert_eq!(ARGO.class(b"1"), FlagClass::Good);
/// assert_eq!(ARGO.class(b" "), FlagClass::NotAssessed);
/// assert_eq!(ARGO.meaning(b"4"), Some("bad"));
/// assert_eq!(FlagScheme::named("SEADATANET").unwrap().name(), "SeaDataNet");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagScheme {
    name: &'static str,
    flags: Flags,
}

/// The flags of a published scheme, or of a scheme that a file declares.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Flags {
    Published(&'static [(&'static str, FlagClass, &'static str)]),
    Declared(Vec<(String, FlagClass, String)>),
}

/// Most flags that are kept of a scheme that a file declares.
const MOST_FLAGS: usize = 256;
/// Length of the longest flag and meaning that are kept of a scheme that a file declares, in bytes.
const LONGEST_MEANING: usize = 256;

const fn scheme(name: &'static str, flags: &'static [(&'static str, FlagClass, &'static str)]) -> FlagScheme {
    FlagScheme {
        name,
        flags: Flags::Published(flags),
    }
}

/// Flags of the bottle itself, as in `BTLNBR_FLAG_W` (WOCE Operations Manual, WHP Office Report 90-1, section 4.7).
pub static WOCE_BOTTLE: FlagScheme = scheme(
    "WHP bottle",
    &[
        ("1", NotAssessed, "bottle information unavailable"),
        ("2", Good, "no problems noted"),
        ("3", Questionable, "leaking"),
        ("4", Bad, "did not trip correctly"),
        ("5", Missing, "not reported"),
        ("6", Questionable, "Gerard and Niskin differ significantly"),
        ("7", Questionable, "unknown problem"),
        ("8", Bad, "pair did not trip correctly"),
        ("9", Missing, "samples not drawn"),
    ],
);

/// Flags of values measured in water samples, as in `SALNTY_FLAG_W` (WHP Office Report 90-1, section 4.7).
pub static WOCE_SAMPLE: FlagScheme = scheme(
    "WHP water sample",
    &[
        ("1", Missing, "sample drawn, analysis not received"),
        ("2", Good, "acceptable"),
        ("3", Questionable, "questionable"),
        ("4", Bad, "bad"),
        ("5", Missing, "not reported"),
        ("6", Good, "mean of replicates"),
        ("7", NotAssessed, "manual chromatographic peak measurement"),
        (
            "8",
            Questionable,
            "irregular digital chromatographic peak integration",
        ),
        ("9", Missing, "not sampled"),
    ],
);

/// Flags of values measured by a CTD, as in `CTDSAL_FLAG_W` (WHP Office Report 90-1, section 3.3).
pub static WOCE_CTD: FlagScheme = scheme(
    "WHP CTD",
    &[
        ("1", NotAssessed, "not calibrated"),
        ("2", Good, "acceptable"),
        ("3", Questionable, "questionable"),
        ("4", Bad, "bad"),
        ("5", Missing, "not reported"),
        ("6", Good, "interpolated over more than 2 dbar"),
        ("7", Good, "despiked"),
        ("9", Missing, "not sampled"),
    ],
);

/// Flags of the Integrated Global Ocean Services System, `_FLAG_I` in WHP Exchange files (IOC Manuals and Guides 3).
pub static IGOSS: FlagScheme = scheme(
    "IGOSS",
    &[
        ("0", NotAssessed, "no quality control"),
        ("1", Good, "good"),
        ("2", Good, "probably good"),
        ("3", Questionable, "probably bad"),
        ("4", Bad, "bad"),
        ("5", Good, "changed"),
        ("9", Missing, "missing"),
    ],
);

/// Flags of Argo (Argo user's manual, reference table 2; NVS vocabulary RR2).
pub static ARGO: FlagScheme = scheme(
    "Argo",
    &[
        ("0", NotAssessed, "no quality control"),
        ("1", Good, "good"),
        ("2", Good, "probably good"),
        ("3", Questionable, "probably bad, potentially correctable"),
        ("4", Bad, "bad"),
        ("5", Good, "changed"),
        ("8", Good, "estimated"),
        ("9", Missing, "missing"),
    ],
);

/// Flags of OceanSITES (data format reference manual 1.4, reference table 2).
pub static OCEANSITES: FlagScheme = scheme(
    "OceanSITES",
    &[
        ("0", NotAssessed, "unknown"),
        ("1", Good, "good"),
        ("2", Good, "probably good"),
        ("3", Questionable, "potentially correctable bad data"),
        ("4", Bad, "bad"),
        ("7", NotAssessed, "nominal"),
        ("8", Good, "interpolated"),
        ("9", Missing, "missing"),
    ],
);

/// Flags of the Copernicus Marine in situ centre (Copernicus in situ NetCDF format manual, table of quality codes).
pub static COPERNICUS: FlagScheme = scheme(
    "Copernicus in situ",
    &[
        ("0", NotAssessed, "no quality control"),
        ("1", Good, "good"),
        ("2", Good, "probably good"),
        ("3", Questionable, "potentially correctable bad data"),
        ("4", Bad, "bad"),
        ("5", Good, "changed"),
        ("6", NotAssessed, "below detection"),
        ("7", NotAssessed, "nominal"),
        ("8", Good, "interpolated"),
        ("9", Missing, "missing"),
    ],
);

/// Flags of SeaDataNet (NVS vocabulary L20).
pub static SEADATANET: FlagScheme = scheme(
    "SeaDataNet",
    &[
        ("0", NotAssessed, "no quality control"),
        ("1", Good, "good"),
        ("2", Good, "probably good"),
        ("3", Questionable, "probably bad"),
        ("4", Bad, "bad"),
        ("5", Good, "changed"),
        ("6", NotAssessed, "below detection"),
        ("7", NotAssessed, "in excess of the value"),
        ("8", Good, "interpolated"),
        ("9", Missing, "missing"),
        ("A", NotAssessed, "phenomenon uncertain"),
        ("B", NotAssessed, "nominal"),
        ("Q", NotAssessed, "below limit of quantification"),
    ],
);

/// Flags of Ocean Data View's generic spreadsheets (ODV user's guide, quality flag schemes).
pub static ODV: FlagScheme = scheme(
    "ODV",
    &[
        ("0", Good, "good"),
        ("1", NotAssessed, "unknown"),
        ("4", Questionable, "questionable"),
        ("8", Bad, "bad"),
    ],
);

/// Flags of the International Oceanographic Data and Information Exchange (IOC Manuals and Guides 54, volume 3).
pub static IODE: FlagScheme = scheme(
    "IODE",
    &[
        ("1", Good, "good"),
        ("2", NotAssessed, "not evaluated, not available or unknown"),
        ("3", Questionable, "questionable"),
        ("4", Bad, "bad"),
        ("9", Missing, "missing"),
    ],
);

/// Flags of real-time oceanographic data (QARTOD manual for quality control flags 1.2).
pub static QARTOD: FlagScheme = scheme(
    "QARTOD",
    &[
        ("1", Good, "pass"),
        ("2", NotAssessed, "not evaluated"),
        ("3", Questionable, "suspect"),
        ("4", Bad, "fail"),
        ("9", Missing, "missing"),
    ],
);

/// Flags of the Global Temperature and Salinity Profile Programme (IOC Manuals and Guides 22, revised).
pub static GTSPP: FlagScheme = scheme(
    "GTSPP",
    &[
        ("0", NotAssessed, "no quality control"),
        ("1", Good, "good"),
        ("2", Good, "probably good"),
        ("3", Questionable, "probably bad"),
        ("4", Bad, "bad"),
        ("5", Good, "changed"),
        ("9", Missing, "missing"),
    ],
);

/// Flags of the European Sea Level Service (ESEAS data quality control, table of flags).
pub static ESEAS: FlagScheme = scheme(
    "ESEAS",
    &[
        ("0", NotAssessed, "no quality control"),
        ("1", Good, "correct"),
        ("2", Good, "interpolated"),
        ("3", Questionable, "doubtful"),
        ("4", Bad, "isolated spike or wrong value"),
        ("5", Good, "correct but extreme"),
        ("6", Questionable, "reference change detected"),
        ("7", Questionable, "constant for longer than a defined time"),
        ("8", Bad, "out of range"),
        ("9", Missing, "missing"),
    ],
);

/// Flags of observed levels in the World Ocean Database (WOD code table, definition of quality flags, 2b).
pub static WOD: FlagScheme = scheme(
    "WOD",
    &[
        ("0", Good, "accepted"),
        ("1", Bad, "range outlier"),
        ("2", Questionable, "failed inversion check"),
        ("3", Questionable, "failed gradient check"),
        ("4", Questionable, "bullseye and zero gradient"),
        ("5", Questionable, "failed gradient and inversion checks"),
        ("6", Bad, "failed range and inversion checks"),
        ("7", Bad, "failed range and gradient checks"),
        ("8", Bad, "failed range and questionable data checks"),
        ("9", Bad, "failed range, gradient and inversion checks"),
    ],
);

/// Flags of the British Oceanographic Data Centre (BODC parameter quality control flags); blank is acceptable.
pub static BODC: FlagScheme = scheme(
    "BODC",
    &[
        ("", Good, "acceptable"),
        ("<", NotAssessed, "below detection"),
        (">", NotAssessed, "in excess of the value"),
        ("H", NotAssessed, "extrapolated"),
        ("K", Bad, "improbable, source unknown"),
        ("L", Bad, "improbable by the originator"),
        ("M", Bad, "improbable by BODC"),
        ("N", Missing, "null"),
        ("P", NotAssessed, "trace"),
        ("R", NotAssessed, "replaced"),
        ("S", Good, "estimated"),
        ("T", Good, "interpolated"),
    ],
);

/// Flags of PANGAEA (PANGAEA quality flags, as Ocean Data View lists them); blank is valid.
pub static PANGAEA: FlagScheme = scheme(
    "PANGAEA",
    &[
        ("", Good, "valid"),
        ("?", Questionable, "questionable"),
        ("/", Bad, "not valid"),
        ("*", NotAssessed, "unknown"),
        ("#", NotAssessed, "defined with the data"),
        ("<", NotAssessed, "less than the value"),
        (">", NotAssessed, "larger than the value"),
    ],
);

/// Marks of Sea-Bird scans (SBE Data Processing manual, `bad_flag`). A handler passes `good` for the value 0 and `bad`
/// for the value of `# bad_flag`.
pub static SEABIRD: FlagScheme = scheme(
    "Sea-Bird",
    &[("good", Good, "good scan"), ("bad", Bad, "bad scan")],
);

/// Every static scheme with the names under which files declare it, in lower-case letters and digits only.
///
/// `wocesample` and `wocebottle` mean what they mean in Ocean Data View and in CF files of CCHDO: the *sample* scheme
/// is that of the sampling device, and the *bottle* scheme that of values measured in its water.
static NAMED: &[(&FlagScheme, &[&str])] = &[
    (&WOCE_BOTTLE, &["whpbottle", "wocesample"]),
    (&WOCE_SAMPLE, &["whpwatersample", "wocebottle", "wocediscrete"]),
    (&WOCE_CTD, &["whpctd", "wocectd"]),
    (&IGOSS, &["igoss"]),
    (&ARGO, &["argo", "argoreferencetable2"]),
    (&OCEANSITES, &["oceansites", "oceansitesreferencetable2"]),
    (&COPERNICUS, &["copernicusinsitu", "copernicusinsitutac", "cmems"]),
    (&SEADATANET, &["seadatanet", "sdn", "l20"]),
    (&ODV, &["odv", "odvgeneric"]),
    (&IODE, &["iode"]),
    (&QARTOD, &["qartod"]),
    (&GTSPP, &["gtspp"]),
    (&ESEAS, &["eseas"]),
    (&WOD, &["wod"]),
    (&BODC, &["bodc"]),
    (&PANGAEA, &["pangaea"]),
    (&SEABIRD, &["seabird"]),
];

impl FlagScheme {
    /// The scheme of a CF flag variable, from pairs of `flag_values` (as text) and `flag_meanings`.
    ///
    /// The words of a meaning decide its class: `good_data`, `probably_bad`, `not_evaluated`, `fail`. A meaning with
    /// unknown words is not assessed. At most 256 flags are kept.
    ///
    /// ```
    /// use data_review_core::quality::{FlagClass, FlagScheme};
    ///
    /// let pairs = [("1", "good_data"), ("3", "bad_data_that_are_potentially_correctable")];
    /// let scheme = FlagScheme::of_meanings(pairs.map(|(key, meaning)| (key.to_owned(), meaning.to_owned())).into_iter());
    /// assert_eq!(scheme.class(b"3"), FlagClass::Questionable);
    /// ```
    pub fn of_meanings(pairs: impl Iterator<Item = (String, String)>) -> FlagScheme {
        let cap = |text: &str| crate::printable(text.trim().as_bytes(), LONGEST_MEANING);
        let flags = pairs.take(MOST_FLAGS).map(|(key, meaning)| {
            let class = class_of(&meaning);
            (cap(&key), class, cap(&meaning.replace('_', " ")))
        });
        FlagScheme {
            name: "flag_meanings",
            flags: Flags::Declared(flags.collect()),
        }
    }

    /// The static scheme with this name; `None` if there is none. Only ASCII letters and digits count, in any case:
    /// `SeaDataNet`, `L20`, `WOCE_CTD`.
    ///
    /// Two names are those of Ocean Data View: `WOCESAMPLE` is [`WOCE_BOTTLE`], flags of the sampling device, and
    /// `WOCEBOTTLE` is [`WOCE_SAMPLE`], flags of values measured in its water.
    pub fn named(name: &str) -> Option<&'static FlagScheme> {
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(64)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let found = NAMED.iter().find(|(_, names)| names.contains(&plain.as_str()));
        found.map(|(scheme, _)| *scheme)
    }

    /// The name of the scheme, such as `Argo`; `flag_meanings` for a scheme that a file declares.
    pub fn name(&self) -> &str {
        self.name
    }

    /// The class of a flag; white space around the flag is ignored. A flag that is not in the scheme is not assessed.
    /// So is a blank flag, unless the scheme gives it a meaning.
    pub fn class(&self, flag: &[u8]) -> FlagClass {
        self.flag(flag).map_or(FlagClass::NotAssessed, |(class, _)| class)
    }

    /// The meaning of a flag in words; `None` for a flag that is not in the scheme.
    pub fn meaning(&self, flag: &[u8]) -> Option<&str> {
        self.flag(flag).map(|(_, meaning)| meaning)
    }

    /// Whether the scheme has a flag of class good. A scheme whose meanings are `land` and `sea` does not.
    pub fn has_good(&self) -> bool {
        self.flags().any(|(_, class, _)| class == FlagClass::Good)
    }

    fn flag(&self, flag: &[u8]) -> Option<(FlagClass, &str)> {
        let flag = flag.trim_ascii();
        let mut known = self.flags();
        known
            .find(|(key, ..)| is_same_flag(key.as_bytes(), flag))
            .map(|(_, class, meaning)| (class, meaning))
    }

    /// The text, class and meaning of each flag.
    fn flags(&self) -> impl Iterator<Item = (&str, FlagClass, &str)> {
        let (published, declared): (&[_], &[_]) = match &self.flags {
            Flags::Published(flags) => (flags, &[]),
            Flags::Declared(flags) => (&[], flags),
        };
        let declared = declared
            .iter()
            .map(|(key, class, meaning): &(String, _, String)| (key.as_str(), *class, meaning.as_str()));
        published.iter().copied().chain(declared)
    }
}

/// Words of meanings, by the class that they indicate. The first list that contains a word of the meaning decides.
const WORDS: &[(FlagClass, &[&str])] = &[
    (
        Missing,
        &[
            "missing",
            "nodata",
            "fill",
            "fillvalue",
            "absent",
            "empty",
            "null",
            "nan",
            "notavailable",
        ],
    ),
    (
        Questionable,
        &[
            "suspect",
            "suspicious",
            "questionable",
            "doubtful",
            "dubious",
            "uncertain",
            "marginal",
            "warning",
            "correctable",
            "inconsistent",
            "caution",
        ],
    ),
    (
        Bad,
        &[
            "bad",
            "fail",
            "fails",
            "failed",
            "failure",
            "erroneous",
            "error",
            "invalid",
            "wrong",
            "incorrect",
            "reject",
            "rejected",
            "spike",
            "outlier",
            "unusable",
            "improbable",
            "poor",
        ],
    ),
    (
        NotAssessed,
        &[
            "unknown",
            "unassessed",
            "unchecked",
            "untested",
            "unevaluated",
            "nominal",
            "raw",
            "below",
            "above",
            "excess",
            "reserved",
            "spare",
            "unused",
            "undefined",
        ],
    ),
    (
        Good,
        &[
            "good",
            "pass",
            "passed",
            "passes",
            "ok",
            "okay",
            "valid",
            "correct",
            "acceptable",
            "accepted",
            "usable",
            "interpolated",
            "changed",
            "corrected",
            "adjusted",
            "estimated",
            "despiked",
            "consistent",
            "excellent",
            "reliable",
        ],
    ),
];

/// Words that weaken a class, so that a bad value is questionable: `probably_bad`.
const HEDGES: &[&str] = &[
    "probably",
    "possibly",
    "potentially",
    "may",
    "maybe",
    "perhaps",
    "likely",
];

fn class_of(meaning: &str) -> FlagClass {
    let meaning = meaning
        .get(..LONGEST_MEANING.min(meaning.len()))
        .unwrap_or_default();
    let lower = meaning.to_ascii_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let has: BTreeSet<&str> = words.iter().copied().collect();
    let any = |list: &[&str]| list.iter().any(|word| has.contains(word));
    let of = |wanted: FlagClass| WORDS.iter().any(|(class, list)| *class == wanted && any(list));
    if any(&["not", "no", "non", "never", "without"]) {
        return match () {
            () if any(&[
                "data",
                "value",
                "sample",
                "sampled",
                "reported",
                "available",
                "measured",
            ]) && !any(&[
                "quality",
                "qc",
                "control",
                "controlled",
                "checked",
                "evaluated",
                "assessed",
                "used",
            ]) && !of(Good)
                && !of(Bad) =>
            {
                Missing
            }
            () if of(Good) && !any(&["evaluated", "checked", "applicable"]) => Bad,
            () if any(&["problem", "problems", "error", "errors", "bad"]) => Good,
            () => NotAssessed,
        };
    }
    let found = WORDS.iter().find(|(_, list)| any(list)).map(|(class, _)| *class);
    match found {
        Some(Bad) if any(HEDGES) => Questionable,
        Some(class) => class,
        None => NotAssessed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_found_by_the_names_that_files_use() {
        for (scheme, names) in NAMED {
            assert_eq!(FlagScheme::named(scheme.name()), Some(*scheme));
            assert!(scheme.has_good(), "{}", scheme.name());
            for name in *names {
                assert_eq!(FlagScheme::named(&name.to_uppercase()), Some(*scheme), "{name}");
            }
        }
        assert_eq!(FlagScheme::named("WOCE CTD"), Some(&WOCE_CTD));
        assert_eq!(FlagScheme::named("WOCESAMPLE"), Some(&WOCE_BOTTLE));
        assert_eq!(FlagScheme::named(""), None);
    }

    #[test]
    fn a_scheme_names_each_flag_once() {
        for (scheme, _) in NAMED {
            let keys: BTreeSet<&str> = scheme.flags().map(|(key, ..)| key).collect();
            assert_eq!(keys.len(), scheme.flags().count(), "{}", scheme.name());
        }
    }

    #[test]
    fn flags_have_their_class() {
        for (scheme, good, left_out) in [
            (&WOCE_BOTTLE, "2", "3456789"),
            (&WOCE_SAMPLE, "26", "134589"),
            (&WOCE_CTD, "267", "3459"),
            (&ARGO, "1258", "349"),
            (&SEADATANET, "1258", "349"),
            (&ODV, "0", "48"),
            (&QARTOD, "1", "349"),
            (&ESEAS, "125", "346789"),
        ] {
            let of = |wanted: fn(FlagClass) -> bool| -> String {
                let all = "0123456789ABQ";
                all.chars()
                    .filter(|c| wanted(scheme.class(c.to_string().as_bytes())))
                    .collect()
            };
            assert_eq!(of(|class| class == Good), good, "{}", scheme.name());
            assert_eq!(of(FlagClass::is_left_out), left_out, "{}", scheme.name());
        }
    }

    #[test]
    fn blank_and_unknown_flags_are_not_assessed() {
        for flag in ["", " ", "x", "17", "(other)"] {
            assert_eq!(ARGO.class(flag.as_bytes()), NotAssessed, "{flag:?}");
            assert_eq!(ARGO.meaning(flag.as_bytes()), None, "{flag:?}");
        }
        assert_eq!(ARGO.class(b" 1 "), Good);
        assert_eq!(BODC.class(b" "), Good, "blank is acceptable there");
    }

    #[test]
    fn meanings_are_classed_by_their_words() {
        for (class, meanings) in [
            (
                Good,
                "good good_data probably_good probably_good_data pass PASSED ok valid value_changed changed_value \
                 interpolated_value acceptable acceptable_measurement no_bad_data estimated_value no_problems_noted \
                 good_value correct_value",
            ),
            (
                NotAssessed,
                "no_qc_performed no_qc not_evaluated not_checked unknown no_quality_control not_used nominal_value \
                 value_below_detection not_evaluated_or_unknown not_applicable sea land qc_not_performed not_calibrated",
            ),
            (
                Questionable,
                "suspect questionable probably_bad probably_bad_data potentially_correctable_bad_data \
                 bad_data_that_are_potentially_correctable doubtful_value suspect_or_high_interest possibly_bad_data",
            ),
            (
                Bad,
                "bad bad_data fail failed bad_value erroneous not_good not_valid invalid spike unusable",
            ),
            (
                Missing,
                "missing missing_value missing_data no_data not_sampled not_reported no_value not_measured",
            ),
        ] {
            for meaning in meanings.split_whitespace() {
                assert_eq!(class_of(meaning), class, "{meaning}");
            }
        }
    }

    #[test]
    fn a_declared_scheme_is_bounded() {
        let pairs = (0..1_000_000).map(|n| (n.to_string(), "good_".repeat(1000)));
        let scheme = FlagScheme::of_meanings(pairs);
        assert_eq!(scheme.flags().count(), MOST_FLAGS);
        assert!(
            scheme
                .flags()
                .all(|(.., meaning)| meaning.len() <= LONGEST_MEANING + 3)
        );
        assert_eq!(scheme.class(b"7"), Good);
        assert_eq!(
            FlagScheme::of_meanings(std::iter::empty()).class(b"1"),
            NotAssessed
        );
    }

    #[test]
    fn json_has_the_words() {
        let json = serde_json::to_string(&[Good, NotAssessed, Questionable, Bad, Missing]).unwrap();
        assert_eq!(json, r#"["good","not assessed","questionable","bad","missing"]"#);
    }
}
