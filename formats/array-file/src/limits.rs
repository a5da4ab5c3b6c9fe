//! Limits on what a file may declare.

/// Limits of one file. Declared sizes are checked before memory is allocated for them. Exceeding a limit is reported
/// with its value, as a [`Note`](crate::Note) or a [`Problem`](crate::Problem), and the rest of the file is left out.
///
/// ```
/// let limits = array_file::Limits { variables: 100, ..Default::default() };
/// assert_eq!(limits.chunk_bytes, 64 << 20);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Number of variables in all groups together. Default: 20,000.
    pub variables: usize,
    /// Number of attributes of all groups and variables together. Default: 200,000.
    pub attributes: usize,
    /// Depth of groups within groups; the root group has depth 0. Default: 64.
    pub depth: usize,
    /// Number of groups at all depths. Default: 20,000.
    pub groups: usize,
    /// Bytes of one decoded chunk of an HDF5 dataset. Default: 64 MiB.
    pub chunk_bytes: usize,
    /// Bytes of the header of a classic file, or of the header of one HDF5 object. Default: 16 MiB.
    pub header_bytes: usize,
    /// Bytes of all elements of one variable, as declared. Default: 16 GiB.
    pub variable_bytes: u64,
    /// Bytes of the value of one attribute. Default: 4 MiB.
    pub attribute_bytes: usize,
    /// Bytes of the paths of all groups and variables, and separately of the names of the dimensions of all variables:
    /// a few bytes of a file can repeat a long name. Default: 16 MiB.
    pub name_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            variables: 20_000,
            attributes: 200_000,
            depth: 64,
            groups: 20_000,
            chunk_bytes: 64 << 20,
            header_bytes: 16 << 20,
            variable_bytes: 16 << 30,
            attribute_bytes: 4 << 20,
            name_bytes: 16 << 20,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_documentation() {
        const MIB: usize = 1 << 20;
        let limits = Limits::default();
        let counts = [limits.variables, limits.attributes, limits.depth, limits.groups];
        assert_eq!(counts, [20_000, 200_000, 64, 20_000]);
        let bytes = [
            limits.chunk_bytes,
            limits.header_bytes,
            limits.attribute_bytes,
            limits.name_bytes,
        ];
        assert_eq!(bytes, [64 * MIB, 16 * MIB, 4 * MIB, 16 * MIB]);
        assert_eq!(limits.variable_bytes, 16_384 * MIB as u64);
    }
}
