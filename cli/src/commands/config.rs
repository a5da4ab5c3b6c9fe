//! `data-review config`

use std::io::Write;
use std::process::ExitCode;

use serde_json::Value;

use crate::args::{Config, Db};
use crate::config::{self, NAME, Settings};
use crate::error::CliError;
use crate::exit::End;
use crate::output::{self, HEADING, styled};
use crate::table::{Column, Table, fold};
use crate::wording;

pub(super) fn run(args: &Config, settings: &Settings) -> End {
    let schema = config::schema();
    if args.schema {
        let mut out = output::data();
        writeln!(out, "{schema:#}")?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let keys = keys(&schema);
    let mut out = output::text();
    match &args.explain {
        Some(asked) => explain(&mut out, asked, &keys)?,
        None => show(&mut out, settings, &keys)?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// A key of the configuration, as its schema describes it.
struct Key {
    name: String,
    type_name: String,
    meaning: String,
}

/// The keys in the order of the schema; those of `override` follow it.
fn keys(schema: &Value) -> Vec<Key> {
    let mut keys = Vec::new();
    for (name, property) in properties(schema) {
        keys.push(key(name.clone(), property));
        if name == "override" {
            let rules = &schema["$defs"]["Override"];
            let inner = properties(rules);
            keys.extend(inner.map(|(inner, property)| key(format!("{name}.{inner}"), property)));
        }
    }
    keys
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema["properties"].as_object().into_iter().flatten()
}

fn key(name: String, property: &Value) -> Key {
    let type_name = match (&property["type"], &property["$ref"], &property["anyOf"]) {
        (Value::String(name), ..) if name == "array" && name_is_table(property) => {
            "list of tables".to_owned()
        }
        (Value::String(name), ..) if name == "array" => "list of texts".to_owned(),
        (Value::String(name), ..) if name == "object" => "table of severities".to_owned(),
        (Value::Array(names), ..) => plain(names.first()),
        (name @ Value::String(_), ..) => plain(Some(name)),
        _ => "error or warning".to_owned(),
    };
    let meaning = property["description"].as_str().unwrap_or_default();
    Key {
        name,
        type_name,
        meaning: meaning.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

fn name_is_table(property: &Value) -> bool {
    property["items"]["$ref"].is_string()
}

fn plain(name: Option<&Value>) -> String {
    match name.and_then(Value::as_str) {
        Some("string") => "text",
        Some("integer") => "whole number",
        Some("boolean") => "true or false",
        _ => "value",
    }
    .to_owned()
}

fn explain(out: &mut impl Write, asked: &str, keys: &[Key]) -> Result<(), CliError> {
    let Some(key) = keys.iter().find(|key| key.name == asked.to_lowercase()) else {
        let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
        let hint = wording::hint(asked, names.iter().copied(), || {
            format!("known are {}", names.join(", "))
        });
        return Err(CliError::Usage(format!(
            "unknown key `{asked}` of {NAME}; {hint}"
        )));
    };
    writeln!(out, "{} ({})", styled(HEADING, &key.name), key.type_name)?;
    let width = output::width().map_or(usize::MAX, |width| usize::from(width) - 2);
    for line in fold(&key.meaning, width) {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

fn show(out: &mut impl Write, settings: &Settings, keys: &[Key]) -> Result<(), CliError> {
    let file = match &settings.path {
        Some(path) => path.to_string_lossy().into_owned(),
        None => format!("none (create {NAME})"),
    };
    let store = settings.store(&Db { path: None });
    writeln!(
        out,
        "configuration  {}",
        data_review_core::percent_encode_controls(&file)
    )?;
    let store = store.to_string_lossy();
    writeln!(
        out,
        "store          {}\n",
        data_review_core::percent_encode_controls(&store)
    )?;
    let mut table = Table::new(&[
        Column::whole("key"),
        Column::words("value"),
        Column::words("meaning").rank(1),
    ]);
    for key in keys {
        let value = settings.values.get(&key.name).map(ToString::to_string);
        table.row([&key.name, &value.unwrap_or_default(), &key.meaning]);
    }
    table.write(out, output::width())?;
    Ok(())
}
