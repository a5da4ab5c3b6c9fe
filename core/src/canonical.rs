//! Canonical JSON (RFC 8785): keys in the order of their UTF-16 code units, numbers as ECMAScript writes them, no white space.
//!
//! A member is written where it comes, and an object whose members came in another order is rearranged at its end. The crate
//! `serde_json_canonicalizer`, with which the tests compare, builds a tree with several allocations for each member and text,
//! which a small file takes longer to write than to read.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::fmt::Write as _;
use std::io;
use std::ops::Range;

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

/// The canonical JSON of a value. NaN and infinities become null.
///
/// # Errors
/// If the value cannot be serialised, or has a map whose keys are not strings or numbers.
pub(crate) fn to_string<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let mut text = Text {
        shapes: SHAPES.take(),
        ..Text::default()
    };
    value.serialize(&mut Serializer::with_formatter(io::sink(), Canonical(&mut text)))?;
    SHAPES.set(text.shapes);
    Ok(text.out)
}

thread_local! {
    /// The shapes of the last value: the next one is mostly of the same type.
    static SHAPES: RefCell<Vec<Shape>> = const { RefCell::new(Vec::new()) };
}

/// What was written so far, and the objects that are not complete.
#[derive(Default)]
struct Text {
    out: String,
    /// Offset of the brace of each open object, and the number of members before its first one.
    open: Vec<(usize, usize)>,
    /// Members of the open objects.
    members: Vec<Member>,
    sorted: String,
    shapes: Vec<Shape>,
}

/// A member of an object.
#[derive(Clone)]
struct Member {
    /// The key without its quotes.
    key: Range<usize>,
    /// Key and value.
    whole: Range<usize>,
}

/// The keys of an object as they came, and their order. Objects of the same type have the same keys, and comparing them with those
/// of the last object takes less time than sorting them.
struct Shape {
    keys: Vec<Box<str>>,
    order: Vec<usize>,
}

impl Shape {
    fn of(keys: &[&str]) -> Self {
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_by(|one, other| compare(keys[*one], keys[*other]));
        Shape {
            keys: keys.iter().map(|key| Box::from(*key)).collect(),
            order,
        }
    }
}

/// The most shapes that are kept: a document has about ten types with members in another order.
const MOST_SHAPES: usize = 32;

impl Text {
    fn integer(&mut self, integer: i128) -> io::Result<()> {
        /// Integers up to here are exact as numbers, and written the same.
        const EXACT: u128 = 1 << 53;
        match i64::try_from(integer) {
            Ok(short) if integer.unsigned_abs() <= EXACT => {
                write!(self.out, "{short}").map_err(io::Error::other)
            }
            _ => self.number(integer as f64),
        }
    }

    fn number(&mut self, number: f64) -> io::Result<()> {
        if !number.is_finite() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a number that is not finite",
            ));
        }
        let mut buffer = ryu_js::Buffer::new();
        self.out.push_str(buffer.format_finite(number));
        Ok(())
    }

    /// Puts the members of an object, which begins at `brace`, into their order.
    fn sort(&mut self, brace: usize, first: usize) {
        let Text {
            out,
            members,
            sorted,
            shapes,
            ..
        } = self;
        let members = &members[first..];
        let key = |member: &Member| &out[member.key.clone()];
        if members.is_sorted_by(|one, other| compare(key(one), key(other)) != Ordering::Greater) {
            return;
        }
        let fits = |shape: &Shape| {
            shape.keys.len() == members.len()
                && shape
                    .keys
                    .iter()
                    .zip(members)
                    .all(|(own, member)| **own == *key(member))
        };
        let shape = match shapes.iter().position(fits) {
            Some(at) => &shapes[at],
            None => {
                if shapes.len() >= MOST_SHAPES {
                    shapes.clear();
                }
                let keys: Vec<&str> = members.iter().map(key).collect();
                shapes.push(Shape::of(&keys));
                &shapes[shapes.len() - 1]
            }
        };
        sorted.clear();
        for at in &shape.order {
            if !sorted.is_empty() {
                sorted.push(',');
            }
            sorted.push_str(&out[members[*at].whole.clone()]);
        }
        out.truncate(brace + 1);
        out.push_str(sorted);
    }
}

