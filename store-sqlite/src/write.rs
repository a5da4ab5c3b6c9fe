//! Writes: each call is one transaction.

use std::collections::BTreeMap;

use data_review_core::store::{Entry, Write, Written};
use data_review_core::{Document, Severity};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, named_params, params};
use serde::Serialize;

use crate::packed::pack;
use crate::read::{Recipes, unwritable};

/// Statements that delete the rows of a review, which the next outcome replaces.
const PARTS: [&str; 3] = [
    "DELETE FROM attributes WHERE file_id = ?1",
    "DELETE FROM variables WHERE file_id = ?1",
    "DELETE FROM findings WHERE file_id = ?1",
];

pub(crate) fn record(
    connection: &mut Connection,
    recipes: &mut Recipes,
    writes: &[Write],
) -> rusqlite::Result<Vec<Written>> {
    let result = record_all(connection, recipes, writes);
    if result.is_err() {
        recipes.forget();
    }
    result
}

fn record_all(
    connection: &mut Connection,
    recipes: &mut Recipes,
    writes: &[Write],
) -> rusqlite::Result<Vec<Written>> {
    // Immediate: what is read for the comparison is what is replaced.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let answers = writes
        .iter()
        .map(|write| record_one(&transaction, recipes, write))
        .collect::<rusqlite::Result<Vec<_>>>()?;
    transaction.commit()?;
    Ok(answers)
}

