//! Rows of Parquet files: flat ones, and JSON objects with lists and structs.

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::slice::IterMut;
use std::sync::Arc;

use data_review_core::Instant;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{ColumnDescriptor, Type, TypePtr};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most rows of a row group: few enough that a month of one quantity is a small part of a large archive.
pub(super) const GROUP_ROWS: usize = 32_768;
/// Most bytes of text of a row group, except for a single longer row.
const GROUP_BYTES: usize = 64 << 20;

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Datum<'a> {
    Null,
    Truth(bool),
    Whole(i64),
    Number(f64),
    #[serde(borrow)]
    Text(Cow<'a, str>),
}

/// Microseconds since 1970; nothing for a time beyond 292,000 years from it.
pub(super) fn moment(time: Instant) -> Datum<'static> {
    let micros = i64::try_from(time.to_unix_nanos().div_euclid(1_000));
    micros.map_or(Datum::Null, Datum::Whole)
}

/// What all Parquet files have in common.
pub(super) fn properties() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_created_by(format!("data-review {}", data_review_core::VERSION))
        .set_compression(Compression::SNAPPY)
        // Of whole chunks: the row groups are hardly longer than pages.
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
}

/// A file that is written row by row.
pub(super) struct Rows<'f> {
    writer: SerializedFileWriter<&'f File>,
    schema: TypePtr,
    leaves: Vec<Leaf>,
    /// Rows of the row group.
    rows: usize,
    /// Bytes of texts of the row group.
    bytes: usize,
    group_rows: usize,
}

impl<'f> Rows<'f> {
    /// A file without rows, whose row groups have at most `group_rows`.
    pub(super) fn new(
        file: &'f File,
        schema: TypePtr,
        properties: WriterProperties,
        group_rows: usize,
    ) -> io::Result<Self> {
        let writer = SerializedFileWriter::new(file, schema.clone(), Arc::new(properties)).map_err(failed)?;
        let columns = writer.schema_descr().columns();
        Ok(Rows {
            leaves: columns.iter().map(|column| Leaf::of(column)).collect(),
            writer,
            schema,
            rows: 0,
            bytes: 0,
            group_rows,
        })
    }

