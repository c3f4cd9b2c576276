//! Section `documents`.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::reader::Reader;
use crate::domain::documents::{BYTES_IN_A_MEGABYTE, DocumentRules, MOST_KEPT_MIN};

/// Section `documents`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentsConfig {
    /// Where they lie, encrypted.
    pub folder: PathBuf,
    /// What bounds them.
    pub rules: DocumentRules,
    /// Who scans them for malware; None if nobody does.
    pub scanner: Option<ScannerSocket>,
    /// How long a scan may take, in seconds.
    pub scan_within_s: u32,
    /// They are refused while less than this share of the disk is free.
    pub min_free_percent: u32,
}

/// The local socket of a scanner. A socket on the network would let everybody who reaches it ask the scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScannerSocket(PathBuf);

impl ScannerSocket {
    /// Where it is in the file system.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl FromStr for ScannerSocket {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix("unix:") {
            Some(path) if path.starts_with('/') => Ok(Self(path.into())),
            _ => Err("must be a local socket such as unix:/run/clamav/clamd.ctl"),
        }
    }
}

impl DocumentsConfig {
    pub(super) fn read(from: &mut Reader) -> Self {
        let folder = from.text("documents.folder");
        let folder = folder.or_else(|| from.refuse("documents.folder", "must name a folder")).unwrap_or_default();
        let scanner = from.text("documents.clamd");
        Self {
            folder: folder.into(),
            rules: DocumentRules {
                max_bytes: u64::from(from.whole("documents.max_mb", 1, 100)) * BYTES_IN_A_MEGABYTE,
                max_count: from.size("documents.max_count", 1, 50),
                kept_min: from.whole("documents.kept_min", 0, MOST_KEPT_MIN),
            },
            scanner: scanner.and_then(|text| from.checked("documents.clamd", text.parse())),
            scan_within_s: from.whole("documents.scan_within_s", 1, 300),
            min_free_percent: from.whole("documents.min_free_percent", 0, 100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanner_is_reached_by_a_local_socket_only() {
        let socket: ScannerSocket = "unix:/run/clamav/clamd.ctl".parse().unwrap();

        assert_eq!(socket.path(), Path::new("/run/clamav/clamd.ctl"));
        for other in ["", "/run/clamd.ctl", "unix:clamd.ctl", "tcp:127.0.0.1:3310"] {
            assert!(other.parse::<ScannerSocket>().is_err(), "{other}");
        }
    }
}
