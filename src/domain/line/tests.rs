//! Cases and properties of the rules beside this file.
