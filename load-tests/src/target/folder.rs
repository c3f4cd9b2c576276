//! A folder that is there as long as somebody holds it.

use std::io;
use std::path::{Path, PathBuf};

use okienko::world::World;

/// A folder of its own among the system's temporary ones, removed with everything in it in the end.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Makes it.
    ///
    /// # Errors
    /// Those of the system.
    pub fn new() -> io::Result<Self> {
        let random = u64::from_be_bytes(World::real().random());
        let path = std::env::temp_dir().join(format!("okienko-load-{random:016x}"));
        std::fs::create_dir(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed the system cleans up.
        let _gone_or_left = std::fs::remove_dir_all(&self.0);
    }
}
