//! From a configuration, a location and the cards of the handlers to the resources and outputs of a stack.

mod alarms;
mod buckets;
mod cards;
mod dashboard;
mod functions;
mod key;
mod policy;
mod queues;
mod tables;
mod tags;

use std::collections::BTreeMap;
use std::path::PathBuf;

use data_review_core::Card;

use crate::sdk::{OutputName, PropertyValue, Resource, map};
use crate::{Config, DataBucket};

pub use cards::PlanError;

/// The resources and outputs that a stack should have.
#[derive(Debug, Clone, Default)]
pub struct StackPlan {
    /// The resources; each refers only to outputs of earlier ones.
    pub resources: Vec<Resource>,
    /// The outputs that `pulumi stack output` shows.
    pub outputs: BTreeMap<&'static str, PropertyValue>,
}

impl StackPlan {
    /// Adds a resource; returns it, so that later ones can refer to it.
    fn add(&mut self, resource: Resource) -> Resource {
        self.resources.push(resource.clone());
        resource
    }

    /// The files and folders that the plan needs on this machine.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for value in self
            .resources
            .iter()
            .flat_map(|resource| resource.inputs.values())
        {
            value.visit(&mut |value| match value {
                PropertyValue::Archive(path) | PropertyValue::File(path) => files.push(path.clone()),
                _ => {}
            });
        }
        files
    }
}

/// The account and region of a stack, and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackLocation {
    /// The partition of AWS: `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// The account, twelve digits.
    pub account: String,
    /// The region, such as `eu-central-1`.
    pub region: String,
    /// The name of the stack.
    pub stack: String,
}

impl StackLocation {
    /// The beginning of the names of all resources of the stack.
    fn prefix(&self) -> String {
        format!("data-review-{}", self.stack)
    }

    /// The name of a resource of the stack.
    fn name(&self, what: &str) -> String {
        format!("{}-{what}", self.prefix())
    }

    /// The name of the role of a function. Roles belong to the whole account: the region keeps the stacks of two regions
    /// apart.
    fn role_name(&self, function: &str) -> String {
        format!("{function}-{}", self.region)
    }

    /// The ARN of the stack's intake queue, made or not.
    pub fn intake_arn(&self) -> String {
        self.arn("sqs", &self.name(queues::INTAKE))
    }

    /// CloudWatch Logs as a policy names it. It has a name of its own in each region, with another suffix in China, as the
    /// provider's function `getServicePrincipal` documents; S3, SNS, Lambda and EventBridge have the same name everywhere.
    fn logs_principal(&self) -> String {
        let suffix = if self.partition == "aws-cn" { ".cn" } else { "" };
        format!("logs.{}.amazonaws.com{suffix}", self.region)
    }

    /// An ARN in this account and region.
    fn arn(&self, service: &str, rest: &str) -> String {
        let StackLocation {
            partition,
            account,
            region,
            ..
        } = self;
        format!("arn:{partition}:{service}:{region}:{account}:{rest}")
    }
}

/// A file that is copied into a created data bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its key.
    pub key: String,
    /// Its path on this machine.
    pub path: PathBuf,
}

/// Values that nearly every part of the plan needs.
struct Shared<'a> {
    config: &'a Config,
    place: &'a StackLocation,
    key: Resource,
    alarm_topic: Resource,
}

/// Plans the stack for these handlers.
///
/// # Errors
/// If AWS would refuse cards or names; names all of them.
pub fn plan(
    config: &Config,
    place: &StackLocation,
    cards: &[&'static Card],
    samples: &[Sample],
) -> Result<StackPlan, PlanError> {
    cards::check(config, place, cards)?;
    let mut plan = StackPlan::default();
    let key = key::add(&mut plan, config, place);
    let alarm_topic = alarms::topic(&mut plan, config, place, &key);
    let shared = Shared {
        config,
        place,
        key,
        alarm_topic,
    };
    let tables = tables::add(&mut plan, &shared);
    let buckets = buckets::add(&mut plan, &shared);
    let intake = queues::intake(&mut plan, &shared, &buckets.data);
    let stores = functions::Stores {
        tables: &tables,
        buckets: &buckets,
    };
    let handlers: Vec<_> = cards
        .iter()
        .map(|card| functions::handler(&mut plan, &shared, &stores, card))
        .collect();
    let orchestrator = functions::orchestrator(&mut plan, &shared, &stores, &intake, &handlers);
    let janitor = functions::janitor(&mut plan, &shared, &stores, &intake, &handlers);
    let queues: Vec<_> = std::iter::once(&intake)
        .chain(handlers.iter().map(functions::Handler::queue))
        .collect();
    let all: Vec<_> = handlers
        .iter()
        .map(functions::Handler::function)
        .chain([&orchestrator, &janitor])
        .collect();
    dashboard::add(&mut plan, &shared, &all, &queues);
    alarms::budget(&mut plan, &shared);
    // The samples come last, when every function that reacts to new objects exists.
    buckets::notify_and_fill(&mut plan, &shared, &buckets, &intake, &orchestrator, samples);
    tags::add(&mut plan, &shared);
    plan.outputs = BTreeMap::from([
        ("reviewsTable", tables.reviews.output(OutputName::Name)),
        ("failuresTable", tables.failures.output(OutputName::Name)),
        ("countersTable", tables.counters.output(OutputName::Name)),
        ("sweepsTable", tables.sweeps.output(OutputName::Name)),
        ("dataBucket", buckets.data.name.clone()),
        ("requesterPays", config.requester_pays.into()),
        ("documentsBucket", buckets.documents.output(OutputName::Id)),
        ("intakeQueueUrl", intake.queue.output(OutputName::Url)),
        ("intakeDeadLetterQueueUrl", intake.dead.output(OutputName::Url)),
        (
            "orchestratorFunction",
            orchestrator.function.output(OutputName::Name),
        ),
        (
            "handlers",
            PropertyValue::Map(handlers.iter().map(functions::Handler::output).collect()),
        ),
    ]);
    Ok(plan)
}
