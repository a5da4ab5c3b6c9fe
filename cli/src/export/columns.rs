//! The columns of every exported table, and what they mean.

/// One column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its name, which never changes its meaning.
    pub(super) name: &'static str,
    /// Its meaning, for people who read the table.
    pub(super) meaning: &'static str,
}

const fn column(name: &'static str, meaning: &'static str) -> Column {
    Column { name, meaning }
}

/// The tables, in the order in which they are written.
pub(super) const TABLES: [(&str, &[Column]); 6] = [
    ("files", &FILES),
    ("casts", &CASTS),
    ("variables", &VARIABLES),
    ("findings", &FINDINGS),
    ("failures", &FAILURES),
    ("columns", &COLUMNS),
];

pub(super) const FILES: [Column; 44] = [
    column(
        "root",
        "name of the root of the file, a path unless it was named; root and key identify the file",
    ),
    column("key", "the file: its path below its root, `/`-separated"),
    column("outcome", "reviewed, failed, unidentified or gone"),
    column("kind", "variant of the format, from the review"),
    column("handler", "id of the handler"),
    column("handler_version", "version of the handler"),
    column("verdict", "how sure the handler was: maybe, likely or certain"),
    column("because", "why it was sure"),
    column("size", "bytes"),
    column("sha256", "SHA-256 of the bytes, hexadecimal"),
    column("observations", "data rows; the handler's card says what one is"),
    column("profiles", "profiles; empty where the format has none"),
    column(
        "casts_left_out",
        "profiles that are not rows of the table `casts`; empty where there are no profiles",
    ),
    column(
        "coverage_kind",
        "profile, profiles, trajectory, point, time series or grid; empty where the review does not decide it",
    ),
    column(
        "time_first",
        "earliest time, UTC, ISO 8601; a date if it has no time of day",
    ),
    column("time_last", "latest time, likewise"),
    column(
        "west",
        "western edge, degrees east; greater than `east` across the antimeridian",
    ),
    column("south", "southern edge, degrees north"),
    column("east", "eastern edge, degrees east"),
    column("north", "northern edge, degrees north"),
    column("depth_min", "least valid value of the vertical coordinate"),
    column("depth_max", "greatest valid value of the vertical coordinate"),
    column("depth_unit", "unit of both, as the file writes it"),
    column(
        "left_out_times",
        "times that the coverage does not use, because their flags say questionable, bad or missing",
    ),
    column(
        "left_out_positions",
        "positions that the coverage does not use, likewise",
    ),
    column(
        "left_out_depths",
        "depths that the coverage does not use, likewise",
    ),
    column("variables", "number of variables"),
    column("errors", "findings of severity error"),
    column("warnings", "findings of severity warning"),
    column("infos", "findings of severity info"),
    column("attributes", "identifying attributes, each with its values: JSON"),
    column(
        "cruises",
        "cruises that the file names, in capital letters with `_` for signs: JSON",
    ),
    column("platforms", "platforms that the file names, likewise: JSON"),
    column("checks", "state of every check: JSON"),
    column("failure_stage", "stage that failed"),
    column("failure_class", "class of the failure"),
    column("failure_message", "the failure in words"),
    column("failure_place", "where in the file it failed: JSON"),
    column("next_step", "what to do about the failure"),
    column("tool", "program and version"),
    column("reader", "reader and version"),
    column("vocabulary", "vocabulary and version"),
    column(
        "recipe",
        "digest of the versions and limits that the document depends on",
    ),
    column("schema", "version of the document's form"),
];

pub(super) const CASTS: [Column; 9] = [
    column("root", "name of the root of the file"),
    column("key", "the file"),
    column(
        "position",
        "position among the file's casts, from 1; at most 1,000 are listed",
    ),
    column(
        "station",
        "station as the file writes it, or the platform of a float",
    ),
    column(
        "number",
        "name of the cast at its station as the file writes it, such as its number or its cycle",
    ),
    column(
        "time",
        "time of the cast, UTC, ISO 8601; a date if it has no time of day; empty where it is not stated, impossible or flagged",
    ),
    column("longitude", "degrees east, -180 to 180; empty likewise"),
    column("latitude", "degrees north; empty likewise"),
    column(
        "levels",
        "rows of a table, or length of the profile in an array without its padding",
    ),
];

