//! The server of Okienko.
fn main() {}
