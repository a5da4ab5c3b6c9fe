//! The counters of a stack, and their correction.

use data_review_aws::RowCounts;
use data_review_deployment::table;

use super::World;
use crate::wait;

/// The counters agree with the rows after whatever the suites before have done. When they are lost, as those of an upgraded stack are
/// absent, `reconcile` says so and counts the rows again.
///
/// # Panics
/// If they do not, or it does not.
pub fn counters(world: &World<'_>) {
    let rows = rows(world);
    assert!(!rows.is_empty());
    assert_eq!(wait(world.stack.store.counters()).unwrap().counts, rows);
    let everything = ["reconcile", "--prefix", "no such prefix/"];
    world.command.expect(&everything);

    let dynamodb = &world.stack.clients.dynamodb;
    let name = &world.stack.outputs.counters_table;
    let items = wait(dynamodb.scan().table_name(name).send())
        .unwrap()
        .items
        .unwrap();
    for mut item in items {
        let counter = item.remove(table::COUNTER).unwrap();
        let delete = dynamodb
            .delete_item()
            .table_name(name)
            .key(table::COUNTER, counter);
        wait(delete.send()).unwrap();
    }
    let (code, printed) = world.command.cloud(&everything);
    assert_eq!(code, 1, "{printed}");
    let reviewed = rows.iter().find(|(_, files)| **files > 0).unwrap().1;
    assert!(printed.contains(&reviewed.to_string()), "{printed}");
    world
        .command
        .expect(&["reconcile", "--prefix", "no such prefix/", "--rebuild-counters"]);
    world.command.expect(&everything);
    let counters = wait(world.stack.store.counters()).unwrap();
    assert_eq!((counters.counts, counters.complete), (rows, true));
}

/// The number of rows of each group, counted row by row.
fn rows(world: &World<'_>) -> RowCounts {
    let mut rows = RowCounts::new();
    wait(world.stack.store.scan_rows(|row| {
        *rows.entry(row.group).or_default() += 1;
        Ok::<_, data_review_aws::CallError>(())
    }))
    .unwrap();
    rows
}
