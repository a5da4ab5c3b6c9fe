//! Tables that explain the others, filled by this program: quantities and finding codes.

use data_review_core::{CodeInfo, quantity};
use rusqlite::{Connection, TransactionBehavior, params};

/// Brings `quantities`, and the conversions of `parameters` that a migration left open, up to date.
pub(crate) fn put_quantities(connection: &mut Connection) -> rusqlite::Result<()> {
    let known: Vec<(String, String, f64, f64)> = connection
        .prepare("SELECT quantity, unit, expected_min, expected_max FROM quantities ORDER BY quantity")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut own: Vec<_> = quantity::all().iter().collect();
    own.sort_by_key(|quantity| quantity.name);
    let is_current = known.len() == own.len()
        && own.iter().zip(&known).all(|(own, (name, unit, min, max))| {
            (own.name, own.unit, own.range) == (name.as_str(), unit.as_str(), (*min, *max))
        });
    if is_current {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute("DELETE FROM quantities", [])?;
    for quantity in own {
        let (min, max) = quantity.range;
        transaction
            .prepare_cached("INSERT INTO quantities VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![quantity.name, quantity.unit, min, max])?;
    }
    let parameters: Vec<(i64, String, String)> = transaction
        .prepare(
            "SELECT parameter_id, quantity, unit FROM parameters WHERE quantity IS NOT NULL AND unit IS NOT NULL",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (id, quantity, unit) in parameters {
        let (scale, offset) = conversion(Some(&quantity), Some(&unit)).unzip();
        transaction
            .prepare_cached(
                "UPDATE parameters SET unit_scale = ?2, unit_offset = ?3 WHERE parameter_id = ?1",
            )?
            .execute(params![id, scale, offset])?;
    }
    transaction.commit()
}

/// Scale and offset from a unit to that of a quantity.
pub(crate) fn conversion(quantity: Option<&str>, unit: Option<&str>) -> Option<(f64, f64)> {
    quantity::named(quantity?)?.conversion(unit?)
}

/// Replaces `codes`, unless it holds just these.
pub(crate) fn put_codes(connection: &mut Connection, codes: &[(&str, &CodeInfo)]) -> rusqlite::Result<()> {
    let rows = |connection: &Connection| -> rusqlite::Result<Vec<[String; 7]>> {
        let mut select = connection.prepare(
            "SELECT handler, code, severity, title, meaning, remedy, clause FROM codes ORDER BY handler, code",
        )?;
        let rows = select.query_map([], |row| {
            let mut cells: [String; 7] = Default::default();
            for (at, cell) in cells.iter_mut().enumerate() {
                *cell = row.get(at)?;
            }
            Ok(cells)
        })?;
        rows.collect()
    };
    let mut own: Vec<[String; 7]> = codes
        .iter()
        .map(|(handler, info)| {
            let severity = info.severity.as_str();
            [
                *handler,
                info.code,
                severity,
                info.title,
                info.meaning,
                info.remedy,
                info.clause,
            ]
            .map(str::to_owned)
        })
        .collect();
    own.sort();
    own.dedup_by(|a, b| a[..2] == b[..2]);
    if rows(connection)? == own {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute("DELETE FROM codes", [])?;
    for cells in own {
        transaction
            .prepare_cached("INSERT INTO codes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
            .execute(cells)?;
    }
    transaction.commit()
}
