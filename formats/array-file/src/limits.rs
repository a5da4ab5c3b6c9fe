//! What a file may ask for before memory is touched.

/// Limits of one file. Each is reported with its number when it is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Variables of all groups.
    pub variables: usize,
    /// Attributes of all groups and variables.
    pub attributes: usize,
    /// Groups within groups.
    pub depth: usize,
    /// Groups of all depths.
    pub groups: usize,
    /// Bytes of a decoded chunk.
    pub chunk_bytes: usize,
    /// Bytes of the header of a classic file, or of one HDF5 object.
    pub header_bytes: usize,
    /// Bytes that a variable may declare.
    pub variable_bytes: u64,
    /// Bytes of one attribute.
    pub attribute_bytes: usize,
    /// Bytes of the paths of all groups and variables; and of the names of the dimensions of all variables, of which a few
    /// bytes of a file can repeat a long one.
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
