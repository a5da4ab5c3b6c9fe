//! The program that `pulumi up` runs, for every handler on the list.

use data_review_handlers as _;

fn main() -> anyhow::Result<()> {
    data_review_pulumi::run()
}
