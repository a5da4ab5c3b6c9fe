//! The engine's side: what is sent, in which order, and what becomes of refusals. The engine here only listens.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use data_review_pulumi::sdk::{
    Monitor, MonitorError, OutputName, PropertyValue, Registered, Resource, list, map,
};
use prost_types::Struct;
use prost_types::value::Kind;
use pulumi_gestalt_proto::pulumi::pulumirpc::resource_monitor_server::{
    ResourceMonitor, ResourceMonitorServer,
};
use pulumi_gestalt_proto::pulumi::pulumirpc::{
    CallResponse, Callback, InvokeResponse, ReadResourceRequest, ReadResourceResponse,
    RegisterErrorHookRequest, RegisterPackageRequest, RegisterPackageResponse, RegisterResourceHookRequest,
    RegisterResourceOutputsRequest, RegisterResourceRequest, RegisterResourceResponse, ResourceCallRequest,
    ResourceInvokeRequest, SupportsFeatureRequest, SupportsFeatureResponse,
};
use serde_json::Value as Json;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

const UNKNOWN: &str = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/// Answers every resource with an ARN, but for those called `refused`; remembers who came.
#[derive(Clone, Default)]
struct Listener {
    preview: bool,
    /// Results of the provider's functions, by their tokens.
    answers: Answers,
    seen: Arc<Mutex<Vec<RegisterResourceRequest>>>,
}

fn text(text: &str) -> prost_types::Value {
    prost_types::Value {
        kind: Some(Kind::StringValue(text.to_owned())),
    }
}

fn object<const N: usize>(fields: [(&str, &str); N]) -> Struct {
    Struct {
        fields: fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), text(value)))
            .collect(),
    }
}

type Answering<'a, T> = Pin<Box<dyn Future<Output = Result<Response<T>, Status>> + Send + 'a>>;

/// Calls that no program here makes, as `async_trait` writes them.
macro_rules! unused {
    ($($name:ident: $request:ty => $answer:ty),* $(,)?) => {
        $(fn $name<'a, 'b>(&'a self, _: Request<$request>) -> Answering<'b, $answer>
        where
            'a: 'b,
            Self: 'b,
        {
            Box::pin(async { Err(Status::unimplemented(stringify!($name))) })
        })*
    };
}

#[tonic::async_trait]
impl ResourceMonitor for Listener {
    async fn register_resource(
        &self,
        request: Request<RegisterResourceRequest>,
    ) -> Result<Response<RegisterResourceResponse>, Status> {
        let request = request.into_inner();
        let name = request.name.clone();
        // Whoever waits for a slow one must come after it.
        if name == "slow" {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        self.seen.lock().unwrap().push(request);
        if name == "refused" {
            return Err(Status::unknown("QueueAlreadyExists"));
        }
        let (id, outputs) = if self.preview {
            (String::new(), object([]))
        } else {
            (format!("id-of-{name}"), object([("arn", &format!("arn:{name}"))]))
        };
        Ok(Response::new(RegisterResourceResponse {
            urn: format!("urn:{name}"),
            id,
            object: Some(outputs),
            ..Default::default()
        }))
    }

    async fn invoke(
        &self,
        request: Request<ResourceInvokeRequest>,
    ) -> Result<Response<InvokeResponse>, Status> {
        let request = request.into_inner();
        match self.answers.get(request.tok.as_str()) {
            Some(answer) => Ok(Response::new(InvokeResponse {
                r#return: Some(to_struct(answer)),
                ..Default::default()
            })),
            None => Err(Status::unknown("couldn't find resource")),
        }
    }

    unused! {
        supports_feature: SupportsFeatureRequest => SupportsFeatureResponse,
        call: ResourceCallRequest => CallResponse,
        read_resource: ReadResourceRequest => ReadResourceResponse,
        register_resource_outputs: RegisterResourceOutputsRequest => (),
        register_stack_transform: Callback => (),
        register_stack_invoke_transform: Callback => (),
        register_package: RegisterPackageRequest => RegisterPackageResponse,
        register_resource_hook: RegisterResourceHookRequest => (),
        register_error_hook: RegisterErrorHookRequest => (),
        signal_and_wait_for_shutdown: () => (),
    }
}

/// Results of the provider's functions, by their tokens; any other function fails.
pub(crate) type Answers = HashMap<&'static str, Json>;

fn to_struct(json: &Json) -> Struct {
    let fields = json.as_object().into_iter().flatten();
    Struct {
        fields: fields
            .map(|(name, value)| (name.clone(), to_value(value)))
            .collect(),
    }
}

fn to_value(json: &Json) -> prost_types::Value {
    let kind = match json {
        Json::Null => Kind::NullValue(0),
        Json::Bool(value) => Kind::BoolValue(*value),
        Json::Number(number) => Kind::NumberValue(number.as_f64().unwrap()),
        Json::String(text) => Kind::StringValue(text.clone()),
        Json::Array(values) => Kind::ListValue(prost_types::ListValue {
            values: values.iter().map(to_value).collect(),
        }),
        Json::Object(_) => Kind::StructValue(to_struct(json)),
    };
    prost_types::Value { kind: Some(kind) }
}

/// Runs a program that calls functions of the provider, which returns these answers.
pub(crate) fn with_answers<T>(answers: Answers, program: impl AsyncFnOnce(Monitor) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (_, monitor) = listen(false, answers).await;
        let limit = tokio::time::timeout(Duration::from_secs(20), program(monitor));
        limit.await.expect("the program ends")
    })
}

