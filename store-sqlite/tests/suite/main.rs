//! Several processes with one store, and the queries of the documentation.

mod locking;
mod queries;
