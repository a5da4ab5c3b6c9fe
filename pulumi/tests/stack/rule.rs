//! How a rule is held against a plan, and shown to find what breaks it.

use data_review_pulumi::StackPlan;
use data_review_pulumi::sdk::{OutputName, PropertyValue, Resource};

use crate::plans;

/// A rule: what it finds wrong, and plans that break it on purpose, one for each thing that it is about.
pub(crate) struct Rule {
    pub(crate) check: Of<Vec<String>>,
    pub(crate) broken: Of<Vec<StackPlan>>,
}

/// What is made of a plan.
type Of<T> = Box<dyn Fn(&StackPlan) -> T>;

/// The plans keep the rule, and the rule finds every planted breach of it.
pub(crate) fn hold(rule: Rule) {
    for plan in plans() {
        let wrong = (rule.check)(&plan);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let broken = (rule.broken)(&plan);
        assert!(
            !broken.is_empty(),
            "nothing was planted: the rule is about nothing"
        );
        for (at, plan) in broken.iter().enumerate() {
            assert!(!(rule.check)(plan).is_empty(), "planted breach {at} is not found");
        }
    }
}

/// The resources of this type.
pub(crate) fn of<'a>(plan: &'a StackPlan, kind: &'static str) -> impl Iterator<Item = &'a Resource> {
    plan.resources
        .iter()
        .filter(move |resource| resource.id.kind == kind)
}

/// The value at a path of names.
pub(crate) fn at<'a>(resource: &'a Resource, path: &[&str]) -> Option<&'a PropertyValue> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(resource.inputs.get(*first)?, |value, name| value.get(name))
}

/// Every resource of this type has this property.
pub(crate) fn property(
    kind: &'static str,
    path: &'static [&'static str],
    holds: fn(&PropertyValue) -> bool,
) -> Rule {
    property_unless(kind, path, holds, |_| false)
}

/// Every resource of this type has this property, except those that are listed with a reason.
pub(crate) fn property_unless(
    kind: &'static str,
    path: &'static [&'static str],
    holds: fn(&PropertyValue) -> bool,
    except: fn(&Resource) -> bool,
) -> Rule {
    let concerned = move |resource: &Resource| resource.id.kind == kind && !except(resource);
    let check = move |plan: &StackPlan| {
        let lacks = plan
            .resources
            .iter()
            .filter(|resource| concerned(resource) && !at(resource, path).is_some_and(holds));
        lacks
            .map(|resource| format!("{}: {}", resource.id, path.join(".")))
            .collect()
    };
    let broken = move |plan: &StackPlan| {
        let indices = (0..plan.resources.len()).filter(|index| concerned(&plan.resources[*index]));
        let without = |index: usize| {
            let mut plan = plan.clone();
            remove(&mut plan.resources[index], path);
            plan
        };
        indices.map(without).collect()
    };
    Rule {
        check: Box::new(check),
        broken: Box::new(broken),
    }
}

fn remove(resource: &mut Resource, path: &[&str]) {
    match path {
        [name] => drop(resource.inputs.remove(*name)),
        [first, inner @ .., last] => {
            let mut value = resource.inputs.get_mut(*first);
            for name in inner {
                value = value.and_then(|value| match value {
                    PropertyValue::Map(values) => values.get_mut(*name),
                    _ => None,
                });
            }
            if let Some(PropertyValue::Map(values)) = value {
                values.remove(*last);
            }
        }
        [] => {}
    }
}

/// Each resource of one kind has one of another kind that names it in an input.
pub(crate) fn companion(kind: &'static str, other: &'static str, input: &'static str) -> Rule {
    companion_unless(kind, other, input, |_| false)
}

/// The same, but for those that are excepted for a reason.
pub(crate) fn companion_unless(
    kind: &'static str,
    other: &'static str,
    input: &'static str,
    except: fn(&Resource) -> bool,
) -> Rule {
    let check = move |plan: &StackPlan| {
        let alone = of(plan, kind)
            .filter(|resource| !except(resource) && companion_of(plan, resource, other, input).is_none());
        alone
            .map(|resource| format!("{} has no {other}", resource.id))
            .collect()
    };
    Rule {
        check: Box::new(check),
        broken: Box::new(move |plan| without_each(plan, |resource| resource.id.kind == other)),
    }
}

/// The resource of this type that refers to another in an input.
pub(crate) fn companion_of<'a>(
    plan: &'a StackPlan,
    resource: &Resource,
    kind: &'static str,
    input: &str,
) -> Option<&'a Resource> {
    of(plan, kind).find(|other| {
        let named = other.inputs.get(input).and_then(PropertyValue::as_output);
        named.is_some_and(|output| output.of == resource.id)
    })
}

/// Plans from which one resource is gone: each that is meant, in turn.
pub(crate) fn without_each(plan: &StackPlan, meant: impl Fn(&Resource) -> bool) -> Vec<StackPlan> {
    let indices = (0..plan.resources.len()).filter(|index| meant(&plan.resources[*index]));
    let without = |index: usize| {
        let mut plan = plan.clone();
        plan.resources.remove(index);
        plan
    };
    indices.map(without).collect()
}

/// Plans that each change one input of one resource of this type.
pub(crate) fn with_each(
    plan: &StackPlan,
    kind: &'static str,
    change: impl Fn(&mut Resource),
) -> Vec<StackPlan> {
    let indices = (0..plan.resources.len()).filter(|index| plan.resources[*index].id.kind == kind);
    let changed = |index: usize| {
        let mut plan = plan.clone();
        change(&mut plan.resources[index]);
        plan
    };
    indices.map(changed).collect()
}

/// Whether a value is the ARN of a resource of this type.
pub(crate) fn is_arn_of(value: &PropertyValue, kind: &str) -> bool {
    value
        .as_output()
        .is_some_and(|output| output.of.kind == kind && output.attribute == OutputName::Arn)
}