pub(super) const VARIABLES: [Column; 52] = [
    column("root", "name of the root of the file"),
    column("key", "the file"),
    column("position", "position among the file's variables, from 1"),
    column("name", "as the file writes it"),
    column("unit", "as the file writes it"),
    column("canonical", "name in the handler's vocabulary"),
    column("standard_name", "CF standard name"),
    column(
        "quantity",
        "what it measures, one name for all spellings; empty where it is not known",
    ),
    column("quantity_unit", "unit in which the quantity is compared"),
    column(
        "unit_scale",
        "value × unit_scale + unit_offset is in `quantity_unit`; empty where the unit is not known",
    ),
    column("unit_offset", "likewise"),
    column(
        "expected_min",
        "least value to be expected in the sea, in `quantity_unit`",
    ),
    column("expected_max", "greatest value to be expected, likewise"),
    column("column", "column of a table, from 1"),
    column("dtype", "type of the values"),
    column("shape", "length per dimension: JSON"),
    column(
        "dimensions",
        "names of the dimensions, where the format has them: JSON",
    ),
    column(
        "total",
        "all cells: count + missing + invalid + non_finite + padding",
    ),
    column(
        "count",
        "valid values, whatever their flag; statistics without `good_` in their name are over these",
    ),
    column("missing", "missing cells"),
    column("missing_as", "missing cells by how they are spelt: JSON"),
    column("invalid", "cells with text that is not a value of the type"),
    column("non_finite", "NaN and infinities"),
    column("padding", "cells of a padded array that hold no observation"),
    column(
        "good_flags",
        "flags that occur and that the scheme calls good: JSON; empty where the scheme is not known",
    ),
    column(
        "good_count",
        "valid values with one of these flags; of a variable without flags those that do not stand for a missing value",
    ),
    column("good_min", "least of these values"),
    column("good_max", "greatest of these values"),
    column("good_mean", "mean of these values"),
    column("good_std", "standard deviation of these values (population)"),
    column("good_q50", "median of these values"),
    column("min", "least value, whatever its flag"),
    column("max", "greatest value, whatever its flag"),
    column("mean", "mean, whatever the flags"),
    column("std", "standard deviation (population)"),
    column(
        "q05",
        "quantile 0.05; exact up to 4,096 distinct values, else between bounds in the document",
    ),
    column("q25", "quantile 0.25"),
    column("q50", "median"),
    column("q75", "quantile 0.75"),
    column("q95", "quantile 0.95"),
    column(
        "distinct",
        "distinct values; exact up to 4,096 numbers or 1,024 texts, else estimated",
    ),
    column("distinct_exact", "whether `distinct` is exact: true or false"),
    column("first", "least text, or earliest time"),
    column("last", "greatest text, or latest time"),
    column(
        "flag_column",
        "whether the variable has quality flags: true or false",
    ),
    column(
        "flags",
        "class, cells, valid values and their extremes and mean by flag: JSON",
    ),
    column(
        "flag_scheme",
        "scheme of the flags, such as Argo; empty where it is not known",
    ),
    column(
        "flag_good",
        "cells with a flag of class good; empty where the scheme is not known",
    ),
    column("flag_not_assessed", "cells with a flag of class not assessed"),
    column("flag_questionable", "cells with a flag of class questionable"),
    column("flag_bad", "cells with a flag of class bad"),
    column("flag_missing", "cells with a flag of class missing"),
];

pub(super) const FINDINGS: [Column; 15] = [
    column("root", "name of the root of the file"),
    column("key", "the file"),
    column("severity", "error, warning or info"),
    column(
        "code",
        "code of the finding; `data-review explain CODE` explains it",
    ),
    column(
        "subject",
        "the parameter, member or attribute; empty for the file as a whole",
    ),
    column("message", "in words, from the first occurrence"),
    column("count", "occurrences"),
    column("member", "member of an archive of the first place"),
    column("line", "line of the first place, from 1"),
    column("column", "byte within that line, from 1"),
    column("field", "column or header of the first place"),
    column(
        "variable",
        "variable of the first place in an array; with its attribute, `variable:attribute`",
    ),
    column(
        "index",
        "index of the first place in each dimension of the array, from 0: JSON; byte of a place that is an offset",
    ),
    column("places", "the first ten places: JSON"),
    column(
        "suppressed",
        "occurrences of other findings that follow from this one and are not listed, by code: JSON",
    ),
];

pub(super) const FAILURES: [Column; 12] = [
    column("root", "name of the root of the file"),
    column("key", "the file"),
    column("at", "when, RFC 3339, UTC"),
    column("attempt", "attempt at which it was recorded, from 1"),
    column("stage", "list, read, identify, review or record"),
    column("class", "class of the failure"),
    column("message", "in words"),
    column("place", "where in the file: JSON"),
    column("handler", "handler that was called"),
    column("recipe", "digest of its recipe"),
    column("log", "where the log is"),
    column("next_step", "what to do about it"),
];

pub(super) const COLUMNS: [Column; 3] = [
    column("table", "name of the table"),
    column("column", "name of the column"),
    column("meaning", "what it holds"),
];