fn record_one(
    transaction: &Transaction<'_>,
    recipes: &mut Recipes,
    write: &Write,
) -> rusqlite::Result<Written> {
    let held: Option<(i64, String)> = transaction
        .prepare_cached("SELECT file_id, token FROM files WHERE key = ?1")?
        .query_row([&write.entry.document.file.key], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let (old, token) = held.unzip();
    if token != write.expect {
        return Ok(Written::Taken(token));
    }
    let entry = &write.entry;
    let file = put_file(transaction, recipes, entry)?;
    if old.is_some() {
        for delete in PARTS {
            transaction.prepare_cached(delete)?.execute([file])?;
        }
    }
    put_review(transaction, file, entry)?;
    put_attributes(transaction, file, &entry.document)?;
    put_variables(transaction, file, &entry.document)?;
    put_findings(transaction, file, &entry.document)?;
    log_failure(transaction, entry)?;
    Ok(Written::Yes)
}

/// Inserts or replaces the row of `files`, but keeps `file_id` and `first_seen`.
fn put_file(transaction: &Transaction<'_>, recipes: &mut Recipes, entry: &Entry) -> rusqlite::Result<i64> {
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
    let found = |severity| {
        document
            .findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count() as i64
    };
    transaction.prepare_cached(PUT_FILE)?.query_row(
        named_params! {
            ":key": document.file.key,
            ":origin": entry.origin,
            ":outcome": row.outcome.as_str(),
            ":size": document.file.size.map(integer),
            ":sha256": row.sha256,
            ":handler": handler.map(|facts| &facts.id),
            ":handler_version": handler.map(|facts| facts.version),
            ":verdict": handler.map(|facts| word(&facts.verdict)).transpose()?,
            ":kind": document.kind,
            ":observations": document.observations.map(integer),
            ":profiles": document.profiles.map(integer),
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
            ":attempt": entry.attempt,
            ":at": entry.at,
            ":log": entry.log,
            ":token": row.token,
            ":stamp": row.stamp,
            ":transient": row.transient,
            ":recipe_id": recipe,
            ":registry": row.registry,
            ":letter": row.letter,
        },
        |row| row.get(0),
    )
}

const PUT_FILE: &str = "
    INSERT INTO files (
        key, origin, outcome, size, sha256, handler, handler_version, verdict, kind, observations, profiles,
        time_first, time_last, west, south, east, north, depth_min, depth_max, depth_unit,
        left_out_times, left_out_positions, left_out_depths, errors, warnings, infos,
        failure_stage, failure_class, failure_message, attempt, first_seen, at, log,
        token, stamp, transient, recipe_id, registry, letter
    ) VALUES (
        :key, :origin, :outcome, :size, :sha256, :handler, :handler_version, :verdict, :kind, :observations, :profiles,
        :time_first, :time_last, :west, :south, :east, :north, :depth_min, :depth_max, :depth_unit,
        :left_out_times, :left_out_positions, :left_out_depths, :errors, :warnings, :infos, :failure_stage, :failure_class, :failure_message, :attempt, :at, :at, :log,
        :token, :stamp, :transient, :recipe_id, :registry, :letter
    ) ON CONFLICT (key) DO UPDATE SET
        origin = excluded.origin, outcome = excluded.outcome, size = excluded.size, sha256 = excluded.sha256,
        handler = excluded.handler, handler_version = excluded.handler_version, verdict = excluded.verdict,
        kind = excluded.kind, observations = excluded.observations, profiles = excluded.profiles,
        time_first = excluded.time_first, time_last = excluded.time_last, west = excluded.west,
        south = excluded.south, east = excluded.east, north = excluded.north, depth_min = excluded.depth_min,
        depth_max = excluded.depth_max, depth_unit = excluded.depth_unit,
        left_out_times = excluded.left_out_times, left_out_positions = excluded.left_out_positions,
        left_out_depths = excluded.left_out_depths, errors = excluded.errors, warnings = excluded.warnings, infos = excluded.infos, failure_stage = excluded.failure_stage,
        failure_class = excluded.failure_class, failure_message = excluded.failure_message,
        attempt = excluded.attempt, at = excluded.at, log = excluded.log, token = excluded.token,
        stamp = excluded.stamp, transient = excluded.transient, recipe_id = excluded.recipe_id,
        registry = excluded.registry, letter = excluded.letter
    RETURNING file_id";

fn put_review(transaction: &Transaction<'_>, file: i64, entry: &Entry) -> rusqlite::Result<()> {
    let states = postcard::to_allocvec(&entry.states).map_err(|error| unwritable(error.into()))?;
    let pack = |bytes: &[u8]| pack(bytes).map_err(|error| unwritable(error.into()));
    transaction
        .prepare_cached("REPLACE INTO reviews (file_id, document, states) VALUES (?1, ?2, ?3)")?
        .execute(params![
            file,
            pack(entry.document.to_canonical_json().as_bytes())?,
            pack(&states)?
        ])?;
    Ok(())
}

fn put_attributes(transaction: &Transaction<'_>, file: i64, document: &Document) -> rusqlite::Result<()> {
    let mut insert = transaction
        .prepare_cached("INSERT INTO attributes (file_id, name, position, value) VALUES (?1, ?2, ?3, ?4)")?;
    for (name, values) in &document.attributes {
        for (position, value) in (1i64..).zip(values) {
            insert.execute(params![file, name, position, value])?;
        }
    }
    Ok(())
}

fn put_variables(transaction: &Transaction<'_>, file: i64, document: &Document) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO variables (
             file_id, position, name, unit, canonical, standard_name, column_number, dtype, shape, total, count,
             missing, invalid, non_finite, min, max, mean, std, q05, q25, q50, q75, q95, distinct_values, distinct_exact,
             first, last, flags, padding, quantity, flag_scheme, good_flags, good_count, good_min, good_max, good_mean,
             good_std, good_q50
         ) VALUES (
             :file_id, :position, :name, :unit, :canonical, :standard_name, :column_number, :dtype, :shape, :total,
             :count, :missing, :invalid, :non_finite, :min, :max, :mean, :std, :q05, :q25, :q50, :q75, :q95,
             :distinct_values, :distinct_exact, :first, :last, :flags, :padding, :quantity, :flag_scheme, :good_flags,
             :good_count, :good_min, :good_max, :good_mean, :good_std, :good_q50
         )",
    )?;
    for (position, variable) in (1i64..).zip(&document.variables) {
        let good = variable.good.as_ref();
        insert.execute(named_params! {
            ":file_id": file,
            ":position": position,
            ":name": variable.name,
            ":unit": variable.unit,
            ":canonical": variable.canonical,
            ":standard_name": variable.standard_name,
            ":column_number": variable.column.map(integer),
            ":dtype": variable.dtype,
            ":shape": json(&variable.shape)?,
            ":total": integer(variable.total),
            ":count": integer(variable.count),
            ":missing": integer(variable.missing.values().fold(0, |sum: u64, count| sum.saturating_add(*count))),
            ":invalid": integer(variable.invalid),
            ":non_finite": integer(variable.non_finite),
            ":min": variable.min.map(|scalar| scalar.as_f64()),
            ":max": variable.max.map(|scalar| scalar.as_f64()),
            ":mean": variable.mean,
            ":std": variable.std,
            ":q05": quantile(&variable.quantiles, "0.05"),
            ":q25": quantile(&variable.quantiles, "0.25"),
            ":q50": quantile(&variable.quantiles, "0.5"),
            ":q75": quantile(&variable.quantiles, "0.75"),
            ":q95": quantile(&variable.quantiles, "0.95"),
            ":distinct_values": integer(variable.distinct),
            ":distinct_exact": variable.distinct_exact,
            ":first": variable.first,
            ":last": variable.last,
            ":flags": variable.flags.as_ref().map(json).transpose()?,
            ":padding": integer(variable.padding),
            ":quantity": variable.quantity,
            ":flag_scheme": variable.flag_scheme,
            ":good_flags": good.map(|good| json(&good.flags)).transpose()?,
            ":good_count": good.map(|good| integer(good.count)),
            ":good_min": good.and_then(|good| good.min).map(|scalar| scalar.as_f64()),
            ":good_max": good.and_then(|good| good.max).map(|scalar| scalar.as_f64()),
            ":good_mean": good.and_then(|good| good.mean),
            ":good_std": good.and_then(|good| good.std),
            ":good_q50": good.and_then(|good| quantile(&good.quantiles, "0.5")),
        })?;
    }
    Ok(())
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
        "INSERT INTO failures (key, at, attempt, stage, class, message, place, handler, recipe, log, evidence)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
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
