//! An object that S3 returns only after it is restored.

use std::time::Duration;

use aws_sdk_s3::types::{RestoreRequest, StorageClass};
use data_review_aws::{Sweep, Sweeps};
use data_review_core::store::Store;
use data_review_core::{Class, Outcome};

use super::World;
use crate::{until, wait};

const KEY: &str = "archived/a.csv";
const TABLE: &[u8] = b"time,depth\n2020-01-01,1\n2020-01-02,2\n2020-01-03,3\n";
/// The emulator restores an object in two seconds.
const LIMIT: Duration = Duration::from_secs(30);

/// An archived object fails with the class that says so, a sweep leaves it out, and it is reviewed when it is restored.
///
/// # Panics
/// When not.
pub fn archived(world: &World<'_>) {
    let stack = world.stack;
    let (s3, bucket) = (&stack.clients.s3, &stack.outputs.data_bucket);
    let put = s3
        .put_object()
        .bucket(bucket)
        .key(KEY)
        .body(TABLE.to_vec().into());
    wait(put.storage_class(StorageClass::DeepArchive).send()).unwrap();
    until("the archived object has failed", LIMIT, || {
        (stack.outcome_of(KEY) == Some(Outcome::Failed)).then_some(())
    });
    let failures = stack.store.failures(Some(KEY)).unwrap();
    let failure = &failures.last().unwrap().failure;
    assert_eq!(failure.class, Class::Archived, "{failure:?}");
    assert!(failure.message.contains("DEEP_ARCHIVE"), "{failure:?}");

    world.command.expect(&["sweep", "--prefix", "archived/"]);
    let sweeps = Sweeps::new(&stack.clients, &stack.outputs.sweeps_table);
    let swept = until("the sweep is done", LIMIT, || {
        let all: Vec<Sweep> = wait(sweeps.all()).unwrap();
        all.into_iter()
            .find(|sweep| sweep.prefix() == "archived/" && sweep.done)
    });
    assert_eq!((swept.listed, swept.sent, swept.archived), (1, 0, 1));
    let status = world.command.expect(&["status"]);
    assert!(
        status.contains("1 archived object left out of the sweep of `archived/*`"),
        "{status}"
    );

    let restore = s3.restore_object().bucket(bucket).key(KEY);
    let days = RestoreRequest::builder().days(1).build();
    wait(restore.restore_request(days).send()).unwrap();
    until("the restored object is reviewed", LIMIT, || {
        (stack.outcome_of(KEY) == Some(Outcome::Reviewed)).then_some(())
    });
}
