//! Sweeps list the bucket page by page, and send new and changed objects to the intake queue.

use std::time::Duration;

use data_review_aws::lambda::Invocation;
use data_review_aws::message::{LookRequest, Request};
use data_review_aws::object::{self, Listed};
use data_review_aws::{CallError, Lease, queue};
use data_review_core::pipeline::{OutcomeRow, Reason};
use serde_json::value::RawValue;

use crate::settings::Orchestrator;

/// The longest time that a page may take. A lease is renewed with every page, and ends after twice this time.
const PAGE: Duration = Duration::from_secs(30);

impl Orchestrator {
    /// Begins a sweep, or continues all unfinished ones, until they are done or the time is over.
    pub(crate) async fn sweep(
        &self,
        request: Request,
        invocation: &Invocation,
    ) -> Result<Box<RawValue>, String> {
        let swept = match request {
            Request::Sweep { prefix, force } => self.begin(&prefix, force, invocation).await,
            Request::Tick {} => self.continue_all(invocation).await,
        };
        swept.map_err(|error| error.message)?;
        let sweeps = self.sweeps.all().await.map_err(|error| error.message)?;
        serde_json::value::to_raw_value(&sweeps).map_err(|error| error.to_string())
    }

    async fn begin(&self, prefix: &str, force: bool, invocation: &Invocation) -> Result<(), CallError> {
        self.sweeps.begin(prefix, force).await?;
        self.work_on(prefix, invocation).await
    }

    async fn continue_all(&self, invocation: &Invocation) -> Result<(), CallError> {
        for sweep in self.sweeps.all().await? {
            if !sweep.done && invocation.left() > PAGE {
                self.work_on(sweep.prefix(), invocation).await?;
            }
        }
        Ok(())
    }

    /// Continues a sweep, unless another invocation holds its lease, until it is done or the time is over.
    async fn work_on(&self, prefix: &str, invocation: &Invocation) -> Result<(), CallError> {
        let Some(mut lease) = self.sweeps.take(prefix, &invocation.request, 2 * PAGE).await? else {
            return Ok(());
        };
        loop {
            self.page(&mut lease).await?;
            let keep = !lease.sweep.done && invocation.left() > PAGE;
            let ours = self.sweeps.save(&lease, keep).await?;
            if !ours || !keep {
                let sweep = &lease.sweep;
                tracing::info!(
                    prefix,
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

    /// Lists one page, compares it with the rows, and sends what is new. Archived objects are counted and left out: S3 would
    /// refuse to return them, and sends an event when one is restored.
    async fn page(&self, lease: &mut Lease) -> Result<(), CallError> {
        let sweep = &mut lease.sweep;
        let page = object::list(
            &self.clients,
            &self.bucket,
            sweep.prefix(),
            sweep.cursor.as_deref(),
        )
        .await?;
        let (archived, readable): (Vec<_>, Vec<_>) =
            page.objects.iter().partition(|object| object.archive.is_some());
        let looks = self.news(&readable, sweep.force).await?;
        queue::send_look_requests(&self.clients, &self.intake, &looks, sweep.force).await?;
        sweep.listed += page.objects.len() as u64;
        sweep.sent += looks.len() as u64;
        sweep.archived += archived.len() as u64;
        sweep.done = !page.more;
        if let Some(last) = page.objects.into_iter().next_back() {
            sweep.cursor = Some(last.key);
        }
        Ok(())
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
