//! A page of CloudWatch for the stack: what files end in, what waits, what fails, what it costs.

use data_review_deployment::{metric, price};

use super::queues::Queue;
use super::{Shared, StackPlan, functions, map};
use crate::Architecture;
use crate::sdk::{OutputName, PropertyValue, Resource, list};

/// The width of the page is 24 units; two graphs stand side by side.
const WIDTH: u32 = 12;
const HEIGHT: u32 = 6;
/// The period of the graphs in seconds, and that of the cost.
const PERIOD: u32 = 300;
const HOUR: u32 = 3600;

/// A graph: its title, what a point means, and its lines.
struct Graph {
    title: &'static str,
    statistic: &'static str,
    period: u32,
    lines: Vec<PropertyValue>,
}

/// Adds the page, unless the configuration says that there is none.
pub(super) fn add(
    plan: &mut StackPlan,
    shared: &Shared<'_>,
    functions: &[&functions::Function],
    queues: &[&Queue],
) {
    if !shared.config.dashboard {
        return;
    }
    let graph = |title, statistic, lines| Graph {
        title,
        statistic,
        period: PERIOD,
        lines,
    };
    let of_functions = |metric: &str| {
        let lines = functions
            .iter()
            .map(|function| line("AWS/Lambda", metric, "FunctionName", &function.function));
        lines.collect()
    };
    let of_queues = |metric: &str, dead: bool| {
        let queues = queues
            .iter()
            .map(|queue| if dead { &queue.dead } else { &queue.queue });
        queues
            .map(|queue| line("AWS/SQS", metric, "QueueName", queue))
            .collect()
    };
    let graphs = [
        graph("Files by outcome", "Sum", outcomes(shared)),
        graph(
            "Reviewed files by handler",
            "Sum",
            vec![searched(shared, "reviewed")],
        ),
        graph(
            "Oldest message, seconds",
            "Maximum",
            of_queues("ApproximateAgeOfOldestMessage", false),
        ),
        graph(
            "Messages that wait",
            "Maximum",
            of_queues("ApproximateNumberOfMessagesVisible", false),
        ),
        graph(
            "Dead letters that wait",
            "Maximum",
            of_queues("ApproximateNumberOfMessagesVisible", true),
        ),
        graph("Failed invocations", "Sum", of_functions("Errors")),
        graph("Throttled invocations", "Sum", of_functions("Throttles")),
        graph(
            "Executions at once",
            "Maximum",
            of_functions("ConcurrentExecutions"),
        ),
        graph("Bytes read", "Sum", vec![summed(shared, metric::BYTES_READ)]),
        Graph {
            title: "Cost of Lambda, US dollars an hour",
            statistic: "Sum",
            period: HOUR,
            lines: cost(shared, functions),
        },
    ];
    let graphs = graphs.into_iter().enumerate();
    let widgets = graphs.map(|(at, graph)| widget(shared, u32::try_from(at).unwrap_or_default(), graph));
    let body = map([("widgets", PropertyValue::List(widgets.collect()))]);
    // A dashboard belongs to the account, not to a region.
    let name = format!("{}-{}", shared.place.prefix(), shared.place.region);
    plan.add(
        Resource::new("aws:cloudwatch/dashboard:Dashboard", &name)
            .with("dashboardName", name.as_str())
            .with("dashboardBody", body.into_json_text()),
    );
}

fn widget(shared: &Shared<'_>, at: u32, graph: Graph) -> PropertyValue {
    map([
        ("type", "metric".into()),
        ("x", (at % 2 * WIDTH).into()),
        ("y", (at / 2 * HEIGHT).into()),
        ("width", WIDTH.into()),
        ("height", HEIGHT.into()),
        (
            "properties",
            map([
                ("title", graph.title.into()),
                ("region", shared.place.region.as_str().into()),
                ("view", "timeSeries".into()),
                ("stat", graph.statistic.into()),
                ("period", graph.period.into()),
                ("metrics", PropertyValue::List(graph.lines)),
            ]),
        ),
    ])
}

/// A metric of AWS about one resource.
fn line(namespace: &str, metric: &str, dimension: &str, of: &Resource) -> PropertyValue {
    list([
        namespace.into(),
        metric.into(),
        dimension.into(),
        of.output(OutputName::Name),
    ])
}

fn expression(text: String, label: &str) -> PropertyValue {
    list([map([("expression", text.into()), ("label", label.into())])])
}

/// Finds a metric of the stack's own for every handler, also of handlers that come later.
fn search(shared: &Shared<'_>, metric: &str) -> String {
    format!(
        "SEARCH('{{{},{},{}}} {}=\"{}\" MetricName=\"{metric}\"', 'Sum', {PERIOD})",
        metric::NAMESPACE,
        metric::HANDLER,
        metric::STACK,
        metric::STACK,
        shared.place.stack,
    )
}

/// A line for each handler, which CloudWatch names.
fn searched(shared: &Shared<'_>, metric: &str) -> PropertyValue {
    list([map([("expression", search(shared, metric).into())])])
}

fn summed(shared: &Shared<'_>, metric: &str) -> PropertyValue {
    expression(format!("SUM({})", search(shared, metric)), metric)
}

fn outcomes(shared: &Shared<'_>) -> Vec<PropertyValue> {
    metric::ENDS.iter().map(|end| summed(shared, end)).collect()
}

/// The durations of all functions in milliseconds, hidden, and what they cost together.
fn cost(shared: &Shared<'_>, functions: &[&functions::Function]) -> Vec<PropertyValue> {
    let per_gb_second = match shared.config.architecture {
        Architecture::Arm64 => price::LAMBDA_GB_SECOND_ARM64,
        Architecture::X86_64 => price::LAMBDA_GB_SECOND_X86_64,
    };
    let mut lines = Vec::new();
    let mut megabytes = Vec::new();
    for (at, function) in functions.iter().enumerate() {
        let PropertyValue::List(mut duration) =
            line("AWS/Lambda", "Duration", "FunctionName", &function.function)
        else {
            continue;
        };
        duration.push(map([("id", format!("m{at}").into()), ("visible", false.into())]));
        lines.push(PropertyValue::List(duration));
        // A function that did not run has no value, which would make the sum have none.
        megabytes.push(format!("FILL(m{at},0)*{}", function.memory_mb));
    }
    // Milliseconds times megabytes, in GB-seconds.
    let text = format!("({})/1024000*{per_gb_second}", megabytes.join("+"));
    lines.push(expression(text, "US$"));
    lines
}
