//! Tells the tests at compile time whether strace is there: the test that needs it is otherwise reported as ignored.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script looks at its environment"
)]

fn main() {
    println!("cargo::rustc-check-cfg=cfg(strace)");
    println!("cargo::rerun-if-env-changed=DATA_REVIEW_STRACE");
    if std::env::var_os("DATA_REVIEW_STRACE").is_some() {
        println!("cargo::rustc-cfg=strace");
    }
}
