//! Every input of every resource, with the value that it should have: an input that is dropped, added or changed by accident fails
//! here, whatever the emulator thinks of it.

use data_review_pulumi::StackPlan;
use data_review_pulumi::sdk::{PropertyValue, Resource};

use crate::rule::{Rule, hold};

/// A line for each input: `type | name | input | value`, the type without its module. The name is the end of the resource's,
/// `*` for all, with `!` all others; the first line that fits counts. In a value, `{name}` is the resource's name, `…` anything: other tests look
/// at it.
const TABLE: &str = include_str!("inputs.txt");

/// What the table says of one input.
struct Line {
    kind: &'static str,
    name: &'static str,
    input: &'static str,
    value: &'static str,
}

fn table() -> Vec<Line> {
    let line = |line: &'static str| {
        let mut cells = line.splitn(4, " | ").map(str::trim);
        let mut cell = || cells.next().unwrap_or_else(|| panic!("`{line}` has four cells"));
        Line {
            kind: cell(),
            name: cell(),
            input: cell(),
            value: cell(),
        }
    };
    TABLE
        .lines()
        .skip(1)
        .filter(|line| !line.is_empty())
        .map(line)
        .collect()
}

fn kind_of(resource: &Resource) -> &'static str {
    resource.id.kind.rsplit(':').next().unwrap_or_default()
}

impl Line {
    fn is_about(&self, resource: &Resource) -> bool {
        let name = match self.name.strip_prefix('!') {
            Some(other) => !resource.id.name.ends_with(other),
            None => self.name == "*" || resource.id.name.ends_with(self.name),
        };
        self.kind == kind_of(resource) && name
    }
}

/// A value as the table shows it.
fn shown(value: &PropertyValue) -> String {
    match value {
        PropertyValue::Bool(value) => value.to_string(),
        PropertyValue::Number(value) => value.to_string(),
        PropertyValue::Text(text) => text.clone(),
        PropertyValue::List(values) => {
            let values: Vec<String> = values.iter().map(shown).collect();
            format!("[{}]", values.join(", "))
        }
        PropertyValue::Map(values) => {
            let values: Vec<String> = values
                .iter()
                .map(|(name, value)| format!("{name}: {}", shown(value)))
                .collect();
            format!("{{{}}}", values.join(", "))
        }
        PropertyValue::Output(output) => {
            let kind = output.of.kind.rsplit(':').next().unwrap_or_default();
            format!("{kind}.{:?}", output.attribute)
        }
        PropertyValue::Written(value, _) => shown(value),
        PropertyValue::Archive(path) | PropertyValue::File(path) => path.display().to_string(),
    }
}

fn check(plan: &StackPlan) -> Vec<String> {
    let table = table();
    let mut wrong = Vec::new();
    for resource in &plan.resources {
        let lines = || table.iter().filter(|line| line.is_about(resource));
        for (input, value) in &resource.inputs {
            let value = shown(value).replace(&resource.id.name, "{name}");
            match lines().find(|line| line.input == *input) {
                Some(line) if line.value == "…" || line.value == value => {}
                Some(line) => wrong.push(format!("{}: {input} is {value}, not {}", resource.id, line.value)),
                None => wrong.push(format!(
                    "not listed: {} | {} | {input} | {value}",
                    kind_of(resource),
                    resource.id.name
                )),
            }
        }
        let lacks = lines().filter(|line| !resource.inputs.contains_key(line.input));
        wrong.extend(lacks.map(|line| format!("{} lacks {}", resource.id, line.input)));
    }
    wrong
}

/// Plans of one resource that lacks one of its inputs: the check looks at each resource alone.
fn without_each_input(plan: &StackPlan) -> Vec<StackPlan> {
    let inputs = plan.resources.iter().enumerate();
    let inputs = inputs.flat_map(|(at, resource)| resource.inputs.keys().map(move |input| (at, *input)));
    let without = |(at, input): (usize, &'static str)| {
        let mut resource = plan.resources[at].clone();
        resource.inputs.remove(input);
        StackPlan {
            resources: vec![resource],
            outputs: plan.outputs.clone(),
        }
    };
    inputs.map(without).collect()
}

#[test]
fn no_input_of_any_resource_can_be_dropped_unseen() {
    hold(Rule {
        check: Box::new(check),
        broken: Box::new(without_each_input),
    });
}

/// A line about nothing is a mistake in the table.
#[test]
fn every_line_of_the_table_is_about_something() {
    let plans = crate::plans();
    for line in table() {
        let mut all = plans.iter().flat_map(|plan| &plan.resources);
        let found = all.any(|resource| line.is_about(resource) && resource.inputs.contains_key(line.input));
        assert!(found, "{} | {} | {}", line.kind, line.name, line.input);
    }
}
