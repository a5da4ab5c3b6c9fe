//! Sweeps list the bucket, or read its inventory, page by page, and send new and changed objects to the intake queue.

use std::fs::File;
use std::io::BufReader;
use std::time::Duration;

use data_review_aws::inventory::{self, InventoryFile, InventoryReader};
use data_review_aws::lambda::Invocation;
use data_review_aws::message::{LookRequest, Request};
use data_review_aws::object::{self, Listed};
use data_review_aws::{CallError, Lease, Sweep, queue};
use data_review_core::pipeline::{OutcomeRow, Reason};
use futures::stream::{self, StreamExt};
use serde_json::value::RawValue;

use crate::settings::Orchestrator;

/// The longest time that a page may take. A lease is renewed with every page, and ends after twice this time.
const PAGE: Duration = Duration::from_secs(30);
/// The time for which a file of an inventory is leased: it is copied before its first page, as long as the invocation lasts.
const FILE: Duration = Duration::from_secs(300);
/// Sweeps that an invocation works on at once.
const AT_ONCE: usize = 4;

/// Where a sweep finds the objects.
enum Source {
    Listing,
    Inventory(Box<InventoryReader<BufReader<File>>>),
}

/// A page of either source.
struct SweepPage {
    objects: Vec<Listed>,
    /// Where the next page begins; `None` if it begins where this one did.
    cursor: Option<String>,
    more: bool,
}

impl Orchestrator {
    /// Begins a sweep, or continues all unfinished ones, until they are done or the time is over.
    pub(crate) async fn sweep(
        &self,
        request: Request,
        invocation: &Invocation,
    ) -> Result<Box<RawValue>, String> {
        let swept = match request {
            Request::Sweep {
                prefix,
                force,
                inventory: None,
            } => self.begin(&prefix, force, invocation).await,
            Request::Sweep {
                prefix,
                force,
                inventory: Some(manifest),
            } => self.begin_inventory(&prefix, force, &manifest, invocation).await,
            Request::Tick {} => self.continue_all(invocation).await,
        };
        swept.map_err(|error| error.message)?;
        let sweeps = self.sweeps.all().await.map_err(|error| error.message)?;
        serde_json::value::to_raw_value(&sweeps).map_err(|error| error.to_string())
    }

    async fn begin(&self, prefix: &str, force: bool, invocation: &Invocation) -> Result<(), CallError> {
        self.sweeps.begin(prefix, force).await?;
        self.work_on(&Sweep::listing(prefix), 2 * PAGE, invocation).await
    }

    /// Begins a sweep of each file of an inventory; invocations then work on several of them at once.
    async fn begin_inventory(
        &self,
        prefix: &str,
        force: bool,
        manifest: &str,
        invocation: &Invocation,
    ) -> Result<(), CallError> {
        let files = inventory::files(&self.clients, manifest, &self.bucket).await?;
        self.sweeps.begin_inventory(prefix, force, files).await?;
        self.continue_all(invocation).await
    }

    async fn continue_all(&self, invocation: &Invocation) -> Result<(), CallError> {
        let all = self.sweeps.all().await?;
        let unfinished = all.iter().filter(|sweep| !sweep.done);
        let work = stream::iter(unfinished).map(|sweep| async {
            if invocation.left() <= PAGE {
                return Ok(());
            }
            let length = match sweep.inventory {
                None => 2 * PAGE,
                Some(_) => FILE,
            };
            self.work_on(sweep.id(), length, invocation).await
        });
        // A sweep that fails does not stop the others.
        let worked: Vec<Result<(), CallError>> = work.buffer_unordered(AT_ONCE).collect().await;
        worked.into_iter().collect()
    }

