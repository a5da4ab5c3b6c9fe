//! The columns of every exported table, and what they mean.

/// One column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its name, which never changes its meaning.
    pub(super) name: &'static str,
    /// Its meaning, for people who read the table.
    pub(super) meaning: &'static str,
    /// The type of its cells.
    #[cfg_attr(
        not(feature = "exports"),
        expect(dead_code, reason = "CSV and JSON have no typed columns")
    )]
    pub(super) kind: Kind,
}

/// The type of a column. A cell of any column may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text.
    Text,
    /// A whole number from 0.
    Count,
    /// A number.
    Number,
    /// A moment in UTC, or a date.
    Time,
    /// True or false.
    Truth,
    /// A list or a map, as JSON.
    Json,
}

const fn column(name: &'static str, meaning: &'static str, kind: Kind) -> Column {
    Column { name, meaning, kind }
}

const fn text(name: &'static str, meaning: &'static str) -> Column {
    column(name, meaning, Kind::Text)
}

const fn count(name: &'static str, meaning: &'static str) -> Column {
    column(name, meaning, Kind::Count)
}

const fn number(name: &'static str, meaning: &'static str) -> Column {
    column(name, meaning, Kind::Number)
}

const fn time(name: &'static str, meaning: &'static str) -> Column {
    column(name, meaning, Kind::Time)
}

const fn truth(name: &'static str, meaning: &'static str) -> Column {
    column(name, meaning, Kind::Truth)
}

const fn json(name: &'static str, meaning: &'static str) -> Column {
    column(name, meaning, Kind::Json)
}

/// The tables, in the order in which they are written.
pub(super) const TABLES: [(&str, &[Column]); 7] = [
    ("files", &FILES),
    ("casts", &CASTS),
    ("variables", &VARIABLES),
    ("flags", &FLAGS),
    ("findings", &FINDINGS),
    ("failures", &FAILURES),
    ("columns", &COLUMNS),
];

pub(super) const FILES: [Column; 44] = [
    text(
        "root",
        "name of the root of the file, a path unless it was named; root and key identify the file",
    ),
    text("key", "the file: its path below its root, `/`-separated"),
    text("outcome", "reviewed, failed, unidentified or gone"),
    text("kind", "variant of the format, from the review"),
    text("handler", "id of the handler"),
    count("handler_version", "version of the handler"),
    text("verdict", "how sure the handler was: maybe, likely or certain"),
    text("because", "why it was sure"),
    count("size", "bytes"),
    text("sha256", "SHA-256 of the bytes, hexadecimal"),
    count("observations", "data rows; the handler's card says what one is"),
    count("profiles", "profiles; empty where the format has none"),
    count(
        "casts_left_out",
        "profiles that are not rows of the table `casts`; empty where there are no profiles",
    ),
    text(
        "coverage_kind",
        "profile, profiles, trajectory, point, time series or grid; empty where the review does not decide it",
    ),
    time(
        "time_first",
        "earliest time, UTC, ISO 8601; a date if it has no time of day",
    ),
    time("time_last", "latest time, likewise"),
    number(
        "west",
        "western edge, degrees east; greater than `east` across the antimeridian",
    ),
    number("south", "southern edge, degrees north"),
    number("east", "eastern edge, degrees east"),
    number("north", "northern edge, degrees north"),
    number("depth_min", "least valid value of the vertical coordinate"),
    number("depth_max", "greatest valid value of the vertical coordinate"),
    text("depth_unit", "unit of both, as the file writes it"),
    count(
        "left_out_times",
        "times that the coverage does not use, because their flags say questionable, bad or missing",
    ),
    count(
        "left_out_positions",
        "positions that the coverage does not use, likewise",
    ),
    count(
        "left_out_depths",
        "depths that the coverage does not use, likewise",
    ),
    count("variables", "number of variables"),
    count("errors", "findings of severity error"),
    count("warnings", "findings of severity warning"),
    count("infos", "findings of severity info"),
    json("attributes", "identifying attributes, each with its values: JSON"),
    json(
        "cruises",
        "cruises that the file names, in capital letters with `_` for signs: JSON",
    ),
    json("platforms", "platforms that the file names, likewise: JSON"),
    json("checks", "state of every check: JSON"),
    text("failure_stage", "stage that failed"),
    text("failure_class", "class of the failure"),
    text("failure_message", "the failure in words"),
    json("failure_place", "where in the file it failed: JSON"),
    text("next_step", "what to do about the failure"),
    text("tool", "program and version"),
    text("reader", "reader and version"),
    text("vocabulary", "vocabulary and version"),
    text(
        "recipe",
        "digest of the versions and limits that the document depends on",
    ),
    count("schema", "version of the document's form"),
];

