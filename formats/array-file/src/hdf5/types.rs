//! HDF5 datatypes as ours.

use hdf5_reader::ByteOrder;
use hdf5_reader::messages::datatype::{Datatype, StringSize, VarLenKind};

use crate::{Field, Order, Problem, Type};

fn order(order: ByteOrder) -> Order {
    match order {
        ByteOrder::LittleEndian => Order::Little,
        ByteOrder::BigEndian => Order::Big,
    }
}

/// The type, and why values of it cannot be read; `reference`: bytes of a reference to a heap.
pub(super) fn convert(of: &Datatype, reference: usize) -> (Type, Option<Problem>) {
    let mut problem = None;
    let of = of_type(of, reference, &mut problem);
    (of, problem)
}

fn of_type(of: &Datatype, reference: usize, problem: &mut Option<Problem>) -> Type {
    let mut inner = |of: &Datatype| Box::new(of_type(of, reference, problem));
    match of {
        Datatype::FixedPoint {
            size: size @ 1..=8,
            signed,
            byte_order,
        } => Type::Integer {
            size: *size,
            signed: *signed,
            order: order(*byte_order),
        },
        Datatype::FloatingPoint {
            size: size @ (2 | 4 | 8),
            byte_order,
        } => Type::Float {
            size: *size,
            order: order(*byte_order),
        },
        Datatype::FixedPoint { size, .. } => {
            *problem = Some(Problem::unsupported(format!("an integer of {size} bytes")));
            Type::Opaque {
                size: usize::from(*size),
            }
        }
        Datatype::FloatingPoint { size, .. } => {
            *problem = Some(Problem::unsupported(format!(
                "a floating-point number of {size} bytes"
            )));
            Type::Opaque {
                size: usize::from(*size),
            }
        }
        Datatype::String {
            size: StringSize::Fixed(1),
            ..
        } => Type::Char,
        Datatype::String {
            size: StringSize::Fixed(length),
            ..
        } => Type::Text {
            length: *length as usize,
        },
        Datatype::String {
            size: StringSize::Variable,
            ..
        }
        | Datatype::VarLen {
            kind: VarLenKind::String,
            ..
        } => Type::String { reference },
        Datatype::VarLen { base, kind, .. } => {
            let base = inner(base);
            if let VarLenKind::Unknown(kind) = kind {
                *problem = Some(Problem::unsupported(format!("variable-length kind {kind}")));
            }
            Type::Sequence { base, reference }
        }
        Datatype::Compound { size, fields } => {
            let fields = fields
                .iter()
                .map(|field| Field {
                    name: field.name.clone(),
                    offset: field.byte_offset as usize,
                    of: *inner(&field.datatype),
                })
                .collect();
            Type::Compound {
                size: *size as usize,
                fields,
            }
        }
        Datatype::Array { base, dims } => Type::Array {
            base: inner(base),
            dims: dims.clone(),
        },
        Datatype::Enum { base, .. } => Type::Enum { base: inner(base) },
        Datatype::Opaque { size, .. } => Type::Opaque { size: *size as usize },
        Datatype::Reference { size, .. } => Type::Reference {
            size: usize::from(*size),
        },
        Datatype::Bitfield { size, byte_order } => Type::Bits {
            size: *size,
            order: order(*byte_order),
        },
    }
}
