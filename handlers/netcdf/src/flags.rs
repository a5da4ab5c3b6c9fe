//! Which variable has the flags of another, and the meaning of the flags (CF 1.11, 3.4 and 3.5; Argo user's manual,
//! 2.2.4).

use std::collections::{BTreeSet, HashSet};

use array_file::{Attribute, Type, Value, Variable};
use data_review_array::{Fill, Flags, NO_FLAG, Rules, may_be_texts};
use data_review_core::quality::{ARGO, WOD};
use data_review_core::{FlagClass, FlagScheme};

use crate::coordinates::text;
use crate::meaning::{meant, rules, stored};
use crate::scope::{Scope, group_of};
use crate::vocabulary;

/// Endings of the names of flag variables.
const ENDINGS: [&str; 14] = [
    "_QC",
    "_qc",
    "_FLAG",
    "_flag",
    "_FLAG_W",
    "_SEADATANET_QC",
    "_quality_control",
    "_quality_flag",
    "_qc_flag",
    "_status_flag",
    "_WODflag",
    "_IQUODflag",
    "_flags",
    "_QUALITY_FLAG",
];
/// Endings of the names of flags of the World Ocean Database at observed levels.
const WOD_ENDINGS: [&str; 2] = ["_WODflag", "_IQUODflag"];
/// Endings of flag variables, or words of their standard names, that summarise several tests.
const SUMMARIES: [&str; 4] = ["aggregate", "_qc_agg", "_primary_flag", "_summary_flag"];
/// Most flags of one variable that are known; statistics distinguish fewer.
const MOST: usize = 1000;

/// Whether the values of a variable are flags of other values.
pub(crate) fn is_flag(variable: &Variable) -> bool {
    let name = text(variable, "standard_name");
    name.contains("status_flag")
        || name.ends_with("quality_flag")
        || variable.attribute("flag_values").is_some()
        || variable.attribute("flag_masks").is_some()
        || has_flag_name(variable)
}

fn has_flag_name(variable: &Variable) -> bool {
    ENDINGS.iter().any(|ending| variable.name.ends_with(ending))
}

/// The flags that belong to a variable.
pub(crate) enum FlagsOf<'g> {
    /// The variable has no flags.
    None,
    /// Flags of each value, or of values that share dimensions.
    Of(&'g Variable, Vec<usize>),
    /// Flags whose dimensions are not among those of the variable.
    OtherShape(&'g Variable),
}

/// The flags of `variable`, whose values have its first `rank` dimensions.
///
/// `ancillary_variables` names them, or they have the name of the variable with an ending such as `_QC`. They may have
/// only some of the dimensions of the variable, in any order (CF 1.11, 3.4): values along the other dimensions share a
/// flag.
pub(crate) fn flags_of<'g>(variable: &Variable, rank: usize, scope: &Scope<'g>) -> FlagsOf<'g> {
    if is_flag(variable) {
        return FlagsOf::None;
    }
    let group = group_of(variable);
    let mut listed: Vec<&Variable> = scope
        .references(variable, "ancillary_variables")
        .filter_map(|(_, found)| found)
        .filter(|other| is_flag(other) && other.path != variable.path)
        .collect();
    listed.sort_by_key(|flags| !is_summary(flags));
    let mut name = String::new();
    let mut named = ENDINGS.iter().filter_map(|ending| {
        name.clear();
        name.push_str(&variable.name);
        name.push_str(ending);
        scope.find(group, &name)
    });
    // Argo has one flag for both coordinates, and SeaDataNet and OceanSITES follow it.
    let position = || {
        let is_position = matches!(
            variable.name.to_ascii_uppercase().as_str(),
            "LATITUDE" | "LONGITUDE"
        );
        let of = |name| scope.find(group, name).filter(|_| is_position);
        let flags = of("POSITION_QC")
            .or_else(|| of("position_qc"))
            .or_else(|| of("POSITION_SEADATANET_QC"));
        flags.filter(|flags| axes(flags, variable, rank).is_some())
    };
    let fits = |flags: &&&'g Variable| axes(flags, variable, rank).is_some();
    let flags = listed
        .iter()
        .find(fits)
        .or(listed.first())
        .copied()
        .or_else(|| named.next())
        .or_else(position);
    match flags {
        None => FlagsOf::None,
        Some(flags) => match axes(flags, variable, rank) {
            Some(axes) => FlagsOf::Of(flags, axes),
            None => FlagsOf::OtherShape(flags),
        },
    }
}

