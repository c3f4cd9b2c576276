//! In a debug build pages and assets are files on disk, so that an edit shows on reload. This tells whether they were
//! edited; in a release, where they are embedded, they never are.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

/// The state of some folders: another one if a file in them was added, changed or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Stamp(u64);

/// The state of folders, named from this package's own.
pub(crate) fn stamp(folders: &[&str]) -> Stamp {
    if !cfg!(debug_assertions) {
        return Stamp::default();
    }
    let mut hash = DefaultHasher::new();
    for folder in folders {
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut hash);
    }
    Stamp(hash.finish())
}

fn walk(folder: &Path, hash: &mut DefaultHasher) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            walk(&path, hash);
        } else if let Ok(about) = path.metadata() {
            path.hash(hash);
            about.len().hash(hash);
            about.modified().ok().hash(hash);
        }
    }
}
