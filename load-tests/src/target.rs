//! What is put under load.

pub mod folder;
pub mod office;
pub mod server;