fn is_summary(flags: &Variable) -> bool {
    let standard_name = text(flags, "standard_name");
    let has = |word: &&str| flags.name.ends_with(*word) || standard_name.contains(*word);
    SUMMARIES.iter().any(has) || flags.name.contains("aggregate")
}

/// For each dimension of the flags, without the length of texts, the corresponding dimension of the values; `None` if
/// one of them is not among those.
fn axes(flags: &Variable, variable: &Variable, rank: usize) -> Option<Vec<usize>> {
    let shape = &variable.shape[..rank];
    if let (Some(names), Some(of)) = (&flags.dimensions, &variable.dimensions) {
        let of = &of[..rank];
        let is_text = may_be_texts(flags) && names.last().is_some_and(|last| !of.contains(last));
        let names = &names[..names.len() - usize::from(is_text)];
        let mut axes = Vec::new();
        let are_found = names.iter().zip(&flags.shape).all(|(name, length)| {
            let is_it = |axis: &usize| of[*axis] == *name && shape[*axis] == *length && !axes.contains(axis);
            let found = (0..rank).find(is_it);
            axes.extend(found);
            found.is_some()
        });
        if are_found {
            return Some(axes);
        }
    }
    (flags.shape == shape).then(|| (0..rank).collect())
}

/// The flags that a flag variable may have, and their meaning.
#[derive(Debug, Clone, Default)]
pub(crate) struct FlagCodes {
    /// `flag_values`, as statistics name them.
    listed: Vec<String>,
    /// For each of `flag_masks`, the mask, the value that it must give, and the meaning of the condition.
    masks: Vec<(i128, Option<i128>, String)>,
    /// The meaning of the flags; `None` if it is not described, or if bits have meanings.
    scheme: Option<FlagScheme>,
    is_argo: bool,
}

impl FlagCodes {
    /// The codes of a flag variable, as [`meant`] returns it; `is_argo` says that Argo's flags apply, which its files
    /// do not describe.
    pub(crate) fn new(flags: &Variable, scope: &Scope<'_>, is_argo: bool) -> Self {
        // The World Ocean Database keeps the meanings in a variable of their own.
        let definitions = scope.find(group_of(flags), text(flags, "flag_definitions"));
        let described = match definitions {
            Some(definitions) if flags.attribute("flag_values").is_none() => definitions,
            _ => flags,
        };
        let listed = flag_values(described, &flags.of);
        let meanings = meanings(described, listed.len());
        let masks = masks(described, &flags.of, &meanings);
        let scheme = match () {
            () if is_argo => Some(ARGO.clone()),
            () if !masks.is_empty() => None,
            () => named_scheme(flags, &listed).or_else(|| {
                let pairs = listed.iter().cloned().zip(meanings);
                let scheme = FlagScheme::of_meanings(pairs);
                (described.attribute("flag_meanings").is_some() && !listed.is_empty()).then_some(scheme)
            }),
        };
        FlagCodes {
            listed,
            masks,
            scheme,
            is_argo,
        }
    }

    /// Whether the file describes the possible flags.
    pub(crate) fn is_described(&self) -> bool {
        self.is_argo || !self.listed.is_empty() || !self.masks.is_empty()
    }

    /// Whether a flag may occur; a blank one may.
    pub(crate) fn is_known(&self, flag: &str) -> bool {
        if flag == NO_FLAG {
            return true;
        }
        if self.is_argo {
            return vocabulary::FLAGS.contains(&flag);
        }
        match (self.masks.is_empty(), flag.parse::<i128>()) {
            (false, Ok(code)) => self.are_bits_known(code),
            _ => self.listed.iter().any(|known| known == flag),
        }
    }

    /// Whether each masked part is zero or has a listed value, and no other bit is set (CF 1.11, 3.5).
    fn are_bits_known(&self, code: i128) -> bool {
        let all = self.masks.iter().fold(0, |all, (mask, ..)| all | mask);
        let is_known = |mask: i128| {
            let part = code & mask;
            let mut values = self.masks.iter().filter(|(other, ..)| *other == mask);
            part == 0 || values.any(|(_, value, _)| value.is_none_or(|value| value == part))
        };
        code & !all == 0 && self.masks.iter().all(|(mask, ..)| is_known(*mask))
    }

