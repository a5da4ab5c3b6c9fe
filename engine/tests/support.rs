//! What the test programs share: handlers that are on no list, a store in memory, and a look at the processes there are.

pub(crate) mod handler;
pub(crate) mod process;
pub(crate) mod store;
