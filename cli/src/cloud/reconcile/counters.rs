//! Whether the counters are what a count of all rows says, and their correction.

use std::io::Write;

use data_review_aws::{Counters, RowCounts, RowGroup};

use super::super::connection::Connection;
use crate::error::CliError;
use crate::output;
use crate::table::{Column, Table};

/// What a count of all rows says of the counters.
#[derive(Debug, PartialEq, Eq)]
enum Proof {
    /// They are right.
    Right,
    /// They changed while the rows were counted.
    Moving,
    /// The number of rows of these groups less their counters.
    Wrong(RowCounts),
}

impl Proof {
    /// Compares the counters before and after the count with the count. What the counters lack, or count too much, stays the same
    /// whatever is written meanwhile, because a row and its counters change together; but it is known only if nothing was.
    fn of(before: &Counters, after: &Counters, rows: &RowCounts) -> Self {
        if before != after {
            return Proof::Moving;
        }
        let lacking = |group: &RowGroup| {
            let of = |counts: &RowCounts| counts.get(group).copied().unwrap_or(0);
            (group.clone(), of(rows) - of(&after.counts))
        };
        let wrong: RowCounts = rows
            .keys()
            .chain(after.counts.keys())
            .map(lacking)
            .filter(|(_, by)| *by != 0)
            .collect();
        match wrong.is_empty() {
            true => Proof::Right,
            false => Proof::Wrong(wrong),
        }
    }
}

/// Says whether the counters are right, and corrects them if `rebuild`. False if they are wrong, and remain so.
pub(super) fn prove(
    cloud: &Connection,
    before: &Counters,
    rows: &RowCounts,
    rebuild: bool,
) -> Result<bool, CliError> {
    let after = cloud.wait(cloud.store.counters())?;
    let changes = match Proof::of(before, &after, rows) {
        Proof::Moving => {
            output::say(
                "the counters were not compared, because outcomes were written meanwhile: run this again when \
                 `data-review cloud status --wait` has ended",
            );
            return Ok(!rebuild);
        }
        Proof::Right if after.complete => {
            output::say("the counters agree with the table");
            return Ok(true);
        }
        Proof::Right => RowCounts::new(),
        Proof::Wrong(changes) => {
            show(&after.counts, &changes)?;
            changes
        }
    };
    if rebuild {
        cloud.wait(cloud.store.correct_counters(&changes))?;
        output::say("the counters were corrected, and count every row from now on");
        return Ok(true);
    }
    output::say(match after.complete {
        true => {
            "the counters differ from the table; `data-review cloud reconcile --rebuild-counters` corrects them"
        }
        false => {
            "the table has rows of a version without counters; `data-review cloud reconcile --rebuild-counters` \
             counts them, and `data-review cloud status` no longer reads the whole table"
        }
    });
    Ok(false)
}

fn show(counted: &RowCounts, changes: &RowCounts) -> Result<(), CliError> {
    let mut table = Table::new(&[
        Column::words("outcome"),
        Column::words("handler"),
        Column::number("counted"),
        Column::number("rows"),
    ]);
    for (group, by) in changes {
        let counted = counted.get(group).copied().unwrap_or(0);
        table.row([
            group.outcome.as_str(),
            group.handler.as_deref().unwrap_or("none"),
            &counted.to_string(),
            &(counted + by).to_string(),
        ]);
    }
    let mut out = output::text();
    table.write(&mut out, output::width())?;
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use data_review_core::Outcome;

    use super::*;

    fn counts(reviewed: i64, failed: i64) -> RowCounts {
        let group = |outcome| RowGroup {
            outcome,
            handler: Some("csv".to_owned()),
        };
        let all = [
            (group(Outcome::Reviewed), reviewed),
            (group(Outcome::Failed), failed),
        ];
        all.into_iter().filter(|(_, files)| *files != 0).collect()
    }

    fn counters(reviewed: i64, failed: i64) -> Counters {
        Counters {
            counts: counts(reviewed, failed),
            complete: true,
        }
    }

    #[test]
    fn counters_are_right_wrong_or_moving() {
        let proof = |before, after, rows| Proof::of(&before, &after, &rows);
        assert_eq!(proof(counters(3, 1), counters(3, 1), counts(3, 1)), Proof::Right);
        assert_eq!(proof(counters(3, 1), counters(4, 1), counts(4, 1)), Proof::Moving);
        assert_eq!(
            proof(counters(3, 1), counters(3, 1), counts(5, 0)),
            Proof::Wrong(counts(2, -1))
        );
        assert_eq!(
            proof(counters(0, 0), counters(0, 0), counts(7, 0)),
            Proof::Wrong(counts(7, 0))
        );
        assert_eq!(
            proof(counters(-2, 0), counters(-2, 0), counts(0, 0)),
            Proof::Wrong(counts(2, 0))
        );
    }

    /// A stack of the version before: its rows are not counted, whatever becomes of them before and after the correction.
    #[test]
    fn a_correction_holds_whatever_is_written_after_it() {
        let mut rows = counts(5, 3);
        let mut counted = RowCounts::new();
        let (reviewed, failed) = {
            let mut groups = rows.keys().cloned();
            (groups.next().unwrap(), groups.next().unwrap())
        };
        let write = |rows: &mut RowCounts, counted: &mut RowCounts, from: &RowGroup, to: &RowGroup| {
            for counts in [rows, counted] {
                *counts.entry(from.clone()).or_default() -= 1;
                *counts.entry(to.clone()).or_default() += 1;
            }
        };
        write(&mut rows, &mut counted, &failed, &reviewed);
        let quiet = Counters {
            counts: counted.clone(),
            complete: false,
        };
        let Proof::Wrong(changes) = Proof::of(&quiet, &quiet, &rows) else {
            panic!("an uncounted row was not noticed");
        };
        // A write comes between the proof and the correction.
        write(&mut rows, &mut counted, &reviewed, &failed);
        for (group, by) in changes {
            *counted.entry(group).or_default() += by;
        }
        assert_eq!(counted, rows);
    }
}
