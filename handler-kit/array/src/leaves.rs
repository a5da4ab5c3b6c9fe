//! The simple values that make up an element.

use array_file::Type;

/// One simple value, or several contiguous ones, within each element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf {
    /// Addition to the name of the variable: empty, or `.field`.
    pub(crate) suffix: String,
    /// Offset of the first byte within the element.
    pub(crate) offset: usize,
    /// Type of the values.
    pub(crate) of: Type,
    /// Length of each dimension of the contiguous values; empty for a single one.
    pub(crate) dims: Vec<u64>,
}

impl Leaf {
    /// Number of contiguous values.
    pub(crate) fn repeat(&self) -> usize {
        self.dims.iter().product::<u64>() as usize
    }
}

/// The leaves of a type, in the order of the file; at most `most`.
pub(crate) fn leaves(of: &Type, most: usize) -> Vec<Leaf> {
    let mut all = Vec::new();
    collect(of, String::new(), 0, &[], most, &mut all);
    all
}

fn collect(of: &Type, suffix: String, offset: usize, dims: &[u64], most: usize, all: &mut Vec<Leaf>) {
    if all.len() >= most {
        return;
    }
    match of {
        // Fields of an array of compounds are not contiguous: such an array stays whole.
        Type::Compound { fields, .. } if dims.is_empty() => {
            for field in fields {
                collect(
                    &field.of,
                    format!("{suffix}.{}", field.name),
                    offset + field.offset,
                    &[],
                    most,
                    all,
                );
            }
        }
        Type::Array { base, dims: inner } => {
            let dims: Vec<u64> = dims.iter().chain(inner).copied().collect();
            collect(base, suffix, offset, &dims, most, all);
        }
        _ => all.push(Leaf {
            suffix,
            offset,
            of: of.clone(),
            dims: dims.to_vec(),
        }),
    }
}
