//! Checks cards and names before an update, because AWS would refuse them in the middle of it.

use std::ops::RangeInclusive;

use data_review_core::Card;

use super::{StackLocation, functions};
use crate::Config;
use crate::account::CONCURRENT_EXECUTIONS;

/// All errors of a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct PlanError(pub Vec<String>);

/// Executions that must be left for other functions of the account.
const UNRESERVED: u32 = 100;
/// The longest name of a role. A function's name may have as many characters, and is shorter.
const NAME: usize = 64;

pub(super) fn check(config: &Config, place: &StackLocation, cards: &[&Card]) -> Result<(), PlanError> {
    let mut wrong = Vec::new();
    check_stack(place, &mut wrong);
    for card in cards {
        check_card(place, card, &mut wrong);
    }
    for pair in cards.windows(2).filter(|pair| pair[0].id == pair[1].id) {
        wrong.push(format!(
            "two handlers are called `{}`: give one of them another id",
            pair[0].id
        ));
    }
    check_quota(config, cards, &mut wrong);
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(PlanError(wrong))
    }
}

fn is_plain(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(is_plain)
}

fn check_stack(place: &StackLocation, wrong: &mut Vec<String>) {
    let stack = &place.stack;
    if !is_plain(stack) || stack.len() > 20 {
        wrong.push(format!(
            "a stack called `{stack}` cannot name its buckets: rename it, `pulumi stack rename NAME`, to at most 20 \
             lower-case letters, digits and dashes"
        ));
    }
}

fn check_card(place: &StackLocation, card: &Card, wrong: &mut Vec<String>) {
    let mut refuse = |why: String| {
        wrong.push(format!(
            "handler `{}`: {why}: change its card, handlers/{}/src/lib.rs",
            card.id, card.id
        ));
    };
    if !is_plain(card.id) {
        refuse("an id consists of lower-case letters, digits and dashes".to_owned());
    }
    let name = place.role_name(&place.name(&functions::handler_name(card)));
    if name.len() > NAME {
        refuse(format!(
            "the role of its Lambda would be called `{name}`, which has {} characters; AWS allows {NAME}",
            name.len()
        ));
    }
    let hints = card.lambda;
    let limits: [(&str, u32, RangeInclusive<u32>); 4] = [
        ("memory_mb", hints.memory_mb, 128..=10_240),
        ("timeout_seconds", hints.timeout_seconds, 1..=900),
        ("ephemeral_mb", hints.ephemeral_mb, 512..=10_240),
        ("max_concurrency", hints.max_concurrency, 2..=1000),
    ];
    for (what, value, range) in limits {
        if !range.contains(&value) {
            refuse(format!(
                "`lambda.{what}` is {value}, and AWS accepts {} to {}",
                range.start(),
                range.end()
            ));
        }
    }
}

fn check_quota(config: &Config, cards: &[&Card], wrong: &mut Vec<String>) {
    let reserved: u32 = cards
        .iter()
        .map(|card| functions::reservation(config, card))
        .sum::<u32>()
        + functions::ORCHESTRATORS
        + functions::janitors(cards.len());
    let Some(quota) = config.concurrency_quota.filter(|_| config.reserve_concurrency) else {
        return;
    };
    if reserved + UNRESERVED > quota {
        let wanted = (reserved + UNRESERVED).next_multiple_of(1000);
        wrong.push(format!(
            "the Lambdas reserve {reserved} concurrent executions and must leave {UNRESERVED} to the account's other functions, but \
             the account may run {quota} at once: `pulumi config set reserveConcurrency false`, or lower `maxConcurrency`, or \
             request a higher quota with `aws service-quotas request-service-quota-increase --service-code lambda --quota-code \
             {CONCURRENT_EXECUTIONS} --desired-value {wanted}` and run `pulumi up` again when it is granted"
        ));
    }
}
