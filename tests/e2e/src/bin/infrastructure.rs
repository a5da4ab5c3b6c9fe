//! The infrastructure program with one handler more, which is hostile: what the suites' stack is made by.

use data_review_core::register_handler;
use data_review_e2e::hostile::Hostile;
use data_review_handlers as _;

register_handler!(Hostile);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    Ok(data_review_pulumi::run()?)
}
