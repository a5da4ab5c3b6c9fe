//! Tells the tests at compile time whether the sample files are there: a test that needs them is otherwise reported as ignored.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script looks at its environment"
)]

fn main() {
    println!("cargo::rustc-check-cfg=cfg(sample_files)");
    println!("cargo::rerun-if-env-changed=DATA_REVIEW_CORPUS");
    if std::env::var_os("DATA_REVIEW_CORPUS").is_some() {
        println!("cargo::rustc-cfg=sample_files");
    }
}
