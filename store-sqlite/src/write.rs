//! Writes: each call is one transaction.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use data_review_core::quality::FlagClass;
use data_review_core::store::{Entry, Write, Written};
use data_review_core::{CoverageKind, Document, Failure, GroupKind, Outcome, Severity, Variable};
use rusqlite::{OptionalExtension, Statement, Transaction, TransactionBehavior, named_params, params};
use serde::Serialize;

use crate::dictionaries::Dictionaries;
use crate::packed::transposed;
use crate::read::{Recipes, unpacked_document, unwritable};
use crate::reference::conversion;
use crate::{Caches, Connected, roots};

/// Tables with the rows of a review, which the next outcome replaces.
pub(crate) const PARTS: [&str; 7] = [
    "attributes",
    "file_groups",
    "casts",
    "previews",
    "variable_cells",
    "variable_numbers",
    "findings",
];

/// The most parameters that are cached.
const MOST_PARAMETERS: usize = 10_000;

/// A cache of the row ids of parameters by their cells: most files of an archive have the same.
#[derive(Debug, Default)]
pub(crate) struct Parameters(HashMap<Vec<u8>, i64>);

impl Parameters {
    /// The row id of the parameter of a variable, which is inserted if it is new.
    fn id(&mut self, transaction: &Transaction<'_>, variable: &Variable) -> rusqlite::Result<i64> {
        let cells = (
            &variable.name,
            &variable.unit,
            &variable.canonical,
            &variable.standard_name,
            &variable.quantity,
            &variable.dtype,
            &variable.flag_scheme,
        );
        let key = postcard::to_allocvec(&cells).map_err(|error| unwritable(error.into()))?;
        if let Some(id) = self.0.get(&key) {
            return Ok(*id);
        }
        let held = transaction
            .prepare_cached(
                "SELECT parameter_id FROM parameters
                 WHERE name = ?1 AND unit IS ?2 AND canonical IS ?3 AND standard_name IS ?4 AND quantity IS ?5
                     AND dtype = ?6 AND flag_scheme IS ?7",
            )?
            .query_row(cells, |row| row.get(0))
            .optional()?;
        let id = match held {
            Some(id) => id,
            None => {
                let conversion = conversion(variable.quantity.as_deref(), variable.unit.as_deref());
                let (scale, offset) = conversion.unzip();
                transaction
                    .prepare_cached(
                        "INSERT INTO parameters (
                             name, unit, canonical, standard_name, quantity, dtype, flag_scheme, unit_scale, unit_offset
                         ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                    )?
                    .insert(params![
                        cells.0, cells.1, cells.2, cells.3, cells.4, cells.5, cells.6, scale, offset
                    ])?
            }
        };
        if self.0.len() >= MOST_PARAMETERS {
            self.0.clear();
        }
        self.0.insert(key, id);
        Ok(id)
    }
}

pub(crate) fn record(connected: &mut Connected, writes: &[Write]) -> rusqlite::Result<Vec<Written>> {
    let result = record_all(connected, writes);
    if result.is_err() {
        connected.caches.forget();
    }
    result
}

fn record_all(connected: &mut Connected, writes: &[Write]) -> rusqlite::Result<Vec<Written>> {
    let Connected { connection, caches } = connected;
    // Immediate: what is read for the comparison is what is replaced.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let answers = writes
        .iter()
        .map(|write| record_one(&transaction, caches, write))
        .collect::<rusqlite::Result<Vec<_>>>()?;
    transaction.commit()?;
    Ok(answers)
}