    /// The class of a flag.
    pub(crate) fn class(&self, flag: &[u8]) -> FlagClass {
        match &self.scheme {
            Some(scheme) => scheme.class(flag),
            None => self
                .worst(flag)
                .map_or(FlagClass::NotAssessed, |(class, _)| class),
        }
    }

    /// The meaning of a flag in words.
    pub(crate) fn meaning(&self, flag: &[u8]) -> Option<&str> {
        match &self.scheme {
            Some(scheme) => scheme.meaning(flag),
            None => self.worst(flag).map(|(_, meaning)| meaning),
        }
    }

    /// The worst of the conditions that the bits of a flag state.
    fn worst(&self, flag: &[u8]) -> Option<(FlagClass, &str)> {
        let code: i128 = std::str::from_utf8(flag).ok()?.parse().ok()?;
        let holds = |(mask, value, _): &&(i128, Option<i128>, String)| match value {
            Some(value) => code & mask == *value,
            None => code & mask != 0,
        };
        let stated = self.masks.iter().filter(holds);
        let classes = stated.map(|(.., meaning)| (class_of(meaning), meaning.as_str()));
        // A condition whose meaning does not concern quality never outweighs one that does.
        classes.max_by_key(|(class, _)| match class {
            FlagClass::NotAssessed => 0,
            FlagClass::Good => 1,
            FlagClass::Questionable => 2,
            FlagClass::Missing => 3,
            FlagClass::Bad => 4,
        })
    }

    /// The scheme of the flags that occur, by their names in statistics. Bits get the meaning of their worst condition.
    pub(crate) fn scheme<'k>(&self, occurring: impl Iterator<Item = &'k str>) -> Option<FlagScheme> {
        if self.scheme.is_some() || self.masks.is_empty() {
            return self.scheme.clone();
        }
        let pairs = occurring.filter_map(|flag| {
            let (_, meaning) = self.worst(flag.as_bytes())?;
            Some((flag.to_owned(), meaning.to_owned()))
        });
        Some(FlagScheme::of_meanings(pairs))
    }

    /// The flags in the form that [`data_review_array::gather`] reads.
    pub(crate) fn plan<'a>(
        &'a self,
        flags: &'a Variable,
        along: Vec<usize>,
        text_axes: &BTreeSet<String>,
    ) -> Flags<'a> {
        let variable = meant(flags);
        let all = rules(&variable, text_axes);
        // A fill value with a meaning is a flag: CCHDO's 9 is both.
        let is_flag = |value: f64| self.listed.iter().any(|flag| flag.parse() == Ok(value));
        let byte_fill = byte_fill(flags, &variable.of);
        let fills = all
            .fills
            .into_iter()
            .chain(byte_fill)
            .filter(|fill| !is_flag(fill.value));
        Flags {
            rules: Rules {
                texts: along.len() < variable.shape.len(),
                fills: fills.collect(),
                fill_char: all
                    .fill_char
                    .filter(|fill| !self.listed.contains(&char::from(*fill).to_string())),
                ..Rules::default()
            },
            variable,
            axes: along,
            class: Box::new(|flag| self.class(flag)),
        }
    }
}

/// netCDF's default fill value of one byte, in the type `meant`. Among measured values it may be one of 256 values;
/// it is never one of the few flags that occur.
fn byte_fill(flags: &Variable, meant: &Type) -> Option<Fill> {
    let Type::Integer { size: 1, signed, .. } = flags.of else {
        return None;
    };
    let integer = stored(if signed { -127 } else { 255 }, meant);
    flags.attribute("_FillValue").is_none().then_some(Fill {
        declared_by: "default fill",
        value: integer as f64,
        integer: Some(integer),
    })
}

fn class_of(meaning: &str) -> FlagClass {
    const KEY: &str = "1";
    let pair = (KEY.to_owned(), meaning.to_owned());
    FlagScheme::of_meanings(std::iter::once(pair)).class(KEY.as_bytes())
}

