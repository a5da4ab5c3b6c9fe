//! Datatype messages as [`Type`] (HDF5 File Format Specification 3.0, IV.A.2.d).
//!
//! The library's parser drops what decides whether values can be read: bit offsets and precisions, the form
//! of floats, and the dimensions of fields of compounds of version 1.

use hdf5_reader::io::Cursor;

use crate::{Field, Order, Problem, Type};

/// Most levels of nested types.
const DEEPEST: usize = 32;

/// A type, and why values of it are not read.
#[derive(Debug, Clone)]
pub(super) struct Described {
    pub(super) of: Type,
    pub(super) problem: Option<Problem>,
}

/// Parses the body of a datatype message; `reference` is the number of bytes of a reference to a heap in this
/// file.
pub(super) fn parse(body: &[u8], reference: usize) -> Result<Described, Problem> {
    let mut parser = Parser {
        cursor: Cursor::new(body),
        reference,
        problem: None,
    };
    let of = parser.datatype(0)?;
    Ok(Described {
        of,
        problem: parser.problem,
    })
}

struct Parser<'b> {
    cursor: Cursor<'b>,
    reference: usize,
    problem: Option<Problem>,
}

/// Class, version, class bits and size: the first eight bytes of a datatype.
struct Head {
    class: u8,
    version: u8,
    bits: u32,
    size: usize,
}

impl Head {
    fn order(&self) -> Order {
        match self.bits & 1 {
            0 => Order::Little,
            _ => Order::Big,
        }
    }
}

