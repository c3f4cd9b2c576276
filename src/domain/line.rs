//! The line of an office: who is next, which place, how long.