    /// Continues a sweep, unless another invocation holds its lease, until it is done or the time is over.
    async fn work_on(&self, id: &str, length: Duration, invocation: &Invocation) -> Result<(), CallError> {
        let Some(mut lease) = self.sweeps.take(id, &invocation.request, length).await? else {
            return Ok(());
        };
        let mut source = match &lease.sweep.inventory {
            None => Source::Listing,
            Some(file) => match self.open(file, &lease.sweep, invocation).await {
                Ok(reader) => Source::Inventory(Box::new(reader)),
                Err(error) => return self.give_up(lease, error).await,
            },
        };
        loop {
            if let Err(error) = self.page(&mut lease, &mut source).await {
                return match source {
                    Source::Listing => Err(error),
                    Source::Inventory(_) => self.give_up(lease, error).await,
                };
            }
            let keep = !lease.sweep.done && invocation.left() > PAGE;
            let ours = self.sweeps.save(&lease, keep).await?;
            if !ours || !keep {
                let sweep = &lease.sweep;
                tracing::info!(
                    sweep = sweep.id(),
                    listed = sweep.listed,
                    sent = sweep.sent,
                    archived = sweep.archived,
                    done = sweep.done,
                    "progress of a sweep"
                );
                return Ok(());
            }
        }
    }

    async fn open(
        &self,
        file: &InventoryFile,
        sweep: &Sweep,
        invocation: &Invocation,
    ) -> Result<InventoryReader<BufReader<File>>, CallError> {
        let skip = sweep.cursor.as_deref().and_then(|lines| lines.parse().ok());
        let opened = invocation.in_time(inventory::open(&self.clients, file, skip.unwrap_or(0)));
        opened
            .await
            .unwrap_or_else(|| Err(CallError::transient("the function has no time left")))
    }

    /// Ends a sweep of an inventory's file that cannot be read; a transient error is left to the next tick.
    async fn give_up(&self, mut lease: Lease, error: CallError) -> Result<(), CallError> {
        if error.transient {
            return Err(error);
        }
        tracing::error!(%error, sweep = lease.sweep.id(), "a file of an inventory was given up");
        lease.sweep.done = true;
        lease.sweep.failed = Some(error.message);
        self.sweeps.save(&lease, false).await.map(drop)
    }

    /// Reads one page, compares it with the rows, and sends what is new. Archived objects are counted and left out: S3 would
    /// refuse to return them, and sends an event when one is restored.
    async fn page(&self, lease: &mut Lease, source: &mut Source) -> Result<(), CallError> {
        let sweep = &mut lease.sweep;
        let page = self.next_page(sweep, source).await?;
        let (archived, readable): (Vec<_>, Vec<_>) =
            page.objects.iter().partition(|object| object.archive.is_some());
        let looks = self.news(&readable, sweep.force).await?;
        queue::send_look_requests(&self.clients, &self.intake, &looks, sweep.force).await?;
        sweep.listed += page.objects.len() as u64;
        sweep.sent += looks.len() as u64;
        sweep.archived += archived.len() as u64;
        sweep.done = !page.more;
        sweep.cursor = page.cursor.or(sweep.cursor.take());
        Ok(())
    }

    async fn next_page(&self, sweep: &Sweep, source: &mut Source) -> Result<SweepPage, CallError> {
        match source {
            Source::Listing => {
                let after = sweep.cursor.as_deref();
                let page = object::list(&self.clients, &self.bucket, sweep.prefix(), after).await?;
                Ok(SweepPage {
                    cursor: page.objects.last().map(|object| object.key.clone()),
                    objects: page.objects,
                    more: page.more,
                })
            }
            Source::Inventory(reader) => {
                let page = reader.next_page(sweep.prefix())?;
                Ok(SweepPage {
                    objects: page.objects,
                    cursor: Some(reader.lines().to_string()),
                    more: page.more,
                })
            }
        }
    }

    /// The objects that are new or changed, or whose outcome is out of date.
    async fn news(&self, objects: &[&Listed], force: bool) -> Result<Vec<LookRequest>, CallError> {
        let keys: Vec<&str> = objects.iter().map(|object| object.key.as_str()).collect();
        let rows = self.store.read_rows(&keys).await?;
        let policy = self.policy(force);
        let is_news = |(object, row): &(&&Listed, Option<OutcomeRow>)| {
            policy.reason(row.as_ref(), Some(&object.stamp)) != Reason::Unchanged
        };
        let news = objects.iter().zip(rows).filter(is_news);
        let looks = news.map(|(object, _)| LookRequest {
            key: object.key.clone(),
            size: Some(object.size),
        });
        Ok(looks.collect())
    }
}
