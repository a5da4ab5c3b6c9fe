//! A client of the Pulumi engine: sends resources, and receives their outputs.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared, join_all};
use prost_types::value::Kind;
use pulumi_gestalt_proto::pulumi::pulumirpc;
use pulumi_gestalt_proto::pulumi::pulumirpc::register_resource_request::PropertyDependencies;
use pulumi_gestalt_proto::pulumi::pulumirpc::resource_monitor_client::ResourceMonitorClient;
use serde_json::{Value as Json, json};
use tonic::transport::Channel;

use super::value::UNKNOWN;
use super::{Output, PropertyValue, Resource, ResourceId};

/// Why a resource was not registered.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MonitorError {
    /// The program was not started by the Pulumi CLI, or the engine has ended.
    #[error("the engine at {address} does not answer ({reason}): is this program started by `pulumi up`?")]
    NoEngine {
        /// The address of the engine.
        address: String,
        /// The error of the connection.
        reason: String,
    },
    /// A resource refers to one that is not registered before it.
    #[error("{user} needs {needed}, which is not registered before it")]
    NotBefore {
        /// The resource that refers to another.
        user: String,
        /// The resource that it refers to.
        needed: ResourceId,
    },
    /// Two resources have the same type and name.
    #[error("two resources are called {0}: give one of them another name")]
    Twice(ResourceId),
    /// The engine or the provider refused a request.
    #[error("{what}: {reason}")]
    Refused {
        /// The resource or the function.
        what: String,
        /// The message of the provider.
        reason: String,
    },
    /// The provider did not return an output that the program needs.
    #[error("{of} has no output `{property}`")]
    NoOutput {
        /// The resource.
        of: ResourceId,
        /// The missing property.
        property: &'static str,
    },
    /// The resource was not registered because one that it needs failed.
    #[error("{0} needs a resource that could not be created")]
    Waiting(ResourceId),
}

/// A connection to the engine.
#[derive(Clone)]
pub struct Monitor {
    client: ResourceMonitorClient<Channel>,
    preview: bool,
    provider_version: &'static str,
}

/// The registered resources, from which outputs are resolved.
pub struct Registered(HashMap<ResourceId, Arc<Made>>);

/// A resource that was created, or shown in a preview.
struct Made {
    urn: String,
    id: String,
    outputs: prost_types::Struct,
    preview: bool,
}

type Making = Shared<BoxFuture<'static, Result<Arc<Made>, MonitorError>>>;

impl Monitor {
    /// Connects to the engine at `address` (host:port). A preview creates no resources, and leaves outputs unknown.
    ///
    /// # Errors
    /// If the engine does not answer.
    pub async fn connect(
        address: &str,
        preview: bool,
        provider_version: &'static str,
    ) -> Result<Self, MonitorError> {
        let client = ResourceMonitorClient::connect(format!("http://{address}"))
            .await
            .map_err(|error| MonitorError::NoEngine {
                address: address.to_owned(),
                reason: error.to_string(),
            })?;
        Ok(Self {
            client,
            preview,
            provider_version,
        })
    }

