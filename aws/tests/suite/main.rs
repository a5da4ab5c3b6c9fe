//! The handler Lambda and the messages, with services that answer from a list.

mod answers;
mod loopback;
mod messages;
mod object;
