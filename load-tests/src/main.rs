//! `okienko-load`: see [`okienko_load_tests`].

use std::process::ExitCode;

fn main() -> ExitCode {
    okienko_load_tests::cli::main()
}
