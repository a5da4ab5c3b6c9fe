//! Reviews of small files, the table of rules, and coverage recomputed.

mod cdl;
mod conventions;
mod coverage;
mod rules;
