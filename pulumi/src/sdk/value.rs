//! Resources and what they are given: plain values that a test can look at.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// A resource as the program wants it.
#[derive(Debug, Clone)]
pub struct Resource {
    /// What it is called in this program.
    pub id: ResourceId,
    /// Its inputs, by the provider's names.
    pub inputs: BTreeMap<&'static str, Value>,
    /// The engine refuses to delete it.
    pub protect: bool,
    /// Resources that must be there before it, and go after it, though no input names them.
    pub after: Vec<ResourceId>,
    /// Inputs whose changes the engine ignores once the resource exists.
    pub ignore_changes: Vec<&'static str>,
}

/// The type and name of a resource: unique in a program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId {
    /// The provider's type, such as `aws:sqs/queue:Queue`.
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

    /// With one more input.
    #[must_use]
    pub fn with(mut self, input: &'static str, value: impl Into<Value>) -> Self {
        self.inputs.insert(input, value.into());
        self
    }

    /// With protection from deletion, or without.
    #[must_use]
    pub fn protected(mut self, protect: bool) -> Self {
        self.protect = protect;
        self
    }

    /// Made after another resource, and deleted before it.
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

    /// Its ARN, once it is made.
    pub fn arn(&self) -> Value {
        self.output(Attribute::Arn)
    }

    /// One of its outputs, once it is made.
    pub fn output(&self, attribute: Attribute) -> Value {
        Value::Output(Output {
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
    pub attribute: Attribute,
}

/// Outputs that a program may name: a misspelt one does not compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// The Amazon resource name.
    Arn,
    /// The provider's id: of a bucket its name.
    Id,
    /// The name as the cloud knows it.
    Name,
    /// The address, of a queue.
    Url,
}

impl Attribute {
    /// The provider's name for it; the id is not among its properties.
    pub(super) fn property(self) -> Option<&'static str> {
        match self {
            Attribute::Arn => Some("arn"),
            Attribute::Id => None,
            Attribute::Name => Some("name"),
            Attribute::Url => Some("url"),
        }
    }
}

/// What an input is given.
#[derive(Debug, Clone)]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// A whole number. Within a text in JSON it is written as one: `5`, which a service may read otherwise than `5.0`.
    Number(u32),
    /// A text.
    Text(String),
    /// Values in their order.
    List(Vec<Value>),
    /// Values by name.
    Map(BTreeMap<String, Value>),
    /// What another resource will have.
    Output(Output),
    /// A text that is written once the value is known: a policy in JSON, say.
    Written(Box<Value>, fn(&serde_json::Value) -> String),
    /// A zip file, or a folder that is zipped.
    Archive(PathBuf),
    /// One file's bytes.
    File(PathBuf),
}

impl Value {
    /// This value as JSON text, once it is known.
    pub fn into_json_text(self) -> Value {
        Value::Written(Box::new(self), serde_json::Value::to_string)
    }

    /// Texts that may become known later, one after the other.
    pub fn concat(parts: impl IntoIterator<Item = Value>) -> Value {
        let join = |parts: &serde_json::Value| {
            let parts = parts.as_array().into_iter().flatten();
            parts.filter_map(serde_json::Value::as_str).collect()
        };
        Value::Written(Box::new(Value::List(parts.into_iter().collect())), join)
    }

    /// Calls for this value and every one inside it.
    pub fn visit<'a>(&'a self, see: &mut dyn FnMut(&'a Value)) {
        see(self);
        match self {
            Value::List(values) => values.iter().for_each(|value| value.visit(see)),
            Value::Map(values) => values.values().for_each(|value| value.visit(see)),
            Value::Written(value, _) => value.visit(see),
            _ => {}
        }
    }

    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, where it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some((*number).into()),
            _ => None,
        }
    }

    /// Whether it is plainly true.
    pub fn is_true(&self) -> bool {
        matches!(self, Value::Bool(true))
    }

    /// The output, where it is one.
    pub fn as_output(&self) -> Option<&Output> {
        match self {
            Value::Output(output) => Some(output),
            _ => None,
        }
    }

    /// The values of a list; of what will be written as text, those of the value it is written from.
    pub fn items(&self) -> &[Value] {
        match self {
            Value::List(values) => values,
            Value::Written(value, _) => value.items(),
            _ => &[],
        }
    }

    /// The value under a name, seen through what will be written as text.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Map(values) => values.get(name),
            Value::Written(value, _) => value.get(name),
            _ => None,
        }
    }
}

/// Values by name.
pub fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(
        entries
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

/// Values in their order.
pub fn list<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Value {
    Value::List(values.into_iter().map(Into::into).collect())
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Value::Number(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Text(value)
    }
}
