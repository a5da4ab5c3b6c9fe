//! Resources and their inputs, as plain values that a test can inspect.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

/// The text that means "known only after the update" to the engine.
pub(super) const UNKNOWN: &str = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/// The name of the field with the type of a special object.
const SIGNATURE: &str = "4dabf18193072939515e22adb298388d";
const ARCHIVE: &str = "0def7320c3a5731c473e5ecbe6d01bc7";
const ASSET: &str = "c44067f5952c0a294b673a41bacd8c17";

/// A resource to be registered.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its type and name.
    pub id: ResourceId,
    /// Its inputs, by the names of the provider.
    pub inputs: BTreeMap<&'static str, PropertyValue>,
    /// Whether the engine refuses to delete it.
    pub protect: bool,
    /// Resources that are created before it and deleted after it, although no input refers to them.
    pub after: Vec<ResourceId>,
    /// Inputs whose changes the engine ignores once the resource exists.
    pub ignore_changes: Vec<&'static str>,
}

/// The type and name of a resource: unique in a program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId {
    /// The type in the provider, such as `aws:sqs/queue:Queue`.
    pub kind: &'static str,
    /// The name in this program.
    pub name: String,
}

impl std::fmt::Display for ResourceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} `{}`", self.kind, self.name)
    }
}

impl Resource {
    /// A resource without inputs.
    pub fn new(kind: &'static str, name: impl Into<String>) -> Self {
        let id = ResourceId {
            kind,
            name: name.into(),
        };
        Self {
            id,
            inputs: BTreeMap::new(),
            protect: false,
            after: Vec::new(),
            ignore_changes: Vec::new(),
        }
    }

    /// Adds an input.
    #[must_use]
    pub fn with(mut self, input: &'static str, value: impl Into<PropertyValue>) -> Self {
        self.inputs.insert(input, value.into());
        self
    }

    /// Sets whether the engine refuses to delete it.
    #[must_use]
    pub fn protected(mut self, protect: bool) -> Self {
        self.protect = protect;
        self
    }

    /// Creates it after another resource, and deletes it before that.
    #[must_use]
    pub fn after(mut self, other: &Resource) -> Self {
        self.after.push(other.id.clone());
        self
    }

    /// Leaves an input of the existing resource as it is, whatever the program gives: for what others manage, or what the
    /// provider reports as changed after each update.
    #[must_use]
    pub fn ignoring(mut self, input: &'static str) -> Self {
        self.ignore_changes.push(input);
        self
    }

    /// Its ARN, which is known after it is created.
    pub fn arn(&self) -> PropertyValue {
        self.output(OutputName::Arn)
    }

    /// One of its outputs, which is known after it is created.
    pub fn output(&self, attribute: OutputName) -> PropertyValue {
        PropertyValue::Output(Output {
            of: self.id.clone(),
            attribute,
        })
    }
}

/// An output of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Whose.
    pub of: ResourceId,
    /// Which.
    pub attribute: OutputName,
}

/// The outputs that a program can refer to; a misspelt one does not compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputName {
    /// The Amazon resource name.
    Arn,
    /// The id of the provider; for a bucket, its name.
    Id,
    /// The name in the cloud.
    Name,
    /// The URL of a queue.
    Url,
}

impl OutputName {
    /// Its name in the provider; `None` for the id, which is not a property.
    pub(super) fn property(self) -> Option<&'static str> {
        match self {
            OutputName::Arn => Some("arn"),
            OutputName::Id => None,
            OutputName::Name => Some("name"),
            OutputName::Url => Some("url"),
        }
    }
}

/// The value of an input.
#[derive(Debug, Clone)]
pub enum PropertyValue {
    /// True or false.
    Bool(bool),
    /// A whole number. Within a text in JSON it is written as one: `5`, which a service may read otherwise than `5.0`.
    Number(u32),
    /// A text.
    Text(String),
    /// Values in their order.
    List(Vec<PropertyValue>),
    /// Values by name.
    Map(BTreeMap<String, PropertyValue>),
    /// An output of another resource.
    Output(Output),
    /// A text that is made from a value once that is known, such as a policy in JSON.
    Written(Box<PropertyValue>, fn(&serde_json::Value) -> String),
    /// A zip file, or a folder that is zipped.
    Archive(PathBuf),
    /// One file's bytes.
    File(PathBuf),
}

impl PropertyValue {
    /// This value as JSON text, once it is known.
    pub fn into_json_text(self) -> PropertyValue {
        PropertyValue::Written(Box::new(self), serde_json::Value::to_string)
    }

