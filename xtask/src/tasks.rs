//! One module for each task, and what only tasks share.

pub(crate) mod argo_tables;
pub(crate) mod bench;
pub(crate) mod check_exports;
pub(crate) mod compare;
pub(crate) mod docs;
pub(crate) mod e2e;
pub(crate) mod expected;
pub(crate) mod fuzz;
pub(crate) mod lambdas;
pub(crate) mod lint_stack;
pub(crate) mod new_handler;
pub(crate) mod python_test;
pub(crate) mod severities;
pub(crate) mod soak;
pub(crate) mod stack;
pub(crate) mod standard_names;
pub(crate) mod style;
pub(crate) mod time_new_handler;
pub(crate) mod units;
pub(crate) mod web;
pub(crate) mod whp_parameters;
