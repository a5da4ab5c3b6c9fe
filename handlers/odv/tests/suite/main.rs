//! Reviews of small files, and the columns as other readers give them.

mod peer;
mod reviews;
