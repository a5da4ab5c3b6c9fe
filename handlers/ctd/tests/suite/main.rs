//! Reviews of casts, alone and in archives.

mod archive;
mod cast;