pub(super) const CASTS: [Column; 9] = [
    text("root", "name of the root of the file"),
    text("key", "the file"),
    count(
        "position",
        "position among the file's casts, from 1; at most 1,000 are listed",
    ),
    text(
        "station",
        "station as the file writes it, or the platform of a float",
    ),
    text(
        "number",
        "name of the cast at its station as the file writes it, such as its number or its cycle",
    ),
    time(
        "time",
        "time of the cast, UTC, ISO 8601; a date if it has no time of day; empty where it is not stated, impossible or flagged",
    ),
    number("longitude", "degrees east, -180 to 180; empty likewise"),
    number("latitude", "degrees north; empty likewise"),
    count(
        "levels",
        "rows of a table, or length of the profile in an array without its padding",
    ),
];

pub(super) const VARIABLES: [Column; 52] = [
    text("root", "name of the root of the file"),
    text("key", "the file"),
    count("position", "position among the file's variables, from 1"),
    text("name", "as the file writes it"),
    text("unit", "as the file writes it"),
    text("canonical", "name in the handler's vocabulary"),
    text("standard_name", "CF standard name"),
    text(
        "quantity",
        "what it measures, one name for all spellings; empty where it is not known",
    ),
    text("quantity_unit", "unit in which the quantity is compared"),
    number(
        "unit_scale",
        "value × unit_scale + unit_offset is in `quantity_unit`; empty where the unit is not known",
    ),
    number("unit_offset", "likewise"),
    number(
        "expected_min",
        "least value to be expected in the sea, in `quantity_unit`",
    ),
    number("expected_max", "greatest value to be expected, likewise"),
    count("column", "column of a table, from 1"),
    text("dtype", "type of the values"),
    json("shape", "length per dimension: JSON"),
    json(
        "dimensions",
        "names of the dimensions, where the format has them: JSON",
    ),
    count(
        "total",
        "all cells: count + missing + invalid + non_finite + padding",
    ),
    count(
        "count",
        "valid values, whatever their flag; statistics without `good_` in their name are over these",
    ),
    count("missing", "missing cells"),
    json("missing_as", "missing cells by how they are spelt: JSON"),
    count("invalid", "cells with text that is not a value of the type"),
    count("non_finite", "NaN and infinities"),
    count("padding", "cells of a padded array that hold no observation"),
    json(
        "good_flags",
        "flags that occur and that the scheme calls good: JSON; empty where the scheme is not known",
    ),
    count(
        "good_count",
        "valid values with one of these flags; of a variable without flags those that do not stand for a missing value",
    ),
    number("good_min", "least of these values"),
    number("good_max", "greatest of these values"),
    number("good_mean", "mean of these values"),
    number("good_std", "standard deviation of these values (population)"),
    number("good_q50", "median of these values"),
    number("min", "least value, whatever its flag"),
    number("max", "greatest value, whatever its flag"),
    number("mean", "mean, whatever the flags"),
    number("std", "standard deviation (population)"),
    number(
        "q05",
        "quantile 0.05; exact up to 4,096 distinct values, else between bounds in the document",
    ),
    number("q25", "quantile 0.25"),
    number("q50", "median"),
    number("q75", "quantile 0.75"),
    number("q95", "quantile 0.95"),
    count(
        "distinct",
        "distinct values; exact up to 4,096 numbers or 1,024 texts, else estimated",
    ),
    truth("distinct_exact", "whether `distinct` is exact: true or false"),
    text("first", "least text, or earliest time"),
    text("last", "greatest text, or latest time"),
    truth(
        "flag_column",
        "whether the variable has quality flags: true or false",
    ),
    json(
        "flags",
        "class, cells, valid values and their extremes and mean by flag: JSON",
    ),
    text(
        "flag_scheme",
        "scheme of the flags, such as Argo; empty where it is not known",
    ),
    count(
        "flag_good",
        "cells with a flag of class good; empty where the scheme is not known",
    ),
    count("flag_not_assessed", "cells with a flag of class not assessed"),
    count("flag_questionable", "cells with a flag of class questionable"),
    count("flag_bad", "cells with a flag of class bad"),
    count("flag_missing", "cells with a flag of class missing"),
];

