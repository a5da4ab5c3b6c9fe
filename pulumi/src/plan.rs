//! The fold over the cards: a configuration, a place and the handlers in, resources and outputs out.

mod alarms;
mod buckets;
mod cards;
mod functions;
mod key;
mod policy;
mod queues;
mod tables;

use std::collections::BTreeMap;
use std::path::PathBuf;

use data_review_core::Card;

use crate::sdk::{Attribute, Resource, Value, map};
use crate::{Config, DataBucket};

pub use cards::PlanError;

/// A stack as it should be.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Each names outputs of earlier ones only.
    pub resources: Vec<Resource>,
    /// What `pulumi stack output` shows.
    pub outputs: BTreeMap<&'static str, Value>,
}

impl Plan {
    /// Adds a resource, and gives it back to be named by later ones.
    fn add(&mut self, resource: Resource) -> Resource {
        self.resources.push(resource.clone());
        resource
    }

    /// Files and folders that the plan needs on this machine.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for value in self
            .resources
            .iter()
            .flat_map(|resource| resource.inputs.values())
        {
            value.visit(&mut |value| match value {
                Value::Archive(path) | Value::File(path) => files.push(path.clone()),
                _ => {}
            });
        }
        files
    }
}

/// Where a stack stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// Twelve digits.
    pub account: String,
    /// Such as `eu-central-1`.
    pub region: String,
    /// The stack's name.
    pub stack: String,
}

impl Place {
    /// What the names of the stack's resources begin with.
    fn prefix(&self) -> String {
        format!("data-review-{}", self.stack)
    }

    /// The name of one of the stack's resources.
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

    /// An ARN in this account and region.
    fn arn(&self, service: &str, rest: &str) -> String {
        let Place {
            partition,
            account,
            region,
            ..
        } = self;
        format!("arn:{partition}:{service}:{region}:{account}:{rest}")
    }
}

/// A file that the created data bucket begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its key.
    pub key: String,
    /// Where it lies.
    pub path: PathBuf,
}

/// What nearly every part of the plan needs.
struct Shared<'a> {
    config: &'a Config,
    place: &'a Place,
    key: Resource,
    alarm_topic: Resource,
}

/// The stack for these handlers.
///
/// # Errors
/// When AWS would refuse a card or a name; all of it at once.
pub fn plan(
    config: &Config,
    place: &Place,
    cards: &[&'static Card],
    samples: &[Sample],
) -> Result<Plan, PlanError> {
    cards::check(config, place, cards)?;
    let mut plan = Plan::default();
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
    functions::janitor(&mut plan, &shared, &stores, &intake, &handlers);
    // Only now is everybody there who is woken by what is put into the bucket.
    buckets::notify_and_fill(&mut plan, &shared, &buckets, &intake, &orchestrator, samples);
    plan.outputs = BTreeMap::from([
        ("reviewsTable", tables.reviews.output(Attribute::Name)),
        ("failuresTable", tables.failures.output(Attribute::Name)),
        ("sweepsTable", tables.sweeps.output(Attribute::Name)),
        ("dataBucket", buckets.data.name.clone()),
        ("documentsBucket", buckets.documents.output(Attribute::Id)),
        ("intakeQueueUrl", intake.queue.output(Attribute::Url)),
        ("intakeDeadLetterQueueUrl", intake.dead.output(Attribute::Url)),
        (
            "orchestratorFunction",
            orchestrator.function.output(Attribute::Name),
        ),
        (
            "handlers",
            Value::Map(handlers.iter().map(functions::Handler::output).collect()),
        ),
    ]);
    Ok(plan)
}