    /// Adds a row of optional values: those of the first columns as data, the others with `further`.
    pub(super) fn flat(
        &mut self,
        data: Vec<Datum<'_>>,
        further: impl FnOnce(&mut IterMut<'_, Leaf>),
    ) -> io::Result<()> {
        let mut leaves = self.leaves.iter_mut();
        for (datum, leaf) in data.into_iter().zip(&mut leaves) {
            self.bytes += leaf.optional(datum);
        }
        further(&mut leaves);
        self.end_row()
    }

    /// Adds a JSON object as a row: members that it lacks are null, and those that the schema lacks are left out. Columns
    /// of bytes that are not text hold `bytes`.
    pub(super) fn object(&mut self, object: &Value, bytes: &[u8]) -> io::Result<()> {
        let mut row = Shredder {
            leaves: &mut self.leaves,
            bytes,
            written: 0,
        };
        let mut at = 0;
        for field in self.schema.get_fields() {
            at = row.field(at, field, object.get(field.name()), Level::default(), 0);
        }
        self.bytes += row.written;
        self.end_row()
    }

    fn end_row(&mut self) -> io::Result<()> {
        self.rows += 1;
        match self.rows >= self.group_rows || self.bytes >= GROUP_BYTES {
            true => self.flush(),
            false => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut row_group = self.writer.next_row_group().map_err(failed)?;
        for leaf in &mut self.leaves {
            let column = row_group.next_column().map_err(failed)?;
            let column = column.ok_or_else(|| io::Error::other("more columns than the schema has"))?;
            leaf.write(column).map_err(failed)?;
        }
        row_group.close().map_err(failed)?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }

    /// Writes the last row group, and `entries` as metadata of the file.
    pub(super) fn finish(mut self, entries: Vec<KeyValue>) -> io::Result<()> {
        if self.rows > 0 {
            self.flush()?;
        }
        for entry in entries {
            self.writer.append_key_value_metadata(entry);
        }
        self.writer.close().map(drop).map_err(failed)
    }
}

/// Where a value is in its row.
#[derive(Debug, Clone, Copy, Default)]
struct Level {
    /// How many of the optional and repeated fields on the way to the value are there.
    definition: i16,
    /// The depth of the list that goes on with this value; 0 where a row begins.
    repetition: i16,
}

/// Distributes an object over the columns, as the Parquet format describes it (Dremel).
struct Shredder<'l, 'b> {
    leaves: &'l mut [Leaf],
    bytes: &'b [u8],
    /// Bytes of the texts.
    written: usize,
}

impl Shredder<'_, '_> {
    /// Adds the value of a field that is inside of `lists` lists, and whose first column is `at`. Returns the first column of the
    /// next field.
    fn field(&mut self, at: usize, field: &Type, value: Option<&Value>, level: Level, lists: i16) -> usize {
        let value = value.filter(|value| !value.is_null());
        let is_bytes = is_bytes(field);
        let is_there = value.is_some() || is_bytes;
        let is_optional = field.get_basic_info().repetition() == Repetition::OPTIONAL;
        let inner = Level {
            definition: level.definition + i16::from(is_optional && is_there),
            ..level
        };
        if field.is_primitive() {
            let leaf = &mut self.leaves[at];
            self.written += match value {
                _ if is_bytes => leaf.push_bytes(self.bytes.into(), inner),
                Some(value) => leaf.push(json(value, leaf.is_time), inner),
                None => leaf.push(Datum::Null, inner),
            };
            return at + 1;
        }
        let fields = field.get_fields();
        let is_list = |first: &&TypePtr| first.get_basic_info().repetition() == Repetition::REPEATED;
        let element = fields
            .first()
            .filter(is_list)
            .and_then(|list| list.get_fields().first());
        let Some(element) = element else {
            return fields.iter().fold(at, |at, field| {
                let value = value.and_then(|value| value.get(field.name()));
                self.field(at, field, value, inner, lists)
            });
        };
        let elements = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if elements.is_empty() {
            return self.field(at, element, None, inner, lists);
        }
        let mut next = at;
        for (position, value) in elements.iter().enumerate() {
            let level = Level {
                definition: inner.definition + 1,
                repetition: if position == 0 {
                    inner.repetition
                } else {
                    lists + 1
                },
            };
            next = self.field(at, element, Some(value), level, lists + 1);
        }
        next
    }
}

/// Whether a field holds bytes that are not text.
fn is_bytes(field: &Type) -> bool {
    field.is_primitive()
        && field.get_physical_type() == Physical::BYTE_ARRAY
        && field.get_basic_info().logical_type_ref().is_none()
}

/// A JSON value as the value of a column.
fn json(value: &Value, is_time: bool) -> Datum<'_> {
    match value {
        Value::String(text) if is_time => Instant::parse(text).map_or(Datum::Null, moment),
        Value::String(text) => Datum::Text(Cow::Borrowed(text)),
        Value::Bool(truth) => Datum::Truth(*truth),
        Value::Number(number) if number.is_f64() => number.as_f64().map_or(Datum::Null, Datum::Number),
        Value::Number(number) => Datum::Whole(number.as_i64().unwrap_or(i64::MAX)),
        _ => Datum::Null,
    }
}

/// The values of a column that are not null, and the place of each, or of the null, in its row.
pub(super) struct Leaf {
    definition: Vec<i16>,
    repetition: Vec<i16>,
    values: Values,
    most: Level,
    is_time: bool,
}

enum Values {
    Truth(Vec<bool>),
    Whole(Vec<i64>),
    Number(Vec<f64>),
    Bytes(Vec<ByteArray>),
}

impl Leaf {
    fn of(column: &ColumnDescriptor) -> Self {
        Leaf {
            definition: Vec::new(),
            repetition: Vec::new(),
            values: match column.physical_type() {
                Physical::BOOLEAN => Values::Truth(Vec::new()),
                Physical::INT64 => Values::Whole(Vec::new()),
                Physical::DOUBLE => Values::Number(Vec::new()),
                _ => Values::Bytes(Vec::new()),
            },
            most: Level {
                definition: column.max_def_level(),
                repetition: column.max_rep_level(),
            },
            is_time: matches!(column.logical_type_ref(), Some(LogicalType::Timestamp { .. })),
        }
    }

    /// Adds an optional value of a row.
    pub(super) fn optional(&mut self, datum: Datum<'_>) -> usize {
        let level = Level {
            definition: i16::from(datum != Datum::Null),
            repetition: 0,
        };
        self.push(datum, level)
    }