/// A published scheme that the flag variable names in `conventions`, if most of its flags are in that scheme.
fn named_scheme(flags: &Variable, listed: &[String]) -> Option<FlagScheme> {
    let named = ["conventions", "Conventions", "quality_control_conventions"];
    let said = named
        .iter()
        .map(|name| text(flags, name))
        .find(|text| !text.is_empty());
    // `WOCECTD - WOCE Quality Codes for CTD measurements`, `OceanSITES reference table 2`.
    let by_name = |said: &str| {
        let first = said.split([' ', '-', ',']).next().unwrap_or_default();
        FlagScheme::named(said).or_else(|| FlagScheme::named(first))
    };
    let is_wod = WOD_ENDINGS.iter().any(|ending| flags.name.ends_with(ending));
    let scheme = said.and_then(by_name).or(is_wod.then_some(&WOD))?;
    let known = listed
        .iter()
        .filter(|flag| scheme.meaning(flag.as_bytes()).is_some());
    (2 * known.count() >= listed.len()).then(|| scheme.clone())
}

/// `flag_values` as statistics name them, for flags of type `of`.
fn flag_values(described: &Variable, of: &Type) -> Vec<String> {
    match described
        .attribute("flag_values")
        .map(|attribute| &attribute.value)
    {
        Some(Value::Integers(values)) if of.is_number() => {
            let values = values.iter().take(MOST).map(|value| stored(*value, of));
            values.map(|value| value.to_string()).collect()
        }
        // Characters that are given as their codes.
        Some(Value::Integers(values)) => {
            let code = |value: &i128| u8::try_from(*value).ok().map(|code| char::from(code).to_string());
            values.iter().take(MOST).filter_map(code).collect()
        }
        Some(Value::Reals(values)) => values.iter().take(MOST).map(ToString::to_string).collect(),
        // For a numeric variable they must be numbers; texts are reported: `0b, 1b, 2b`.
        Some(Value::Text(texts)) if of.is_number() => {
            let all = texts.join(" ");
            let values: Option<Vec<i128>> = words(&all).take(MOST).map(number_as_text).collect();
            let stored = values
                .unwrap_or_default()
                .into_iter()
                .map(|value| stored(value, of));
            stored.map(|value| value.to_string()).collect()
        }
        Some(Value::Text(texts)) => {
            let all = texts.join(" ");
            let separated: Vec<String> = words(&all).take(MOST).map(str::to_owned).collect();
            // Single characters may be adjacent.
            match separated.as_slice() {
                [one] => one.chars().take(MOST).map(String::from).collect(),
                _ => separated,
            }
        }
        Some(Value::Other(_)) | None => Vec::new(),
    }
}

/// A whole number as a text, with or without the suffix of its type in CDL: `1`, `1b`, `2UB`, `3s`.
fn number_as_text(word: &str) -> Option<i128> {
    let suffixes = ['b', 'B', 's', 'S', 'u', 'U', 'l', 'L'];
    word.trim_end_matches(suffixes).parse().ok()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| c.is_whitespace() || c == ',');
    words.filter(|word| !word.is_empty())
}

/// `flag_meanings`, which white space separates; some writers use commas or semicolons.
fn meanings(described: &Variable, count: usize) -> Vec<String> {
    let Some(Value::Text(texts)) = described
        .attribute("flag_meanings")
        .map(|attribute| &attribute.value)
    else {
        return Vec::new();
    };
    if texts.len() == count && count > 1 {
        return texts.iter().take(MOST).cloned().collect();
    }
    let all = texts.join(" ");
    for separator in [',', ';'] {
        let separated: Vec<&str> = all.split(separator).map(str::trim).take(MOST).collect();
        if separated.len() == count && count > 1 {
            return separated.into_iter().map(str::to_owned).collect();
        }
    }
    words(&all).take(MOST).map(str::to_owned).collect()
}

fn masks(described: &Variable, of: &Type, meanings: &[String]) -> Vec<(i128, Option<i128>, String)> {
    let integers = |name| match described
        .attribute(name)
        .map(|attribute: &Attribute| &attribute.value)
    {
        Some(Value::Integers(values)) => values.iter().take(MOST).map(|value| stored(*value, of)).collect(),
        _ => Vec::new(),
    };
    let (masks, values): (Vec<i128>, Vec<i128>) = (integers("flag_masks"), integers("flag_values"));
    let mut seen = HashSet::new();
    let all = masks.into_iter().enumerate().map(|(at, mask)| {
        let meaning = meanings.get(at).cloned().unwrap_or_default();
        (mask, values.get(at).copied(), meaning)
    });
    all.filter(|(mask, value, _)| seen.insert((*mask, *value)))
        .collect()
}