    /// Texts that may become known later, one after the other.
    pub fn concat(parts: impl IntoIterator<Item = PropertyValue>) -> PropertyValue {
        let join = |parts: &serde_json::Value| {
            let parts = parts.as_array().into_iter().flatten();
            parts.filter_map(serde_json::Value::as_str).collect()
        };
        PropertyValue::Written(Box::new(PropertyValue::List(parts.into_iter().collect())), join)
    }

    /// This value as the engine reads it, with what `output` returns in place of each output. A text that is made from an
    /// unknown value is unknown.
    ///
    /// # Errors
    /// The first error of `output`.
    pub fn resolve<E>(&self, output: &dyn Fn(&Output) -> Result<Json, E>) -> Result<Json, E> {
        Ok(match self {
            PropertyValue::Bool(value) => json!(value),
            PropertyValue::Number(value) => json!(value),
            PropertyValue::Text(text) => json!(text),
            PropertyValue::List(values) => values
                .iter()
                .map(|value| value.resolve(output))
                .collect::<Result<_, _>>()?,
            PropertyValue::Map(values) => {
                let entry =
                    |(name, value): (&String, &PropertyValue)| Ok((name.clone(), value.resolve(output)?));
                Json::Object(values.iter().map(entry).collect::<Result<_, E>>()?)
            }
            PropertyValue::Output(of) => output(of)?,
            PropertyValue::Written(value, write) => {
                let value = value.resolve(output)?;
                if is_unknown(&value) {
                    json!(UNKNOWN)
                } else {
                    json!(write(&value))
                }
            }
            PropertyValue::Archive(path) => special(ARCHIVE, path),
            PropertyValue::File(path) => special(ASSET, path),
        })
    }

    /// Calls for this value and every one inside it.
    pub fn visit<'a>(&'a self, see: &mut dyn FnMut(&'a PropertyValue)) {
        see(self);
        match self {
            PropertyValue::List(values) => values.iter().for_each(|value| value.visit(see)),
            PropertyValue::Map(values) => values.values().for_each(|value| value.visit(see)),
            PropertyValue::Written(value, _) => value.visit(see),
            _ => {}
        }
    }

    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            PropertyValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, where it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            PropertyValue::Number(number) => Some((*number).into()),
            _ => None,
        }
    }

    /// Whether it is plainly true.
    pub fn is_true(&self) -> bool {
        matches!(self, PropertyValue::Bool(true))
    }

    /// The output, where it is one.
    pub fn as_output(&self) -> Option<&Output> {
        match self {
            PropertyValue::Output(output) => Some(output),
            _ => None,
        }
    }

    /// The values of a list; of what will be written as text, those of the value it is written from.
    pub fn items(&self) -> &[PropertyValue] {
        match self {
            PropertyValue::List(values) => values,
            PropertyValue::Written(value, _) => value.items(),
            _ => &[],
        }
    }

    /// The value under a name, seen through what will be written as text.
    pub fn get(&self, name: &str) -> Option<&PropertyValue> {
        match self {
            PropertyValue::Map(values) => values.get(name),
            PropertyValue::Written(value, _) => value.get(name),
            _ => None,
        }
    }
}

fn special(signature: &str, path: &Path) -> Json {
    json!({ SIGNATURE: signature, "path": path })
}

fn is_unknown(value: &Json) -> bool {
    match value {
        Json::String(text) => text == UNKNOWN,
        Json::Array(values) => values.iter().any(is_unknown),
        Json::Object(values) => values.values().any(is_unknown),
        _ => false,
    }
}

/// Values by name.
pub fn map<const N: usize>(entries: [(&str, PropertyValue); N]) -> PropertyValue {
    PropertyValue::Map(
        entries
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

/// Values in their order.
pub fn list<V: Into<PropertyValue>>(values: impl IntoIterator<Item = V>) -> PropertyValue {
    PropertyValue::List(values.into_iter().map(Into::into).collect())
}

impl From<bool> for PropertyValue {
    fn from(value: bool) -> Self {
        PropertyValue::Bool(value)
    }
}

impl From<u32> for PropertyValue {
    fn from(value: u32) -> Self {
        PropertyValue::Number(value)
    }
}

impl From<&str> for PropertyValue {
    fn from(value: &str) -> Self {
        PropertyValue::Text(value.to_owned())
    }
}

impl From<String> for PropertyValue {
    fn from(value: String) -> Self {
        PropertyValue::Text(value)
    }
}
