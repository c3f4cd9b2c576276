//! The server with failure points (`docs/FAILURE-POINTS.md`): the same program under another name, so that a build for
//! tests never takes the place of the one that is shipped.

use std::process::ExitCode;

#[path = "main.rs"]
mod program;

fn main() -> ExitCode {
    program::main()
}