/// The order of two keys that are written with escapes.
fn compare(one: &str, other: &str) -> Ordering {
    // The bytes of ASCII have the order of its code units, as long as none is escaped.
    let is_plain = |key: &str| key.bytes().all(|byte| byte.is_ascii() && byte != b'\\');
    match is_plain(one) && is_plain(other) {
        true => one.cmp(other),
        false => code_units(one).cmp(&code_units(other)),
    }
}

/// The UTF-16 code units of a key that is written with escapes.
fn code_units(key: &str) -> Vec<u16> {
    let key: String = serde_json::from_str(&format!("\"{key}\"")).unwrap_or_default();
    key.encode_utf16().collect()
}

/// Writes to its text, and nothing to the writer that it is given, which cannot be read again.
struct Canonical<'t>(&'t mut Text);

macro_rules! integers {
    ($($method:ident: $of:ty),*) => {$(
        fn $method<W: ?Sized + io::Write>(&mut self, _: &mut W, value: $of) -> io::Result<()> {
            self.0.integer(value.into())
        }
    )*};
}

macro_rules! constants {
    ($($method:ident: $text:literal),*) => {$(
        fn $method<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
            self.0.out.push_str($text);
            Ok(())
        }
    )*};
}

impl Formatter for Canonical<'_> {
    constants! {
        write_null: "null", begin_string: "\"", end_string: "\"", begin_array: "[", end_array: "]",
        begin_object_value: ":"
    }

    integers! {
        write_i8: i8, write_i16: i16, write_i32: i32, write_i64: i64,
        write_u8: u8, write_u16: u16, write_u32: u32, write_u64: u64
    }

    fn write_i128<W: ?Sized + io::Write>(&mut self, _: &mut W, value: i128) -> io::Result<()> {
        self.0.integer(value)
    }

    fn write_u128<W: ?Sized + io::Write>(&mut self, _: &mut W, value: u128) -> io::Result<()> {
        match i128::try_from(value) {
            Ok(integer) => self.0.integer(integer),
            Err(_) => self.0.number(value as f64),
        }
    }

    fn write_bool<W: ?Sized + io::Write>(&mut self, _: &mut W, value: bool) -> io::Result<()> {
        self.0.out.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn write_f32<W: ?Sized + io::Write>(&mut self, _: &mut W, value: f32) -> io::Result<()> {
        self.0.number(value.into())
    }

    fn write_f64<W: ?Sized + io::Write>(&mut self, _: &mut W, value: f64) -> io::Result<()> {
        self.0.number(value)
    }

    fn write_number_str<W: ?Sized + io::Write>(&mut self, _: &mut W, value: &str) -> io::Result<()> {
        self.0.number(value.parse().map_err(io::Error::other)?)
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, _: &mut W, fragment: &str) -> io::Result<()> {
        self.0.out.push_str(fragment);
        Ok(())
    }

    fn write_char_escape<W: ?Sized + io::Write>(&mut self, _: &mut W, escape: CharEscape) -> io::Result<()> {
        let out = &mut self.0.out;
        out.push_str(match escape {
            CharEscape::Quote => "\\\"",
            CharEscape::ReverseSolidus => "\\\\",
            CharEscape::Solidus => "/",
            CharEscape::Backspace => "\\b",
            CharEscape::FormFeed => "\\f",
            CharEscape::LineFeed => "\\n",
            CharEscape::CarriageReturn => "\\r",
            CharEscape::Tab => "\\t",
            CharEscape::AsciiControl(byte) => {
                return write!(out, "\\u{byte:04x}").map_err(io::Error::other);
            }
        });
        Ok(())
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        if !first {
            self.0.out.push(',');
        }
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.open.push((self.0.out.len(), self.0.members.len()));
        self.0.out.push('{');
        Ok(())
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        if !first {
            self.0.out.push(',');
        }
        let start = self.0.out.len();
        self.0.members.push(Member {
            key: start + 1..start + 1,
            whole: start..start,
        });
        Ok(())
    }

    fn end_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        let Text { out, members, .. } = &mut *self.0;
        if let Some(member) = members.last_mut() {
            member.key.end = out.len() - 1;
        }
        Ok(())
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        if let Some(member) = self.0.members.last_mut() {
            member.whole.end = self.0.out.len();
        }
        Ok(())
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        if let Some((brace, first)) = self.0.open.pop() {
            self.0.sort(brace, first);
            self.0.members.truncate(first);
        }
        self.0.out.push('}');
        Ok(())
    }

    fn write_raw_fragment<W: ?Sized + io::Write>(&mut self, _: &mut W, fragment: &str) -> io::Result<()> {
        self.0.out.push_str(fragment);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::ser::{SerializeMap, Serializer};

    use super::*;

    /// JSON whose members have an order of their own.
    #[derive(Debug, Clone)]
    enum Json {
        Null,
        Bool(bool),
        Integer(i128),
        Number(f64),
        Text(String),
        Array(Vec<Json>),
        Object(Vec<(String, Json)>),
    }

    impl Serialize for Json {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self {
                Json::Null => serializer.serialize_none(),
                Json::Bool(value) => value.serialize(serializer),
                Json::Integer(value) => value.serialize(serializer),
                Json::Number(value) => value.serialize(serializer),
                Json::Text(value) => value.serialize(serializer),
                Json::Array(values) => values.serialize(serializer),
                Json::Object(members) => {
                    let mut map = serializer.serialize_map(Some(members.len()))?;
                    for (key, value) in members {
                        map.serialize_entry(key, value)?;
                    }
                    map.end()
                }
            }
        }
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z_]{0,4}",
            "[ !\"\\\\/\u{1}\n-~\u{7f}\u{e9}\u{20ac}\u{fb01}\u{10000}]{0,3}",
            ".{0,3}"
        ]
    }

    fn json() -> impl Strategy<Value = Json> {
        let number = any::<f64>().prop_filter("JSON has no other numbers", |number| number.is_finite());
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            any::<i64>().prop_map(|value| Json::Integer(value.into())),
            (-100i128..100).prop_map(|near| Json::Integer(near + (1 << 53))),
            any::<i128>().prop_map(Json::Integer),
            number.prop_map(Json::Number),
            (-1e6..1e6).prop_map(|value: f64| Json::Number(value.round() / 1000.0)),
            text().prop_map(Json::Text),
        ];
        leaf.prop_recursive(4, 60, 8, |inner| {
            let members = prop::collection::hash_map(text(), inner.clone(), 0..8);
            prop_oneof![
                prop::collection::vec(inner, 0..8).prop_map(Json::Array),
                members.prop_map(|members| Json::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_is_that_of_the_reference(json in json()) {
            prop_assert_eq!(to_string(&json).unwrap(), serde_json_canonicalizer::to_string(&json).unwrap());
        }
    }

    #[test]
    fn numbers_are_written_as_in_the_rfc() {
        let cases = [
            (-0.0, "0"),
            (1e21, "1e+21"),
            (9007199254740994.0, "9007199254740994"),
            (5e-324, "5e-324"),
            (1e-7, "1e-7"),
        ];
        for (number, text) in cases {
            assert_eq!(to_string(&number).unwrap(), text);
        }
        assert_eq!(to_string(&u64::MAX).unwrap(), "18446744073709552000");
        assert_eq!(to_string(&f64::NAN).unwrap(), "null");
    }
}
