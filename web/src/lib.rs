//! The HTTP edge of Okienko.
