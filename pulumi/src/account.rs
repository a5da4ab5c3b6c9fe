//! What the plan depends on in the user's account: asked before anything is made, so that a preview refuses what would fail
//! half-way or harm what is there.

use anyhow::{Context as _, Result, bail};
use serde_json::{Value as Json, json};

use crate::sdk::Monitor;
use crate::{Config, DataBucket, Notify, StackLocation};

/// Code of the quota of concurrent Lambda executions in Service Quotas.
pub const CONCURRENT_EXECUTIONS: &str = "L-B99A9384";

/// How many Lambda executions the account may run at once in this region.
///
/// # Errors
/// If AWS does not answer, with the setting that replaces the answer.
pub async fn concurrency_quota(monitor: &Monitor) -> Result<u32> {
    let arguments = json!({ "serviceCode": "lambda", "quotaCode": CONCURRENT_EXECUTIONS });
    let quota = monitor
        .invoke("aws:servicequotas/getServiceQuota:getServiceQuota", arguments)
        .await;
    let how = "cannot read the account's quota of concurrent Lambda executions: allow `servicequotas:GetServiceQuota`, or \
               `pulumi config set concurrencyQuota NUMBER` with the number that `aws lambda get-account-settings` prints";
    let quota = quota.context(how)?;
    let value = quota["value"]
        .as_f64()
        .filter(|value| *value >= 1.0)
        .context(how)?;
    // A quota is a whole number; one beyond `u32` is as good as none.
    Ok(value as u32)
}

/// Refuses a data bucket of the user's that cannot be read, lies in another region, belongs to another account or wants its
/// readers to pay without being configured so, or whose notifications are others'.
///
/// `intake` is the ARN of the stack's own intake queue, whose notification does not count as foreign.
///
/// # Errors
/// The reason and what to do.
pub async fn check_data_bucket(
    monitor: &Monitor,
    config: &Config,
    place: &StackLocation,
    intake: &str,
) -> Result<()> {
    let DataBucket::Existing(name) = &config.data_bucket else {
        return Ok(());
    };
    let bucket = monitor
        .invoke("aws:s3/getBucket:getBucket", json!({ "bucket": name }))
        .await;
    let cannot_be_read = || {
        format!(
            "the data bucket `{name}` cannot be read in {}: check `dataBucket`, or make the bucket first; if it belongs to \
             another account, its owner must allow yours (see \"A bucket of another account\" in docs/deploy.md); if its \
             readers pay, `pulumi config set requesterPays true`",
            place.region
        )
    };
    let bucket = match bucket {
        // A bucket whose readers pay may refuse this question, which cannot say who pays; the next one can.
        Err(_) if config.requester_pays => Json::Null,
        answer => answer.with_context(cannot_be_read)?,
    };
    if let Some(region) = bucket["bucketRegion"].as_str()
        && region != place.region
    {
        bail!(
            "the data bucket `{name}` is in {region}, the stack in {}: S3 notifies within a region only, and reading from \
             another one costs transfer; make the stack there, `pulumi config set aws:region {region}`",
            place.region
        );
    }
    let first = json!({ "bucket": name, "maxKeys": 1, "fetchOwner": true, "requestPayer": "requester" });
    let first = monitor.invoke("aws:s3/getObjects:getObjects", first).await;
    let first = first.with_context(cannot_be_read)?;
    if first["requestCharged"] == "requester" && !config.requester_pays {
        bail!(
            "the readers of the data bucket `{name}` pay for requests and transfer (requester pays): `pulumi config set \
             requesterPays true` accepts that for this account; `data-review cloud sweep --estimate` shows the cost"
        );
    }
    check_owner(monitor, config, place, name, &first).await?;
    if config.notify == Notify::Off {
        return Ok(());
    }
    let notification = monitor
        .invoke(
            "aws:s3/getBucketNotification:getBucketNotification",
            json!({ "bucket": name }),
        )
        .await;
    let notification = notification.with_context(|| {
        format!(
            "the notifications of the data bucket `{name}` cannot be read: allow `s3:GetBucketNotification`; where the bucket \
             belongs to another account, its owner must. Or `pulumi config set notify false`, and let sweeps find new files"
        )
    })?;
    check_notification(config, name, &Notification::read(&notification, intake))
}

