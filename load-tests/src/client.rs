//! The clients: browsers without a picture.

pub mod clerk;
pub mod http;
pub mod leg;
pub mod link;
pub mod resident;
pub mod sides;