    /// Adds optional bytes of a row.
    pub(super) fn optional_bytes(&mut self, bytes: Option<Vec<u8>>) {
        let level = Level {
            definition: i16::from(bytes.is_some()),
            repetition: 0,
        };
        match bytes {
            Some(bytes) => self.push_bytes(bytes.into(), level),
            None => self.push(Datum::Null, level),
        };
    }

    /// Adds a value, which is null below the greatest definition. Returns the length of a text.
    fn push(&mut self, datum: Datum<'_>, level: Level) -> usize {
        let mut length = 0;
        let mut is_present = true;
        match (&mut self.values, datum) {
            (Values::Truth(values), Datum::Truth(value)) => values.push(value),
            (Values::Whole(values), Datum::Whole(value)) => values.push(value),
            (Values::Number(values), Datum::Number(value)) => values.push(value),
            (Values::Number(values), Datum::Whole(value)) => values.push(value as f64),
            (Values::Bytes(values), Datum::Text(value)) => {
                length = value.len();
                values.push(value.as_bytes().into());
            }
            _ => is_present = false,
        }
        let definition = if is_present {
            self.most.definition
        } else {
            level.definition
        };
        self.definition.push(definition);
        self.repetition.push(level.repetition);
        length
    }

    fn push_bytes(&mut self, bytes: ByteArray, level: Level) -> usize {
        let length = bytes.len();
        if let Values::Bytes(values) = &mut self.values {
            values.push(bytes);
        }
        self.definition.push(level.definition);
        self.repetition.push(level.repetition);
        length
    }

    /// Writes all values, and forgets them.
    fn write(&mut self, mut column: SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let definition = (self.most.definition > 0).then_some(&self.definition[..]);
        let repetition = (self.most.repetition > 0).then_some(&self.repetition[..]);
        match &self.values {
            Values::Truth(values) => column
                .typed::<BoolType>()
                .write_batch(values, definition, repetition),
            Values::Whole(values) => column
                .typed::<Int64Type>()
                .write_batch(values, definition, repetition),
            Values::Number(values) => column
                .typed::<DoubleType>()
                .write_batch(values, definition, repetition),
            Values::Bytes(values) => column
                .typed::<ByteArrayType>()
                .write_batch(values, definition, repetition),
        }?;
        column.close()?;
        self.definition.clear();
        self.repetition.clear();
        match &mut self.values {
            Values::Truth(values) => values.clear(),
            Values::Whole(values) => values.clear(),
            Values::Number(values) => values.clear(),
            Values::Bytes(values) => values.clear(),
        }
        Ok(())
    }
}

pub(super) fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::schema::parser::parse_message_type;
    use serde_json::json;

    use super::*;

    const SCHEMA: &str = "message rows {
        optional int64 count;
        optional group words (LIST) { repeated group list { required binary element (STRING); } }
        required group pairs (LIST) {
            repeated group list {
                required group element {
                    required binary name (STRING);
                    optional group values (LIST) { repeated group list { optional double element; } }
                }
            }
        }
        optional group box { required double x; }
        required binary bytes;
    }";

    #[test]
    fn objects_come_back_as_they_were() {
        let objects = [
            json!({"count": 1, "words": ["a", "b"], "box": {"x": 1.5}, "pairs": [
                {"name": "p", "values": [1, null, 2.5]}, {"name": "q", "values": []}, {"name": "r"},
            ]}),
            json!({"words": [], "pairs": []}),
            json!({"count": null, "words": ["c"], "pairs": [{"name": "s", "values": [4.0]}], "other": 1}),
        ];
        let file = tempfile::tempfile().unwrap();
        let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
        let mut rows = Rows::new(&file, schema, properties().build(), 2).unwrap();
        for object in &objects {
            rows.object(object, &[1, 2]).unwrap();
        }
        rows.finish(Vec::new()).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        assert_eq!(reader.metadata().num_row_groups(), 2);
        let found: Vec<String> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap().to_string())
            .collect();
        assert_eq!(
            found,
            [
                "{count: 1, words: [\"a\", \"b\"], pairs: [{name: \"p\", values: [1.0, null, 2.5]}, \
                 {name: \"q\", values: []}, {name: \"r\", values: null}], box: {x: 1.5}, bytes: [1, 2]}",
                "{count: null, words: [], pairs: [], box: null, bytes: [1, 2]}",
                "{count: null, words: [\"c\"], pairs: [{name: \"s\", values: [4.0]}], box: null, bytes: [1, 2]}",
            ]
        );
    }
}