/// A listener on a free port of this machine, and the program's way to it.
async fn listen(preview: bool, answers: Answers) -> (Listener, Monitor) {
    let listener = Listener {
        preview,
        answers,
        ..Default::default()
    };
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = incoming.local_addr().unwrap().to_string();
    let server =
        tonic::transport::Server::builder().add_service(ResourceMonitorServer::new(listener.clone()));
    tokio::spawn(server.serve_with_incoming(incoming));
    let monitor = Monitor::connect(&address, preview, "7.51.1").await.unwrap();
    (listener, monitor)
}

type Seen = HashMap<String, RegisterResourceRequest>;

/// Registers resources; returns what the engine was sent, by name, and what came of it.
fn register(preview: bool, resources: &[Resource]) -> (Seen, Vec<String>, Result<Registered, MonitorError>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (listener, monitor) = listen(preview, Answers::new()).await;
        let wait = tokio::time::timeout(Duration::from_secs(20), monitor.register(resources));
        let result = wait.await.expect("registration ends");
        let seen = listener.seen.lock().unwrap().clone();
        let order = seen.iter().map(|request| request.name.clone()).collect();
        let by_name = seen.into_iter().map(|request| (request.name.clone(), request));
        (by_name.collect(), order, result)
    })
}

fn queue(name: &str) -> Resource {
    Resource::new("aws:sqs/queue:Queue", name)
}

fn field<'a>(request: &'a RegisterResourceRequest, name: &str) -> &'a Kind {
    request.object.as_ref().unwrap().fields[name]
        .kind
        .as_ref()
        .unwrap()
}

fn string(request: &RegisterResourceRequest, name: &str) -> String {
    match field(request, name) {
        Kind::StringValue(text) => text.clone(),
        other => panic!("{name} is not a text: {other:?}"),
    }
}

