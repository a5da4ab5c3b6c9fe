//! What the reader makes of any bytes, and of each deviation.

mod any_bytes;
mod deviations;