/// Refuses a bucket that seems to belong to another account, unless the configuration says which, and what does not work
/// across accounts. Without it, the intake queue would discard the bucket's notifications silently.
async fn check_owner(
    monitor: &Monitor,
    config: &Config,
    place: &StackLocation,
    bucket: &str,
    first: &Json,
) -> Result<()> {
    match &config.data_bucket_account {
        Some(owner) if *owner != place.account && config.notify == Notify::EventBridge => bail!(
            "the data bucket `{bucket}` belongs to the account {owner}, whose events EventBridge does not deliver to {}: `pulumi \
             config set notify true`, for which the owner must allow `s3:PutBucketNotification`, or `pulumi config set notify false`",
            place.account
        ),
        Some(_) => return Ok(()),
        None => {}
    }
    let Some(owner) = first["owners"][0].as_str() else {
        return Ok(());
    };
    let caller = monitor
        .invoke("aws:s3/getCanonicalUserId:getCanonicalUserId", json!({}))
        .await
        .context("cannot tell whom the data bucket belongs to: allow `s3:ListAllMyBuckets`, or set `dataBucketAccount`")?;
    if caller["id"].as_str() != Some(owner) {
        bail!(
            "the objects of the data bucket `{bucket}` belong to another account: if the bucket does, too, `pulumi config set \
             dataBucketAccount ACCOUNT` and let its owner allow yours (see \"A bucket of another account\" in docs/deploy.md); if \
             the bucket is yours, `pulumi config set dataBucketAccount {}`",
            place.account
        );
    }
    Ok(())
}

/// The notification configuration of a bucket, as far as it matters here.
struct Notification {
    /// Destinations that are not the stack's: ARNs, and `EventBridge`.
    foreign: Vec<String>,
    /// The stack's own intake queue is a destination.
    own: bool,
    eventbridge: bool,
}

impl Notification {
    fn read(answer: &Json, intake: &str) -> Self {
        let arns = |list: &str, name: &str| -> Vec<String> {
            let entries = answer[list].as_array().into_iter().flatten();
            let arns = entries.filter_map(|entry| entry[name].as_str());
            arns.map(str::to_owned).collect()
        };
        let queues = arns("queues", "queueArn");
        let own = queues.iter().any(|arn| arn == intake);
        let others = [
            arns("topics", "topicArn"),
            arns("lambdaFunctions", "lambdaFunctionArn"),
        ];
        let foreign = queues.into_iter().filter(|arn| arn != intake);
        Notification {
            foreign: foreign.chain(others.into_iter().flatten()).collect(),
            own,
            eventbridge: answer["eventbridge"].as_bool().unwrap_or(false),
        }
    }
}

fn check_notification(config: &Config, bucket: &str, found: &Notification) -> Result<()> {
    match config.notify {
        Notify::Bucket => {
            let mut foreign = found.foreign.clone();
            if found.eventbridge {
                foreign.push("EventBridge".to_owned());
            }
            if !foreign.is_empty() && !config.replace_notifications {
                bail!(
                    "the data bucket `{bucket}` already notifies {}, and the stack would replace that: `pulumi config set notify \
                     eventbridge` shares the bucket (see \"A bucket that others use\" in docs/deploy.md), `pulumi config set notify false` \
                     leaves new files to sweeps, `pulumi config set replaceNotifications true` replaces what is there",
                    foreign.join(", ")
                );
            }
        }
        Notify::EventBridge if found.own => bail!(
            "the stack itself notifies on the data bucket `{bucket}`, and removing that would switch EventBridge off too: first \
             `pulumi config set notify false` and `pulumi up`, then switch EventBridge on and `pulumi config set notify eventbridge`"
        ),
        Notify::EventBridge if !found.eventbridge => bail!(
            "the data bucket `{bucket}` sends no events to EventBridge: its owner switches that on with the command in \"A \
             bucket that others use\" of docs/deploy.md, which keeps the other notifications"
        ),
        Notify::EventBridge | Notify::Off => {}
    }
    Ok(())
}
