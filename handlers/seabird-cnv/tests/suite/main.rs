//! Reviews of small and of real files, and the columns as another reader gives them.

mod corpus;
mod peer;
mod reviews;
