//! The main function of `pulumi up`: reads the configuration, determines account and region, and registers the plan.
#![expect(
    clippy::disallowed_methods,
    reason = "the Pulumi CLI passes its arguments in environment variables"
)]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use data_review_core::Registry;
use pulumi_gestalt_rust::{Context, PulumiAny, ToPulumiAny};
use serde_json::{Value as Json, json};
use walkdir::WalkDir;

use crate::sdk::{self, Monitor, Output, Resource};
use crate::{Config, Sample, StackLocation, StackPlan, account, plan};

/// The version of the provider that defines the names of the inputs.
const AWS: &str = "7.51.1";
/// The folder of the samples, as a path from the folder of the program.
const SAMPLES: &str = "../test_data";

/// Registers the stack for the linked handlers with the engine that started this program.
///
/// # Errors
/// If it was not started by `pulumi up`, the configuration or a card is invalid, or AWS refuses a request.
pub fn run() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().is_some_and(|command| command == "print-plan") {
        print!("{:#}", printed_plan(arguments)?);
        return Ok(());
    }
    if let Some(path) = packages_file(std::env::args()) {
        return Ok(std::fs::write(path, packages().to_string())?);
    }
    let monitor = std::env::var("PULUMI_MONITOR")
        .context("this is the program that `pulumi up` starts: see docs/deploy.md")?;
    pulumi_gestalt_rust::run(|context| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(up(context, &monitor)).map(|outputs| {
            for (name, value) in outputs {
                context.add_export(name, &exported(value));
            }
        })
    })
}

/// The file of `get-packages FILE`, with which later versions of the language host ask a program for its providers.
fn packages_file(mut arguments: impl Iterator<Item = String>) -> Option<String> {
    arguments.nth(1).filter(|command| command == "get-packages")?;
    arguments.next()
}

/// The provider, as the language host reads it.
fn packages() -> Json {
    json!([{
        "name": "aws",
        "kind": "resource",
        "version": AWS,
        "server": "",
        "checksums": {},
        "parameterization": null,
    }])
}

/// The resources of `print-plan [NAME=VALUE]…`, for programs that check them without an engine: type, name, protection
/// and inputs, in an example account. An output appears as `${TYPE::NAME::ATTRIBUTE}`.
fn printed_plan(settings: impl Iterator<Item = String>) -> Result<Json> {
    let setting = |setting: String| {
        let (name, value) = setting
            .split_once('=')
            .with_context(|| format!("invalid setting `{setting}`: expected NAME=VALUE"))?;
        Ok((name.to_owned(), value.to_owned()))
    };
    let config = Config::parse(&settings.map(setting).collect::<Result<_>>()?)?;
    let location = StackLocation {
        partition: "aws".to_owned(),
        account: "123456789012".to_owned(),
        region: "eu-central-1".to_owned(),
        stack: "dev".to_owned(),
    };
    let sample = Sample {
        key: "bottle/one.csv".to_owned(),
        path: "one.csv".into(),
    };
    let registry = Registry::linked()?;
    let plan = plan(
        &config,
        &location,
        &registry.cards().collect::<Vec<_>>(),
        &[sample],
    )?;
    Ok(plan.resources.iter().map(printed).collect())
}

fn printed(resource: &Resource) -> Json {
    let output = |output: &Output| -> Result<Json, Infallible> {
        let Output { of, attribute } = output;
        Ok(json!(format!("${{{}::{}::{attribute:?}}}", of.kind, of.name)))
    };
    let inputs = resource.inputs.iter().map(|(name, value)| {
        let Ok(value) = value.resolve(&output);
        ((*name).to_owned(), value)
    });
    json!({
        "type": resource.id.kind,
        "name": resource.id.name,
        "protect": resource.protect,
        "inputs": Json::Object(inputs.collect()),
    })
}

/// Registers the stack; returns its outputs.
async fn up(context: &Context, monitor: &str) -> Result<BTreeMap<&'static str, Json>> {
    let mut config = Config::parse(&configured(context)?)?;
    let preview = std::env::var("PULUMI_DRY_RUN").is_ok_and(|text| text == "true");
    let monitor = Monitor::connect(monitor, preview, AWS).await?;
    let place = place(context, &monitor).await?;
    account::check_data_bucket(&monitor, &config, &place, &place.intake_arn()).await?;
    if config.reserve_concurrency && config.concurrency_quota.is_none() {
        config.concurrency_quota = Some(account::concurrency_quota(&monitor).await?);
    }
    let registry = Registry::linked()?;
    let cards: Vec<_> = registry.cards().collect();
    let plan = plan(&config, &place, &cards, &samples(Path::new(SAMPLES))?)?;
    have_files(&plan)?;
    let registered = monitor.register(&plan.resources).await?;
    let outputs = plan
        .outputs
        .iter()
        .map(|(name, value)| Ok((*name, registered.resolve(value)?)));
    Ok(outputs.collect::<Result<_, sdk::MonitorError>>()?)
}