pub(super) const FLAGS: [Column; 17] = [
    text("root", "name of the root of the file"),
    text("key", "the file"),
    count("position", "position of the variable among the file's, from 1"),
    text("name", "name of the variable, as the file writes it"),
    text("unit", "as the file writes it"),
    text(
        "quantity",
        "what the variable measures, one name for all spellings; empty where it is not known",
    ),
    text("quantity_unit", "unit in which the quantity is compared"),
    number(
        "unit_scale",
        "value × unit_scale + unit_offset is in `quantity_unit`; empty where the unit is not known",
    ),
    number("unit_offset", "likewise"),
    text(
        "flag_scheme",
        "scheme of the flags, such as Argo; empty where it is not known",
    ),
    text("flag", "the flag, as the file writes it"),
    text(
        "class",
        "good, not assessed, questionable, bad or missing; empty where the scheme is not known",
    ),
    count("total", "cells with this flag"),
    count("count", "valid values with this flag"),
    number("min", "least value with this flag"),
    number("max", "greatest value with this flag"),
    number("mean", "mean of the values with this flag"),
];

pub(super) const FINDINGS: [Column; 15] = [
    text("root", "name of the root of the file"),
    text("key", "the file"),
    text("severity", "error, warning or info"),
    text(
        "code",
        "code of the finding; `data-review explain CODE` explains it",
    ),
    text(
        "subject",
        "the parameter, member or attribute; empty for the file as a whole",
    ),
    text("message", "in words, from the first occurrence"),
    count("count", "occurrences"),
    text("member", "member of an archive of the first place"),
    count("line", "line of the first place, from 1"),
    count("column", "byte within that line, from 1"),
    text("field", "column or header of the first place"),
    text(
        "variable",
        "variable of the first place in an array; with its attribute, `variable:attribute`",
    ),
    json(
        "index",
        "index of the first place in each dimension of the array, from 0: JSON; byte of a place that is an offset",
    ),
    json("places", "the first ten places: JSON"),
    json(
        "suppressed",
        "occurrences of other findings that follow from this one and are not listed, by code: JSON",
    ),
];

pub(super) const FAILURES: [Column; 12] = [
    text("root", "name of the root of the file"),
    text("key", "the file"),
    time("at", "when, RFC 3339, UTC"),
    count("attempt", "attempt at which it was recorded, from 1"),
    text("stage", "list, read, identify, review or record"),
    text("class", "class of the failure"),
    text("message", "in words"),
    json("place", "where in the file: JSON"),
    text("handler", "handler that was called"),
    text("recipe", "digest of its recipe"),
    text("log", "where the log is"),
    text("next_step", "what to do about it"),
];

pub(super) const COLUMNS: [Column; 3] = [
    text("table", "name of the table"),
    text("column", "name of the column"),
    text("meaning", "what it holds"),
];

/// What a row has of its file where time and place are part of the row, so that a query needs no join.
#[cfg(feature = "exports")]
pub(super) const PLACE: [Column; 6] = [
    time("time_first", "earliest time of the file, UTC"),
    time("time_last", "latest time of the file, UTC"),
    number(
        "xmin",
        "western edge of the file, degrees east; −180 if its box crosses the antimeridian; `files` has the edges themselves",
    ),
    number("ymin", "southern edge of the file, degrees north"),
    number(
        "xmax",
        "eastern edge of the file, degrees east; 180 if its box crosses the antimeridian",
    ),
    number("ymax", "northern edge of the file, degrees north"),
];
