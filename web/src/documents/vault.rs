//! The folder in which sealed documents lie.
//!
//! Each process has a folder of its own in it, beside a lock file that it holds for as long as it lives. Whoever starts
//! removes the folders whose lock nobody holds: their keys died with their process.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::sys::statvfs::statvfs;
use okienko::ids::DocumentId;
use okienko::world::World;

/// What a lock file's name ends with.
const LOCK: &str = ".lock";

/// The folder of this process. Dropping it removes it.
#[derive(Debug)]
pub(super) struct Vault {
    root: PathBuf,
    folder: PathBuf,
    lock_path: PathBuf,
    /// Held until the process ends, however it does.
    _lock: File,
}

impl Vault {
    /// Makes a folder for this process in `root`, which is made too, and removes what dead ones left.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn open(root: &Path, world: &World) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(root)?;
        let root = root.canonicalize()?;
        let name: String = world.random::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
        let lock_path = root.join(format!("{name}{LOCK}"));
        // The lock comes first: a folder without one is nobody's.
        let lock = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&lock_path)?;
        lock.try_lock().map_err(io::Error::from)?;
        let folder = root.join(&name);
        DirBuilder::new().mode(0o700).create(&folder)?;
        let vault = Self { root, folder, lock_path, _lock: lock };
        vault.remove_orphans()?;
        Ok(vault)
    }

    /// Where a document lies. Its id says nothing about it.
    pub(super) fn path(&self, document: DocumentId) -> PathBuf {
        self.folder.join(document.to_text())
    }

    /// Makes the file of a document, for appending and reading.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn create(&self, document: DocumentId) -> io::Result<File> {
        OpenOptions::new().read(true).append(true).create_new(true).mode(0o600).open(self.path(document))
    }

    /// Removes the bytes of a document. There may be none yet.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn remove(&self, document: DocumentId) -> io::Result<()> {
        match fs::remove_file(self.path(document)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    /// How many bytes of the disk are free for us, and how many there are for everybody like us: as `df` counts, without
    /// what is kept back for the system.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn space(&self) -> io::Result<(u64, u64)> {
        let disk = statvfs(&self.folder)?;
        let (block, free) = (disk.fragment_size(), disk.blocks_available());
        let used = disk.blocks().saturating_sub(disk.blocks_free());
        Ok((free.saturating_mul(block), used.saturating_add(free).saturating_mul(block)))
    }

    /// Removes what processes left that live no longer. Gives how many folders that were.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn remove_orphans(&self) -> io::Result<usize> {
        let mut removed = 0;
        for entry in fs::read_dir(&self.root)? {
            let path = entry?.path();
            if path == self.folder || path == self.lock_path {
                continue;
            }
            let is_lock = path.to_string_lossy().ends_with(LOCK);
            let lock_path = if is_lock { path.clone() } else { with_lock(&path) };
            let folder = PathBuf::from(lock_path.to_string_lossy().trim_end_matches(LOCK));
            // Another process may be doing the same: what is gone already is as good as removed here.
            if is_anybodys(&lock_path)? {
                continue;
            }
            if folder.is_dir() {
                ignore_missing(fs::remove_dir_all(&folder))?;
                removed += 1;
            }
            ignore_missing(fs::remove_file(&lock_path))?;
        }
        Ok(removed)
    }

    /// The documents that lie in this process's folder.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn list(&self) -> io::Result<Vec<DocumentId>> {
        let mut documents = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            documents.extend(entry?.file_name().to_string_lossy().parse::<DocumentId>().ok());
        }
        Ok(documents)
    }

    /// Removes the folder: the process ends in order.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn clear_away(&self) -> io::Result<()> {
        ignore_missing(fs::remove_dir_all(&self.folder))?;
        ignore_missing(fs::remove_file(&self.lock_path))
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        if let Err(error) = self.clear_away() {
            tracing::warn!(%error, "the folder of documents is left to the next start");
        }
    }
}

fn with_lock(folder: &Path) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(LOCK);
    PathBuf::from(name)
}

/// Whether a living process holds this lock.
fn is_anybodys(lock: &Path) -> io::Result<bool> {
    let file = match OpenOptions::new().write(true).open(lock) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        other => other?,
    };
    match file.try_lock() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn ignore_missing(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn root(name: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("okienko-vault-{name}-{}", std::process::id()));
        ignore_missing(fs::remove_dir_all(&root)).unwrap();
        root
    }

    #[test]
    fn what_dead_processes_left_is_removed_and_what_living_ones_have_is_not() {
        let (root, world) = (root("orphans"), World::real());
        let living = Vault::open(&root, &world).unwrap();
        let document = DocumentId::new(&world);
        living.create(document).unwrap().write_all(b"sealed").unwrap();
        // As `kill -9` leaves them: a folder with a lock that nobody holds, one without, and a lock alone.
        fs::create_dir(root.join("dead")).unwrap();
        fs::write(root.join("dead/document"), b"sealed").unwrap();
        fs::write(root.join("dead.lock"), b"").unwrap();
        fs::create_dir(root.join("lockless")).unwrap();
        fs::write(root.join("folderless.lock"), b"").unwrap();

        let next = Vault::open(&root, &world).unwrap();

        assert!(living.path(document).exists());
        assert_eq!(living.list().unwrap(), [document]);
        for gone in ["dead", "dead.lock", "lockless", "folderless.lock"] {
            assert!(!root.join(gone).exists(), "{gone}");
        }
        assert_eq!(next.remove_orphans().unwrap(), 0);
        drop((living, next));
        assert_eq!(fs::read_dir(&root).unwrap().count(), 0, "who ends in order leaves nothing");
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn nobody_else_may_look_into_it() {
        let (root, world) = (root("modes"), World::real());
        let vault = Vault::open(&root, &world).unwrap();
        let document = DocumentId::new(&world);
        drop(vault.create(document).unwrap());

        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;

        assert_eq!((mode(&root), mode(&vault.folder), mode(&vault.path(document))), (0o700, 0o700, 0o600));
        vault.remove(document).unwrap();
        vault.remove(document).unwrap();
        assert!(!vault.path(document).exists());
        let (free, all) = vault.space().unwrap();
        assert!(0 < free && free <= all);
        drop(vault);
        fs::remove_dir_all(root).unwrap();
    }
}
