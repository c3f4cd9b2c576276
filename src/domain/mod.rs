//! The rules of the office: pure functions and small state machines.
//!
//! Nothing here reads a clock, touches a file or waits: `now` is an argument, and what comes back says what should
//! happen. Actors ask, write the answer to the store, and then announce it.

pub mod abuse;
pub mod call;
pub mod declaration;
pub mod documents;
pub mod event;
pub mod feedback;
pub mod hours;
pub mod line;
pub mod live_text;
pub mod look;
pub mod notice;
pub mod office;
pub mod personal;
pub mod presence;
pub mod question;
pub mod reply;
pub mod text;
pub mod ticket;
pub mod timings;
mod words;