#[test]
fn a_resource_waits_for_what_it_names_and_says_so() {
    let slow = queue("slow");
    let policy = map([("target", slow.arn()), ("n", 5.into())]).into_json_text();
    let user = queue("user")
        .with("redrivePolicy", policy)
        .with("name", "plain")
        .ignoring("tags")
        .after(&queue("other"));
    let (seen, order, result) = register(false, &[slow, queue("other"), user]);
    result.unwrap();
    assert_eq!(order, ["other", "slow", "user"]);
    let user = &seen["user"];
    assert_eq!(string(user, "redrivePolicy"), r#"{"n":5,"target":"arn:slow"}"#);
    assert_eq!(user.dependencies, ["urn:other", "urn:slow"]);
    assert_eq!(user.property_dependencies["redrivePolicy"].urns, ["urn:slow"]);
    assert!(user.property_dependencies["name"].urns.is_empty());
    assert!(user.custom && user.delete_before_replace && user.delete_before_replace_defined);
    assert_eq!(user.ignore_changes, ["tags"]);
    // No provider of the program's own: the engine uses its default one, to which it passes `aws:defaultTags` and all other
    // configuration in the namespace `aws` (Pulumi documentation, "Default provider configuration").
    assert!(user.provider.is_empty() && user.providers.is_empty());
    assert_eq!(user.version, "7.51.1");
}

#[test]
fn protection_is_sent_both_ways() {
    let (seen, _, _) = register(false, &[queue("kept").protected(true), queue("open")]);
    assert_eq!(seen["kept"].protect, Some(true));
    assert_eq!(
        seen["open"].protect,
        Some(false),
        "or what was protected once would stay so"
    );
}

#[test]
fn archives_and_files_are_what_the_engine_calls_so() {
    let code = queue("code")
        .with("code", PropertyValue::Archive("a.zip".into()))
        .with("source", PropertyValue::File("a.csv".into()));
    let (seen, _, _) = register(false, &[code]);
    for (input, signature, path) in [
        ("code", "0def7320c3a5731c473e5ecbe6d01bc7", "a.zip"),
        ("source", "c44067f5952c0a294b673a41bacd8c17", "a.csv"),
    ] {
        let Kind::StructValue(special) = field(&seen["code"], input) else {
            panic!("{input} is not an object");
        };
        assert_eq!(
            *special,
            object([("4dabf18193072939515e22adb298388d", signature), ("path", path)])
        );
    }
}

#[test]
fn in_a_preview_what_is_not_made_is_unknown_also_deep_inside() {
    let made = queue("made");
    let user = queue("user")
        .with("text", PropertyValue::concat([made.arn(), "/*".into()]))
        .with(
            "environment",
            map([("variables", map([("QUEUE", made.output(OutputName::Url))]))]),
        )
        .with("list", list([made.output(OutputName::Id)]));
    let (seen, _, result) = register(true, &[made.clone(), user]);
    let user = &seen["user"];
    assert_eq!(string(user, "text"), UNKNOWN);
    let Kind::StructValue(environment) = field(user, "environment") else {
        panic!("no object");
    };
    let variables = prost_types::Value {
        kind: Some(Kind::StructValue(object([("QUEUE", UNKNOWN)]))),
    };
    assert_eq!(environment.fields["variables"], variables);
    assert_eq!(user.dependencies, ["urn:made"]);
    assert_eq!(result.unwrap().resolve(&made.arn()).unwrap(), UNKNOWN);
}

#[test]
fn outputs_are_resolved_and_a_missing_one_is_an_error_with_its_name() {
    let made = queue("made");
    let (_, _, result) = register(false, std::slice::from_ref(&made));
    let registered = result.unwrap();
    assert_eq!(registered.resolve(&made.arn()).unwrap(), "arn:made");
    assert_eq!(
        registered.resolve(&made.output(OutputName::Id)).unwrap(),
        "id-of-made"
    );
    let error = registered.resolve(&made.output(OutputName::Url)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "aws:sqs/queue:Queue `made` has no output `url`"
    );
}

#[test]
fn a_refusal_is_said_in_the_providers_words_and_what_waits_for_it_is_not_tried() {
    let refused = queue("refused");
    let waiting = queue("waiting").with("name", refused.arn());
    let (seen, _, result) = register(false, &[refused, waiting, queue("other")]);
    let error = result.err().unwrap();
    assert_eq!(
        error.to_string(),
        "aws:sqs/queue:Queue `refused`: QueueAlreadyExists"
    );
    assert!(seen.contains_key("other") && !seen.contains_key("waiting"));
}

#[test]
fn a_plan_that_cannot_be_registered_is_refused_before_anything_is_made() {
    let later = queue("later");
    let early = queue("early").with("name", later.arn());
    let (seen, _, result) = register(false, &[early, later]);
    assert!(seen.is_empty());
    let error = result.err().unwrap().to_string();
    assert_eq!(
        error,
        "aws:sqs/queue:Queue `early` needs aws:sqs/queue:Queue `later`, which is not registered before it"
    );
    let (seen, _, result) = register(false, &[queue("one"), queue("one")]);
    assert!(seen.is_empty());
    assert!(
        result
            .err()
            .unwrap()
            .to_string()
            .starts_with("two resources are called")
    );
}

#[test]
fn functions_answer_or_refuse_and_a_missing_engine_is_said_to_be_missing() {
    let region = serde_json::json!({"region": "eu-central-1"});
    let answers = Answers::from([("aws:index/getRegion:getRegion", region)]);
    with_answers(answers, async |monitor| {
        let region = monitor
            .invoke("aws:index/getRegion:getRegion", serde_json::json!({}))
            .await
            .unwrap();
        assert_eq!(region["region"], "eu-central-1");
        let bucket = monitor
            .invoke("aws:s3/getBucket:getBucket", serde_json::json!({"bucket": "b"}))
            .await;
        assert!(bucket.unwrap_err().to_string().contains("couldn't find resource"));
        let nobody = Monitor::connect("127.0.0.1:1", false, "7.51.1").await;
        assert!(
            nobody
                .err()
                .unwrap()
                .to_string()
                .contains("is this program started by `pulumi up`?")
        );
    });
}