    /// Calls a function of the provider.
    ///
    /// # Errors
    /// If the provider refuses the call.
    pub async fn invoke(&self, function: &str, arguments: Json) -> Result<Json, MonitorError> {
        let refused = |reason: String| MonitorError::Refused {
            what: function.to_owned(),
            reason,
        };
        let Some(Kind::StructValue(args)) = to_wire(&arguments).kind else {
            return Err(refused("its arguments are not an object".to_owned()));
        };
        let request = pulumirpc::ResourceInvokeRequest {
            tok: function.to_owned(),
            args: Some(args),
            version: self.provider_version.to_owned(),
            ..Default::default()
        };
        let answer = self.client.clone().invoke(request).await;
        let answer = answer
            .map_err(|status| refused(status.message().to_owned()))?
            .into_inner();
        match answer.failures.first() {
            Some(failure) => Err(refused(failure.reason.clone())),
            None => Ok(from_struct(&answer.r#return.unwrap_or_default())),
        }
    }

    /// Registers all resources, each as soon as those that it needs exist. Each may refer only to resources before it.
    ///
    /// # Errors
    /// If a resource fails: the first failure in the order of the list, after all requests have ended.
    pub async fn register(&self, resources: &[Resource]) -> Result<Registered, MonitorError> {
        let mut makings: HashMap<ResourceId, Making> = HashMap::new();
        for resource in resources {
            let needs = needs(resource, &makings)?;
            let making = self.clone().make(resource.clone(), needs).boxed().shared();
            if makings.insert(resource.id.clone(), making).is_some() {
                return Err(MonitorError::Twice(resource.id.clone()));
            }
        }
        let makings = resources.iter().map(|resource| makings[&resource.id].clone());
        let mut made = HashMap::new();
        let mut failure = None;
        for (resource, result) in resources.iter().zip(join_all(makings).await) {
            match result {
                Ok(one) => drop(made.insert(resource.id.clone(), one)),
                Err(MonitorError::Waiting(_)) => {}
                Err(error) => drop(failure.get_or_insert(error)),
            }
        }
        failure.map_or(Ok(Registered(made)), Err)
    }

    async fn make(
        mut self,
        resource: Resource,
        needs: HashMap<ResourceId, Making>,
    ) -> Result<Arc<Made>, MonitorError> {
        let mut made = HashMap::new();
        for (id, making) in needs {
            let one = making
                .await
                .map_err(|_| MonitorError::Waiting(resource.id.clone()))?;
            made.insert(id, one);
        }
        let request = self.request(&resource, &Registered(made))?;
        let answer = self.client.register_resource(request).await;
        let answer = answer.map_err(|status| MonitorError::Refused {
            what: resource.id.to_string(),
            reason: status.message().to_owned(),
        })?;
        let answer = answer.into_inner();
        Ok(Arc::new(Made {
            urn: answer.urn,
            id: answer.id,
            outputs: answer.object.unwrap_or_default(),
            preview: self.preview,
        }))
    }

    fn request(
        &self,
        resource: &Resource,
        made: &Registered,
    ) -> Result<pulumirpc::RegisterResourceRequest, MonitorError> {
        let mut object = prost_types::Struct::default();
        let mut property_dependencies = HashMap::new();
        let mut dependencies: BTreeSet<String> =
            resource.after.iter().map(|id| made.0[id].urn.clone()).collect();
        for (input, value) in &resource.inputs {
            object
                .fields
                .insert((*input).to_owned(), to_wire(&made.resolve(value)?));
            let urns: BTreeSet<String> = outputs(value)
                .map(|output| made.0[&output.of].urn.clone())
                .collect();
            dependencies.extend(urns.iter().cloned());
            let urns = urns.into_iter().collect();
            property_dependencies.insert((*input).to_owned(), PropertyDependencies { urns });
        }
        Ok(pulumirpc::RegisterResourceRequest {
            r#type: resource.id.kind.to_owned(),
            name: resource.id.name.clone(),
            custom: true,
            object: Some(object),
            protect: Some(resource.protect),
            ignore_changes: resource.ignore_changes.iter().map(ToString::to_string).collect(),
            dependencies: dependencies.into_iter().collect(),
            property_dependencies,
            // The program fixes the names: an old resource must be deleted before its replacement can have its name.
            delete_before_replace: true,
            delete_before_replace_defined: true,
            version: self.provider_version.to_owned(),
            ..Default::default()
        })
    }
}

impl Registered {
    /// The value with all outputs filled in. In a preview it may contain unknown values.
    ///
    /// # Errors
    /// If a resource does not have an output that the value refers to.
    pub fn resolve(&self, value: &PropertyValue) -> Result<Json, MonitorError> {
        value.resolve(&|output| self.output(output))
    }

    fn output(&self, output: &Output) -> Result<Json, MonitorError> {
        let not_made = || MonitorError::Waiting(output.of.clone());
        let made = self.0.get(&output.of).ok_or_else(not_made)?;
        let known = match output.attribute.property() {
            None => Some(json!(made.id)).filter(|_| !made.id.is_empty()),
            Some(property) => made.outputs.fields.get(property).map(from_wire),
        };
        match (known, output.attribute.property()) {
            (Some(known), _) => Ok(known),
            (None, _) if made.preview => Ok(json!(UNKNOWN)),
            (None, property) => Err(MonitorError::NoOutput {
                of: output.of.clone(),
                property: property.unwrap_or("id"),
            }),
        }
    }
}

/// The registrations that a resource waits for.
fn needs(
    resource: &Resource,
    makings: &HashMap<ResourceId, Making>,
) -> Result<HashMap<ResourceId, Making>, MonitorError> {
    let named = resource
        .inputs
        .values()
        .flat_map(outputs)
        .map(|output| &output.of);
    let need = |id: &ResourceId| match makings.get(id) {
        Some(making) => Ok((id.clone(), making.clone())),
        None => Err(MonitorError::NotBefore {
            user: resource.id.to_string(),
            needed: id.clone(),
        }),
    };
    named.chain(&resource.after).map(need).collect()
}

/// Every output that a value refers to.
fn outputs(value: &PropertyValue) -> impl Iterator<Item = &Output> {
    let mut found = Vec::new();
    value.visit(&mut |value| found.extend(value.as_output()));
    found.into_iter()
}

fn to_wire(value: &Json) -> prost_types::Value {
    let kind = match value {
        Json::Null => Kind::NullValue(0),
        Json::Bool(value) => Kind::BoolValue(*value),
        Json::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => Kind::StringValue(text.clone()),
        Json::Array(values) => Kind::ListValue(prost_types::ListValue {
            values: values.iter().map(to_wire).collect(),
        }),
        Json::Object(values) => Kind::StructValue(prost_types::Struct {
            fields: values
                .iter()
                .map(|(name, value)| (name.clone(), to_wire(value)))
                .collect(),
        }),
    };
    prost_types::Value { kind: Some(kind) }
}

fn from_wire(value: &prost_types::Value) -> Json {
    match &value.kind {
        None | Some(Kind::NullValue(_)) => Json::Null,
        Some(Kind::BoolValue(value)) => json!(value),
        Some(Kind::NumberValue(number)) => json!(number),
        Some(Kind::StringValue(text)) => json!(text),
        Some(Kind::ListValue(list)) => list.values.iter().map(from_wire).collect(),
        Some(Kind::StructValue(object)) => from_struct(object),
    }
}

fn from_struct(object: &prost_types::Struct) -> Json {
    let fields: BTreeMap<_, _> = object
        .fields
        .iter()
        .map(|(name, value)| (name, from_wire(value)))
        .collect();
    json!(fields)
}