/// The values in the namespace of the project.
fn configured(context: &Context) -> Result<BTreeMap<String, String>> {
    let all = std::env::var("PULUMI_CONFIG").unwrap_or_else(|_| "{}".to_owned());
    let all: BTreeMap<String, String> =
        serde_json::from_str(&all).context("PULUMI_CONFIG is not a JSON object of texts")?;
    let namespace = format!("{}:", context.get_project());
    let own = |(name, value): (String, String)| Some((name.strip_prefix(&namespace)?.to_owned(), value));
    Ok(all.into_iter().filter_map(own).collect())
}

/// Asks AWS for the account and the region.
async fn place(context: &Context, monitor: &Monitor) -> Result<StackLocation> {
    let text = |answer: &Json, field: &str| {
        let text = answer[field]
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned);
        text.with_context(|| format!("the AWS provider did not return {field}: update it to {AWS}"))
    };
    let caller = monitor
        .invoke("aws:index/getCallerIdentity:getCallerIdentity", json!({}))
        .await;
    let caller = caller.context(
        "AWS did not accept the credentials: sign in, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    )?;
    let region = monitor.invoke("aws:index/getRegion:getRegion", json!({})).await;
    let region = region.context("no region: `pulumi config set aws:region REGION`")?;
    let arn = text(&caller, "arn")?;
    let partition = arn
        .split(':')
        .nth(1)
        .with_context(|| format!("invalid ARN `{arn}`"))?;
    Ok(StackLocation {
        partition: partition.to_owned(),
        account: text(&caller, "accountId")?,
        region: text(&region, "region")?,
        stack: context.get_stack().to_owned(),
    })
}

/// The test files of the project, sorted.
fn samples(folder: &Path) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let key = entry.path().strip_prefix(folder)?;
            samples.push(Sample {
                key: key.to_string_lossy().replace('\\', "/"),
                path: entry.path().to_owned(),
            });
        }
    }
    Ok(samples)
}

/// Checks that all files exist, before any resource is created.
fn have_files(plan: &StackPlan) -> Result<()> {
    let mut missing: Vec<String> = plan
        .files()
        .iter()
        .filter(|path| !path.exists())
        .map(|path| path.display().to_string())
        .collect();
    missing.dedup();
    if !missing.is_empty() {
        bail!(
            "missing package {}: build the Lambdas with `cargo xtask package-lambdas`, or `pulumi config set packages FOLDER`",
            missing.join(", ")
        );
    }
    Ok(())
}

/// An output in the form of the SDK.
fn exported(value: Json) -> PulumiAny {
    match value {
        Json::String(text) => text.to_pulumi_any(),
        Json::Bool(value) => value.to_pulumi_any(),
        Json::Object(fields) => {
            let fields: BTreeMap<String, PulumiAny> = fields
                .into_iter()
                .map(|(name, value)| (name, exported(value)))
                .collect();
            fields.to_pulumi_any()
        }
        other => other.to_string().to_pulumi_any(),
    }
}

#[cfg(test)]
mod tests {
    use data_review_handlers as _;

    use super::*;

    #[test]
    fn get_packages_names_the_provider() {
        let arguments = |line: &str| packages_file(line.split(' ').map(str::to_owned)).unwrap_or_default();
        assert_eq!(arguments("program get-packages /tmp/packages"), "/tmp/packages");
        assert_eq!(arguments("program"), "");
        assert_eq!(arguments("program other /tmp/packages"), "");
        assert_eq!(packages()[0]["version"], AWS);
    }

    #[test]
    fn a_printed_plan_names_outputs() {
        let settings = ["dataBucket=my-archive".to_owned()];
        let plan = printed_plan(settings.into_iter()).unwrap();
        let alias = plan
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["type"] == "aws:kms/alias:Alias")
            .unwrap();
        assert_eq!(
            alias["inputs"]["targetKeyId"],
            "${aws:kms/key:Key::data-review-dev::Id}"
        );
        let wrong = printed_plan(["notify".to_owned()].into_iter()).unwrap_err();
        assert_eq!(wrong.to_string(), "invalid setting `notify`: expected NAME=VALUE");
    }
}