fn record_one(
    transaction: &Transaction<'_>,
    caches: &mut Caches,
    write: &Write,
) -> rusqlite::Result<Written> {
    let entry = &write.entry;
    let root = roots::id_or_new(transaction, &entry.root)?;
    let held: Option<(i64, String, String)> = transaction
        .prepare_cached("SELECT file_id, token, outcome FROM files WHERE root_id = ?1 AND key = ?2")?
        .query_row(params![root, entry.document.file.key], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let token = held.as_ref().map(|(_, token, _)| token);
    if token != write.expect.as_ref() {
        return Ok(Written::Taken(token.cloned()));
    }
    if let Some((file, _, outcome)) = &held {
        let had_review = outcome == Outcome::Reviewed.as_str();
        if had_review && entry.row.outcome == Outcome::Gone && keep_review(transaction, caches, *file, entry)?
        {
            return Ok(Written::Yes);
        }
    }
    let held = held.map(|(file, ..)| file);
    let file = put_file(transaction, &mut caches.recipes, root, entry, held)?;
    if held.is_some() {
        delete_rows(transaction, PARTS.into_iter(), file)?;
    }
    put_review(transaction, &mut caches.dictionaries, file, entry)?;
    put_attributes(transaction, file, &entry.document)?;
    put_casts(transaction, file, &entry.document)?;
    put_preview(transaction, &mut caches.dictionaries, file, entry)?;
    put_variables(transaction, &mut caches.parameters, file, &entry.document)?;
    put_findings(transaction, file, &entry.document)?;
    log_failure(transaction, entry)?;
    Ok(Written::Yes)
}

/// Deletes the rows of a file from tables.
pub(crate) fn delete_rows(
    transaction: &Transaction<'_>,
    tables: impl Iterator<Item = &'static str>,
    file: i64,
) -> rusqlite::Result<()> {
    for table in tables {
        transaction
            .prepare_cached(&format!("DELETE FROM {table} WHERE file_id = ?1"))?
            .execute([file])?;
    }
    Ok(())
}

/// Changes the document of a file. False if it has an older form and stays as it is.
pub(crate) fn edit_document(
    transaction: &Transaction<'_>,
    dictionaries: &mut Dictionaries,
    file: i64,
    edit: impl FnOnce(&mut Document),
) -> rusqlite::Result<bool> {
    let packed: Vec<u8> = transaction
        .prepare_cached("SELECT document FROM reviews WHERE file_id = ?1")?
        .query_row([file], |row| row.get(0))?;
    let json = unpacked_document(transaction, dictionaries, &packed)?;
    let Ok(mut document) = serde_json::from_str::<Document>(&json) else {
        return Ok(false);
    };
    edit(&mut document);
    let packed = pack_document(transaction, dictionaries, &document)?;
    transaction
        .prepare_cached("UPDATE reviews SET document = ?2 WHERE file_id = ?1")?
        .execute(params![file, packed])?;
    Ok(true)
}

/// Records a file as gone that has a review, which it keeps. False if its document has an older form.
fn keep_review(
    transaction: &Transaction<'_>,
    caches: &mut Caches,
    file: i64,
    entry: &Entry,
) -> rusqlite::Result<bool> {
    let dictionaries = &mut caches.dictionaries;
    if !edit_document(transaction, dictionaries, file, |document| {
        document.outcome = Outcome::Gone;
    })? {
        return Ok(false);
    }
    let row = &entry.row;
    let recipe = row
        .recipe
        .as_ref()
        .map(|recipe| caches.recipes.id(transaction, recipe))
        .transpose()?;
    transaction
        .prepare_cached(
            "UPDATE files SET outcome = ?2, attempt = ?3, at = ?4, log = ?5, token = ?6, stamp = ?7, transient = ?8,
                 recipe_id = ?9, registry = ?10, letter = ?11
             WHERE file_id = ?1",
        )?
        .execute(params![
            file,
            row.outcome.as_str(),
            entry.attempt,
            entry.at,
            entry.log,
            row.token,
            row.stamp,
            row.transient,
            recipe,
            row.registry,
            row.letter
        ])?;
    Ok(true)
}

/// Inserts or replaces the row of `files`, but keeps `file_id` and `first_seen`. Returns `file_id`, which is `held` for a file that
/// has a row.
fn put_file(
    transaction: &Transaction<'_>,
    recipes: &mut Recipes,
    root: i64,
    entry: &Entry,
    held: Option<i64>,
) -> rusqlite::Result<i64> {
    let Entry { row, document, .. } = entry;
    let recipe = row
        .recipe
        .as_ref()
        .map(|recipe| recipes.id(transaction, recipe))
        .transpose()?;
    let handler = document.handler.as_ref();
    let time = document.coverage.time.as_ref();
    let depth = document.coverage.depth.as_ref();
    let edges = document.coverage.boxes.as_ref().and_then(|boxes| boxes.first());
    let edge = |index: usize| edges.map(|edges| edges[index]);
    let left_out = document.coverage.left_out.unwrap_or_default();
    let failure = document.failure.as_ref();
    let found = |severity| document.findings_of(severity) as i64;
    // For a statement with a conflict clause or `RETURNING` SQLite keeps copies of pages, which takes as long as the insertion.
    let statement = match held {
        None => Cow::Borrowed(INSERT_FILE),
        Some(_) => Cow::Owned([INSERT_FILE, OR_REPLACE].concat()),
    };
    transaction.prepare_cached(&statement)?.execute(named_params! {
        ":key": document.file.key,
        ":root_id": root,
        ":outcome": row.outcome.as_str(),
        ":size": document.file.size.map(integer),
        ":sha256": row.sha256,
        ":handler": handler.map(|facts| &facts.id),
        ":handler_version": handler.map(|facts| facts.version),
        ":verdict": handler.map(|facts| word(&facts.verdict)).transpose()?,
        ":kind": document.kind,
        ":observations": document.observations.map(integer),
        ":profiles": document.profiles.map(integer),
        ":casts_left_out": document.profiles.map(|_| integer(document.casts_left_out)),
        ":coverage_kind": document.coverage.kind.map(CoverageKind::as_str),
        ":time_first": time.map(|span| span.first.to_string()),
        ":time_last": time.map(|span| span.last.to_string()),
        ":west": edge(0),
        ":south": edge(1),
        ":east": edge(2),
        ":north": edge(3),
        ":depth_min": depth.map(|depth| depth.min),
        ":depth_max": depth.map(|depth| depth.max),
        ":depth_unit": depth.and_then(|depth| depth.unit.as_ref()),
        ":left_out_times": integer(left_out.times),
        ":left_out_positions": integer(left_out.positions),
        ":left_out_depths": integer(left_out.depths),
        ":errors": found(Severity::Error),
        ":warnings": found(Severity::Warning),
        ":infos": found(Severity::Info),
        ":failure_stage": failure.map(|failure| failure.stage.as_str()),
        ":failure_class": failure.map(|failure| failure.class.as_str()),
        ":failure_message": failure.map(|failure| &failure.message),
        ":failure_next_step": failure.map(Failure::next_step),
        ":attempt": entry.attempt,
        ":at": entry.at,
        ":log": entry.log,
        ":token": row.token,
        ":stamp": row.stamp,
        ":transient": row.transient,
        ":recipe_id": recipe,
        ":registry": row.registry,
        ":letter": row.letter,
    })?;
    Ok(held.unwrap_or_else(|| transaction.last_insert_rowid()))
}

const INSERT_FILE: &str = "
    INSERT INTO files (
        root_id, key, outcome, size, sha256, handler, handler_version, verdict, kind, observations, profiles,
        casts_left_out, coverage_kind,
        time_first, time_last, west, south, east, north, depth_min, depth_max, depth_unit,
        left_out_times, left_out_positions, left_out_depths, errors, warnings, infos,
        failure_stage, failure_class, failure_message, failure_next_step, attempt, first_seen, at, log,
        token, stamp, transient, recipe_id, registry, letter
    ) VALUES (
        :root_id, :key, :outcome, :size, :sha256, :handler, :handler_version, :verdict, :kind, :observations, :profiles,
        :casts_left_out, :coverage_kind,
        :time_first, :time_last, :west, :south, :east, :north, :depth_min, :depth_max, :depth_unit,
        :left_out_times, :left_out_positions, :left_out_depths, :errors, :warnings, :infos,
        :failure_stage, :failure_class, :failure_message, :failure_next_step, :attempt, :at, :at, :log,
        :token, :stamp, :transient, :recipe_id, :registry, :letter
    )";

/// Continues [`INSERT_FILE`].
const OR_REPLACE: &str = "
    ON CONFLICT (root_id, key) DO UPDATE SET
        outcome = excluded.outcome, size = excluded.size, sha256 = excluded.sha256,
        handler = excluded.handler, handler_version = excluded.handler_version, verdict = excluded.verdict,
        kind = excluded.kind, observations = excluded.observations, profiles = excluded.profiles,
        casts_left_out = excluded.casts_left_out, coverage_kind = excluded.coverage_kind,
        time_first = excluded.time_first, time_last = excluded.time_last, west = excluded.west,
        south = excluded.south, east = excluded.east, north = excluded.north, depth_min = excluded.depth_min,
        depth_max = excluded.depth_max, depth_unit = excluded.depth_unit,
        left_out_times = excluded.left_out_times, left_out_positions = excluded.left_out_positions,
        left_out_depths = excluded.left_out_depths, errors = excluded.errors, warnings = excluded.warnings,
        infos = excluded.infos, failure_stage = excluded.failure_stage, failure_next_step = excluded.failure_next_step,
        failure_class = excluded.failure_class, failure_message = excluded.failure_message,
        attempt = excluded.attempt, at = excluded.at, log = excluded.log, token = excluded.token,
        stamp = excluded.stamp, transient = excluded.transient, recipe_id = excluded.recipe_id,
        registry = excluded.registry, letter = excluded.letter";

fn put_review(
    transaction: &Transaction<'_>,
    dictionaries: &mut Dictionaries,
    file: i64,
    entry: &Entry,
) -> rusqlite::Result<()> {
    let document = pack_document(transaction, dictionaries, &entry.document)?;
    let states = postcard::to_allocvec(&entry.states).map_err(|error| unwritable(error.into()))?;
    let kind = format!("states of {}", kind(&entry.document));
    let states = dictionaries.pack(transaction, &kind, &states)?;
    transaction
        .prepare_cached("REPLACE INTO reviews (file_id, document, states) VALUES (?1, ?2, ?3)")?
        .execute(params![file, document, states])?;
    Ok(())
}

fn put_preview(
    transaction: &Transaction<'_>,
    dictionaries: &mut Dictionaries,
    file: i64,
    entry: &Entry,
) -> rusqlite::Result<()> {
    let Some(preview) = &entry.preview else {
        return Ok(());
    };
    let preview = dictionaries.pack(transaction, "previews", json(preview)?.as_bytes())?;
    transaction
        .prepare_cached("INSERT INTO previews (file_id, preview) VALUES (?1, ?2)")?
        .execute(params![file, preview])?;
    Ok(())
}

/// The document as a row of `reviews` holds it.
pub(crate) fn pack_document(
    transaction: &Transaction<'_>,
    dictionaries: &mut Dictionaries,
    document: &Document,
) -> rusqlite::Result<Vec<u8>> {
    let json = document.to_canonical_json();
    dictionaries.pack(transaction, &kind(document), transposed(&json).as_bytes())
}

/// What documents with much in common share.
fn kind(document: &Document) -> String {
    let handler = document.handler.as_ref().map_or("no handler", |facts| &facts.id);
    format!("{handler}: {}", document.kind.as_deref().unwrap_or_default())
}

fn put_attributes(transaction: &Transaction<'_>, file: i64, document: &Document) -> rusqlite::Result<()> {
    let mut insert = transaction
        .prepare_cached("INSERT INTO attributes (file_id, name, position, value) VALUES (?1, ?2, ?3, ?4)")?;
    for (name, values) in &document.attributes {
        for (position, value) in (1i64..).zip(values) {
            insert.execute(params![file, name, position, value])?;
        }
    }
    let mut insert = transaction
        .prepare_cached("INSERT INTO file_groups (file_id, group_kind, group_name) VALUES (?1, ?2, ?3)")?;
    for kind in GroupKind::ALL {
        for name in kind.names(&document.attributes) {
            insert.execute(params![file, kind.as_str(), name])?;
        }
    }
    Ok(())
}

fn put_casts(transaction: &Transaction<'_>, file: i64, document: &Document) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO casts (file_id, position, station, number, time, longitude, latitude, levels)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for (position, cast) in (1i64..).zip(&document.casts) {
        insert.execute(params![
            file,
            position,
            cast.station,
            cast.number,
            cast.time.map(|time| time.to_string()),
            cast.longitude,
            cast.latitude,
            cast.levels.map(integer),
        ])?;
    }
    Ok(())
}