impl Parser<'_> {
    fn unsupported(&mut self, what: String) {
        self.problem.get_or_insert_with(|| Problem::unsupported(what));
    }

    fn head(&mut self) -> Result<Head, Problem> {
        let first = self.cursor.read_u32_le()?;
        Ok(Head {
            class: (first & 0x0F) as u8,
            version: (first >> 4 & 0x0F) as u8,
            bits: first >> 8,
            size: self.cursor.read_u32_le()? as usize,
        })
    }

    fn datatype(&mut self, depth: usize) -> Result<Type, Problem> {
        if depth > DEEPEST {
            return Err(Problem::corrupt(format!(
                "types are nested more than {DEEPEST} deep"
            )));
        }
        let head = self.head()?;
        Ok(match head.class {
            0 => self.integer(&head)?,
            1 => self.float(&head)?,
            2 => {
                self.cursor.skip(2)?;
                Type::Opaque { size: head.size }
            }
            3 if head.size == 1 => Type::Char,
            3 => Type::Text { length: head.size },
            4 => self.bits(&head)?,
            5 => {
                self.cursor.skip((head.bits & 0xFF) as usize)?;
                Type::Opaque { size: head.size }
            }
            6 => self.compound(&head, depth)?,
            7 => Type::Reference { size: head.size },
            8 => self.enumeration(&head, depth)?,
            9 => self.variable_length(&head, depth)?,
            10 => self.array(&head, depth)?,
            class => return Err(Problem::unsupported(format!("datatype class {class}"))),
        })
    }

    /// Whether bit offset and precision cover all bits of the element.
    fn is_whole(&mut self, head: &Head) -> Result<bool, Problem> {
        let (offset, precision) = (self.cursor.read_u16_le()?, self.cursor.read_u16_le()?);
        Ok(offset == 0 && usize::from(precision) == head.size * 8)
    }

    fn integer(&mut self, head: &Head) -> Result<Type, Problem> {
        let whole = self.is_whole(head)?;
        let bits = head.size * 8;
        let of = match u8::try_from(head.size) {
            Ok(size @ 1..=8) => Type::Integer {
                size,
                signed: head.bits & 0x08 != 0,
                order: head.order(),
            },
            _ => {
                self.unsupported(format!("an integer of {} bytes", head.size));
                Type::Opaque { size: head.size }
            }
        };
        if !whole {
            self.unsupported(format!("an integer that uses only some of its {bits} bits"));
        }
        Ok(of)
    }

    fn float(&mut self, head: &Head) -> Result<Type, Problem> {
        let whole = self.is_whole(head)?;
        let form = self.cursor.read_bytes(8)?;
        let ieee: &[u8] = match head.size {
            2 => &[10, 5, 0, 10, 15, 0, 0, 0],
            4 => &[23, 8, 0, 23, 127, 0, 0, 0],
            _ => &[52, 11, 0, 52, 255, 3, 0, 0],
        };
        let is_vax = head.bits & 0x40 != 0;
        Ok(match head.size {
            size @ (2 | 4 | 8) if whole && !is_vax && form == ieee => Type::Float {
                size: size as u8,
                order: head.order(),
            },
            size => {
                let bits = size * 8;
                self.unsupported(format!(
                    "a floating-point number of {bits} bits that is not IEEE 754"
                ));
                Type::Opaque { size }
            }
        })
    }

    fn bits(&mut self, head: &Head) -> Result<Type, Problem> {
        let whole = self.is_whole(head)?;
        Ok(match u8::try_from(head.size) {
            Ok(size @ 1..=8) if whole => Type::Bits {
                size,
                order: head.order(),
            },
            _ => Type::Opaque { size: head.size },
        })
    }

    /// A name that ends with a zero byte, up to version 2 filled with more to a multiple of eight.
    fn name(&mut self, version: u8) -> Result<String, Problem> {
        let start = self.cursor.position();
        let rest = self.cursor.slice_from(start)?;
        let length = rest.iter().position(|byte| *byte == 0);
        let length = length.ok_or_else(|| Problem::corrupt("a name within a type has no end"))?;
        let (name, _) = crate::decode_text(&rest[..length]);
        let used = if version < 3 {
            (length + 1).next_multiple_of(8)
        } else {
            length + 1
        };
        self.cursor.skip(used)?;
        Ok(name)
    }

    fn compound(&mut self, head: &Head, depth: usize) -> Result<Type, Problem> {
        let offset_bytes = match head.size {
            _ if head.version < 3 => 4,
            0..=0xFF => 1,
            0x100..=0xFFFF => 2,
            0x1_0000..=0xFF_FFFF => 3,
            _ => 4,
        };
        let mut fields = Vec::new();
        for _ in 0..head.bits & 0xFFFF {
            let name = self.name(head.version)?;
            let offset = self.cursor.read_uvar(offset_bytes)? as usize;
            let dims = if head.version == 1 {
                self.dims_of_version_1()?
            } else {
                Vec::new()
            };
            let base = self.datatype(depth + 1)?;
            let of = if dims.is_empty() {
                base
            } else {
                Type::Array {
                    base: Box::new(base),
                    dims,
                }
            };
            let end = of.size().and_then(|size| size.checked_add(offset));
            if end.is_none_or(|end| end > head.size) {
                return Err(Problem::corrupt(format!(
                    "field {name} reaches beyond its compound"
                )));
            }
            fields.push(Field { name, offset, of });
        }
        Ok(Type::Compound {
            size: head.size,
            fields,
        })
    }

    /// Rank, a permutation that was never used, and four lengths.
    fn dims_of_version_1(&mut self) -> Result<Vec<u64>, Problem> {
        let rank = usize::from(self.cursor.read_u8()?);
        self.cursor.skip(11)?;
        let mut dims = Vec::new();
        for _ in 0..4 {
            dims.push(u64::from(self.cursor.read_u32_le()?));
        }
        if rank > dims.len() {
            return Err(Problem::corrupt(format!(
                "a field of {rank} dimensions; at most 4 are possible"
            )));
        }
        dims.truncate(rank);
        Ok(dims)
    }

    fn enumeration(&mut self, head: &Head, depth: usize) -> Result<Type, Problem> {
        let base = Box::new(self.datatype(depth + 1)?);
        let members = (head.bits & 0xFFFF) as usize;
        for _ in 0..members {
            self.name(head.version)?;
        }
        let values = members.checked_mul(head.size);
        self.cursor.skip(values.unwrap_or(usize::MAX))?;
        Ok(Type::Enum { base })
    }

    fn variable_length(&mut self, head: &Head, depth: usize) -> Result<Type, Problem> {
        let base = Box::new(self.datatype(depth + 1)?);
        let reference = self.reference;
        Ok(match head.bits & 0x0F {
            0 => Type::Sequence { base, reference },
            1 => Type::String { reference },
            kind => {
                self.unsupported(format!("variable-length kind {kind}"));
                Type::Opaque { size: reference }
            }
        })
    }

    fn array(&mut self, head: &Head, depth: usize) -> Result<Type, Problem> {
        let rank = usize::from(self.cursor.read_u8()?);
        // Version 2 has three more reserved bytes before the dimensions, and a permutation after them.
        let old = head.version < 3;
        self.cursor.skip(if old { 3 } else { 0 })?;
        let mut dims = Vec::new();
        for _ in 0..rank {
            dims.push(u64::from(self.cursor.read_u32_le()?));
        }
        self.cursor.skip(if old { 4 * rank } else { 0 })?;
        let base = Box::new(self.datatype(depth + 1)?);
        Ok(Type::Array { base, dims })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integer(size: u8, precision: u8) -> Vec<u8> {
        vec![0x10, 0x08, 0, 0, size, 0, 0, 0, 0, 0, precision, 0]
    }

    fn parsed(body: &[u8]) -> Described {
        parse(body, 16).unwrap()
    }

    #[test]
    fn integers_that_use_some_of_their_bits_are_not_read() {
        let whole = parsed(&integer(4, 32));
        let expected = Type::Integer {
            size: 4,
            signed: true,
            order: Order::Little,
        };
        assert_eq!(whole.of, expected);
        assert_eq!(whole.problem, None);
        assert!(parsed(&integer(4, 31)).problem.is_some());
        assert!(parsed(&integer(16, 128)).problem.is_some());
    }

    #[test]
    fn floats_that_are_not_ieee_754_are_not_read() {
        let float =
            |bits: u8, form: [u8; 8]| [&[0x11, bits, 0, 0, 4, 0, 0, 0, 0, 0, 32, 0], &form[..]].concat();
        let ieee = [23, 8, 0, 23, 127, 0, 0, 0];
        let expected = Type::Float {
            size: 4,
            order: Order::Big,
        };
        assert_eq!(parsed(&float(0x21, ieee)).of, expected);
        assert!(parsed(&float(0x61, ieee)).problem.is_some(), "VAX");
        assert!(
            parsed(&float(0x20, [16, 7, 0, 16, 64, 0, 0, 0]))
                .problem
                .is_some()
        );
    }

    #[test]
    fn types_of_every_class() {
        let head = |class: u8, bits: u8, size: u8| vec![class, bits, 0, 0, size, 0, 0, 0];
        let float = |size: u8, form: [u8; 8]| {
            [head(0x11, 0x20, size), vec![0, 0, 8 * size, 0], form.to_vec()].concat()
        };
        let name = b"name\0\0\0\0";
        let long_name = b"12345678\0\0\0\0\0\0\0\0";
        let array = |version: u8, between: &[u8], after: &[u8]| {
            let dims = [3, 0, 0, 0, 4, 0, 0, 0];
            [
                &head(version << 4 | 10, 0, 24),
                &[2][..],
                between,
                &dims,
                after,
                &integer(2, 16),
            ]
            .concat()
        };
        let compound = |version: u8, size: u16, fields: &[(&[u8], &[u8], usize)]| {
            let size = size.to_le_bytes();
            let mut body = vec![version << 4 | 6, fields.len() as u8, 0, 0, size[0], size[1], 0, 0];
            for (name, offset, _) in fields {
                body.extend([*name, *offset, &integer(2, 16)].concat());
            }
            body
        };
        for (body, name, problem) in [
            (integer(1, 8), "int8", ""),
            (integer(8, 64), "int64", ""),
            ([head(0x10, 0, 2), vec![0, 0, 16, 0]].concat(), "uint16", ""),
            (
                [head(0x10, 0, 2), vec![1, 0, 16, 0]].concat(),
                "uint16",
                "only some of its 16 bits",
            ),
            (integer(9, 72), "opaque9", "an integer of 9 bytes"),
            (integer(0, 0), "opaque0", "an integer of 0 bytes"),
            (float(2, [10, 5, 0, 10, 15, 0, 0, 0]), "float16", ""),
            (float(4, [23, 8, 0, 23, 127, 0, 0, 0]), "float32", ""),
            (float(8, [52, 11, 0, 52, 255, 3, 0, 0]), "float64", ""),
            (
                float(16, [52, 11, 0, 52, 255, 3, 0, 0]),
                "opaque16",
                "128 bits that is not IEEE 754",
            ),
            ([head(0x12, 0, 4), vec![32, 0]].concat(), "opaque4", ""),
            (head(0x13, 0, 1), "char", ""),
            (head(0x13, 0, 5), "text5", ""),
            ([head(0x14, 0, 2), vec![0, 0, 16, 0]].concat(), "bits16", ""),
            ([head(0x14, 0, 2), vec![0, 0, 15, 0]].concat(), "opaque2", ""),
            ([head(0x14, 0, 9), vec![0, 0, 72, 0]].concat(), "opaque9", ""),
            (
                [head(0x15, 8, 7), b"tag\0\0\0\0\0".to_vec()].concat(),
                "opaque7",
                "",
            ),
            (head(0x17, 0, 8), "reference", ""),
            (
                [&head(0x18, 2, 2), &integer(2, 16)[..], name, long_name, &[0; 4]].concat(),
                "enum(int16)",
                "",
            ),
            (
                [&head(0x38, 2, 2), &integer(2, 16)[..], b"a\0bc\0", &[0; 4]].concat(),
                "enum(int16)",
                "",
            ),
            (
                [head(0x19, 0, 16), integer(2, 16)].concat(),
                "sequence(int16)",
                "",
            ),
            ([head(0x19, 1, 16), integer(1, 8)].concat(), "string", ""),
            (
                [head(0x19, 2, 16), integer(1, 8)].concat(),
                "opaque16",
                "variable-length kind 2",
            ),
            (array(2, &[0; 3], &[0; 8]), "int16[3, 4]", ""),
            (array(3, &[], &[]), "int16[3, 4]", ""),
            (
                compound(2, 10, &[(name, &[0; 4], 0), (long_name, &[8, 0, 0, 0], 8)]),
                "compound(2 fields)",
                "",
            ),
            (
                compound(3, 10, &[(b"a\0", &[0], 0), (b"bc\0", &[8], 8)]),
                "compound(2 fields)",
                "",
            ),
            (
                compound(3, 256, &[(b"a\0", &[0, 0], 0), (b"bc\0", &[254, 0], 8)]),
                "compound(2 fields)",
                "",
            ),
        ] {
            // Behind each type, there is another byte in some messages.
            for rest in [&[][..], &[7]] {
                let described = parsed(&[&body, rest].concat());
                assert_eq!(described.of.to_string(), name);
                let found = described
                    .problem
                    .map(|problem| problem.message)
                    .unwrap_or_default();
                assert!(
                    found.contains(problem) && found.is_empty() == problem.is_empty(),
                    "{name}: {found}"
                );
            }
            for end in 0..body.len() {
                assert!(parse(&body[..end], 16).is_err(), "{name} {end}");
            }
        }
        assert!(parse(&head(0x1B, 0, 4), 16).is_err(), "class 11");
        assert!(
            parse(&compound(3, 9, &[(b"a\0", &[8], 8)]), 16).is_err(),
            "a field that ends at byte 10 of 9"
        );
        let Type::Compound { fields, .. } = parsed(&compound(3, 10, &[(b"a\0", &[8], 8)])).of else {
            panic!()
        };
        assert_eq!((fields[0].name.as_str(), fields[0].offset), ("a", 8));
        let deep = |depth: usize| [[0x19, 0, 0, 0, 16, 0, 0, 0].repeat(depth), integer(4, 32)].concat();
        assert!(parse(&deep(DEEPEST), 16).is_ok() && parse(&deep(DEEPEST + 1), 16).is_err());
    }

    #[test]
    fn fields_of_a_compound_of_version_1_may_be_arrays() {
        let lengths: Vec<u8> = [4u32, 3, 0, 0]
            .iter()
            .flat_map(|length| length.to_le_bytes())
            .collect();
        let field = [
            b"f\0\0\0\0\0\0\0".as_slice(),
            &[4, 0, 0, 0, 2],
            &[0; 11],
            &lengths,
            &integer(2, 16),
        ]
        .concat();
        let compound = [&[0x16, 1, 0, 0, 28, 0, 0, 0], field.as_slice()].concat();
        let Type::Compound { fields, .. } = parsed(&compound).of else {
            panic!()
        };
        assert_eq!(
            (fields[0].offset, fields[0].of.to_string().as_str()),
            (4, "int16[4, 3]")
        );
        // One byte less than the field needs.
        let short = [&[0x16, 1, 0, 0, 27, 0, 0, 0], field.as_slice()].concat();
        assert!(parse(&short, 16).is_err());
    }

    #[test]
    fn cut_types_are_errors_and_deep_ones_too() {
        let one = integer(4, 32);
        for end in 0..one.len() {
            assert!(parse(&one[..end], 16).is_err());
        }
        let deep = [[0x19, 0, 0, 0, 16, 0, 0, 0].repeat(40), one].concat();
        assert!(parse(&deep, 16).unwrap_err().message.contains("nested"));
    }
}
