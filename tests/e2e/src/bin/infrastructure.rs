//! The infrastructure program with one more handler, a hostile one. It creates the stack of the suites.

use data_review_core::register_handler;
use data_review_e2e::hostile::Hostile;
use data_review_handlers as _;

register_handler!(Hostile);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    Ok(data_review_pulumi::run()?)
}