fn put_variables(
    transaction: &Transaction<'_>,
    parameters: &mut Parameters,
    file: i64,
    document: &Document,
) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO variable_cells (
             file_id, position, parameter_id, column_number, shape, total, count, missing, invalid, non_finite, padding,
             distinct_values, distinct_exact, first, last
         ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    let mut insert_numbers = transaction.prepare_cached(
        "INSERT INTO variable_numbers (
             file_id, position, min, max, mean, std, q05, q25, q50, q75, q95, flags, flag_good, flag_not_assessed,
             flag_questionable, flag_bad, flag_missing, good_flags, good_count, good_min, good_max, good_mean, good_std,
             good_q50
         ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for (position, variable) in (1i64..).zip(&document.variables) {
        insert.execute(params![
            file,
            position,
            parameters.id(transaction, variable)?,
            variable.column.map(integer),
            json(&variable.shape)?,
            integer(variable.total),
            integer(variable.count),
            integer(sum(variable.missing.values())),
            integer(variable.invalid),
            integer(variable.non_finite),
            integer(variable.padding),
            integer(variable.distinct),
            variable.distinct_exact,
            variable.first,
            variable.last,
        ])?;
        if variable.min.is_some() || variable.flags.is_some() || variable.good.is_some() {
            put_numbers(&mut insert_numbers, file, position, variable)?;
        }
    }
    Ok(())
}

fn put_numbers(
    insert: &mut Statement<'_>,
    file: i64,
    position: i64,
    variable: &Variable,
) -> rusqlite::Result<()> {
    let good = variable.good.as_ref();
    let flags = variable.flags.as_ref();
    let cells_of_flags: Option<BTreeMap<&String, u64>> = flags.map(|flags| {
        flags
            .iter()
            .map(|(flag, figures)| (flag, figures.total))
            .collect()
    });
    let of_class = |class| variable.cells_of_class(class).map(integer);
    insert.execute(params![
        file,
        position,
        variable.min.map(|scalar| scalar.as_f64()),
        variable.max.map(|scalar| scalar.as_f64()),
        variable.mean,
        variable.std,
        quantile(&variable.quantiles, "0.05"),
        quantile(&variable.quantiles, "0.25"),
        quantile(&variable.quantiles, "0.5"),
        quantile(&variable.quantiles, "0.75"),
        quantile(&variable.quantiles, "0.95"),
        cells_of_flags.as_ref().map(json).transpose()?,
        of_class(FlagClass::Good),
        of_class(FlagClass::NotAssessed),
        of_class(FlagClass::Questionable),
        of_class(FlagClass::Bad),
        of_class(FlagClass::Missing),
        good.map(|good| json(&good.flags)).transpose()?,
        good.map(|good| integer(good.count)),
        good.and_then(|good| good.min).map(|scalar| scalar.as_f64()),
        good.and_then(|good| good.max).map(|scalar| scalar.as_f64()),
        good.and_then(|good| good.mean),
        good.and_then(|good| good.std),
        good.and_then(|good| quantile(&good.quantiles, "0.5")),
    ])?;
    Ok(())
}

fn sum<'n>(counts: impl Iterator<Item = &'n u64>) -> u64 {
    counts.fold(0, |sum, count| sum.saturating_add(*count))
}

