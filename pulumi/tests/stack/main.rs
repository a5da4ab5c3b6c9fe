//! The plan of the stack, looked at without an engine; and the engine's side against one that only listens.
#![expect(clippy::unwrap_used, reason = "what is missing in a plan fails the test")]

mod account;
mod command;
mod derived;
mod engine;
mod inputs;
mod role;
mod rule;
mod security;
mod wiring;

use data_review_core::{Card, Registry};
use data_review_handlers as _;
use data_review_pulumi::{Config, Sample, StackLocation, StackPlan, plan};

/// A configuration from `name=value` pairs.
fn config(values: &[(&str, &str)]) -> Config {
    let values = values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::parse(&values.collect()).unwrap()
}

fn place() -> StackLocation {
    StackLocation {
        partition: "aws".to_owned(),
        account: "123456789012".to_owned(),
        region: "eu-central-1".to_owned(),
        stack: "dev".to_owned(),
    }
}

fn cards() -> Vec<&'static Card> {
    Registry::linked().unwrap().cards().collect()
}

fn plan_of(config: &Config) -> StackPlan {
    let sample = Sample {
        key: "bottle/one.csv".to_owned(),
        path: "one.csv".into(),
    };
    plan(config, &place(), &cards(), &[sample]).unwrap()
}

/// With a bucket of its own, with the user's, and with one that the user shares with others.
fn plans() -> [StackPlan; 3] {
    [
        plan_of(&config(&[])),
        plan_of(&config(&[("dataBucket", "my-archive")])),
        plan_of(&config(&[
            ("dataBucket", "my-archive"),
            ("notify", "eventbridge"),
        ])),
    ]
}
