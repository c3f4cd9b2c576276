//! The actors of Okienko.