fn quantile(quantiles: &Option<BTreeMap<String, f64>>, name: &str) -> Option<f64> {
    quantiles.as_ref()?.get(name).copied()
}

fn put_findings(transaction: &Transaction<'_>, file: i64, document: &Document) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO findings (file_id, position, severity, code, subject, message, count, places, suppressed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for (position, finding) in (1i64..).zip(&document.findings) {
        insert.execute(params![
            file,
            position,
            finding.severity.as_str(),
            finding.code,
            finding.subject,
            finding.message,
            integer(finding.count),
            json(&finding.places)?,
            json(&finding.suppressed)?,
        ])?;
    }
    Ok(())
}

fn log_failure(transaction: &Transaction<'_>, entry: &Entry) -> rusqlite::Result<()> {
    let Some(failure) = &entry.document.failure else {
        return Ok(());
    };
    let mut insert = transaction.prepare_cached(
        "INSERT INTO failures (
             key, at, attempt, stage, class, message, place, handler, recipe, log, evidence, root, next_step
         ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    insert.execute(params![
        entry.document.file.key,
        entry.at,
        entry.attempt,
        failure.stage.as_str(),
        failure.class.as_str(),
        failure.message,
        failure.place.as_ref().map(json).transpose()?,
        entry.document.handler.as_ref().map(|facts| &facts.id),
        entry.document.provenance.recipe,
        entry.log,
        failure.evidence.as_ref().map(json).transpose()?,
        entry.root,
        failure.next_step(),
    ])?;
    Ok(())
}

/// SQLite's integers end at 2^63 − 1; larger values are in the document only.
fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn json<T: Serialize + ?Sized>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| unwritable(error.into()))
}

/// A value that serde writes as one word, without its quotes.
fn word<T: Serialize>(value: &T) -> rusqlite::Result<String> {
    Ok(json(value)?.trim_matches('"').to_owned())
}
