//! The load tester of Okienko. It starts a server, sends residents and clerks to it over the real sockets, lets them talk
//! by real media, breaks things on purpose, keeps a ledger of every promise, and says whether the promises were kept.
//!
//! Residents come by a schedule whether or not the server keeps up (open arrivals); clerks go on to the next person when
//! they are done with one (closed). Times count from the schedule, so that a slow server cannot hide by slowing down
//! those who measure it. A run on a machine that was too busy is called invalid, never passed.

pub mod cli;
pub mod client;
pub mod ledger;
pub mod measure;
pub mod media;
pub mod prove;
pub mod report;
pub mod run;
pub mod scenario;
pub mod target;
pub mod verdict;
