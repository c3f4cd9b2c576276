//! What stands between the world and the handlers: where requests come from, how many, and what browsers may do with
//! the answers.

pub mod client;
pub mod headers;
pub mod limits;
pub mod origin;
pub mod seldom;
pub mod sockets;
