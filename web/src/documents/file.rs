//! One sealed document on the disk: written segment by segment, read segment by segment.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;

use super::seal::{CallKey, Place, SEGMENT_BYTES, TAG_BYTES};

/// Writes a document. What does not fill a segment yet stays in memory, so that sending can stop at any byte.
pub(super) struct Writer {
    file: File,
    key: Arc<CallKey>,
    /// The document's number within its call.
    number: u32,
    segment: u64,
    /// What is not sealed yet; at most one segment.
    open: Vec<u8>,
}

impl Writer {
    pub(super) const fn new(file: File, key: Arc<CallKey>, number: u32) -> Self {
        Self { file, key, number, segment: 0, open: Vec::new() }
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// Those of the disk.
    pub(super) fn append(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            // A full segment is sealed when something follows it: only then it is not the last.
            if self.open.len() == SEGMENT_BYTES {
                self.seal(false)?;
            }
            let (fits, rest) = bytes.split_at(bytes.len().min(SEGMENT_BYTES - self.open.len()));
            self.open.extend_from_slice(fits);
            bytes = rest;
        }
        Ok(())
    }

    /// Seals the last segment.
    ///
    /// # Errors
    /// Those of the disk.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.seal(true)
    }

    fn seal(&mut self, is_last: bool) -> io::Result<()> {
        let place = Place { document: self.number, segment: self.segment, is_last };
        let mut segment = std::mem::take(&mut self.open);
        self.key.seal(place, &mut segment).map_err(io::Error::other)?;
        self.file.write_all(&segment)?;
        self.segment += 1;
        segment.clear();
        self.open = segment;
        Ok(())
    }
}

/// Reads a document.
pub(super) struct Reader {
    file: File,
    key: Arc<CallKey>,
    number: u32,
    segment: u64,
    /// Bytes of the document that are still to come.
    left: u64,
}

impl Reader {
    /// Reads a document of so many bytes from the beginning of its file.
    pub(super) const fn new(file: File, key: Arc<CallKey>, number: u32, size_bytes: u64) -> Self {
        Self { file, key, number, segment: 0, left: size_bytes }
    }

    /// The next segment; None after the last.
    ///
    /// # Errors
    /// Those of the disk, and for bytes that are not what was written.
    pub(super) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.left == 0 {
            return Ok(None);
        }
        let length = usize::try_from(self.left).unwrap_or(usize::MAX).min(SEGMENT_BYTES);
        self.left -= length as u64;
        let mut segment = vec![0; length + TAG_BYTES];
        self.file.read_exact(&mut segment)?;
        let place = Place { document: self.number, segment: self.segment, is_last: self.left == 0 };
        self.key.open(place, &mut segment).map_err(io::Error::other)?;
        self.segment += 1;
        Ok(Some(segment))
    }

    /// All that is left.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub(super) fn rest(mut self) -> io::Result<Vec<u8>> {
        let mut whole = Vec::with_capacity(usize::try_from(self.left).unwrap_or(0));
        while let Some(segment) = self.next()? {
            whole.extend_from_slice(&segment);
        }
        Ok(whole)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Seek;

    use super::*;

    fn file() -> File {
        let path = std::env::temp_dir().join(format!("okienko-file-{:?}", std::thread::current().id()));
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        file
    }

    fn rewound(file: &File) -> File {
        let mut again = file.try_clone().unwrap();
        again.rewind().unwrap();
        again
    }

    #[test]
    fn a_document_comes_out_as_it_went_in_whatever_the_pieces() {
        let key = Arc::new(CallKey::new(&[1; 32]).unwrap());
        for size in [1, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 3 * SEGMENT_BYTES] {
            let whole: Vec<u8> = (0..size).map(|at| u8::try_from(at % 251).unwrap()).collect();
            for piece in [1_000, SEGMENT_BYTES, 5 * SEGMENT_BYTES] {
                let file = file();
                let mut writer = Writer::new(file.try_clone().unwrap(), Arc::clone(&key), 3);
                for bytes in whole.chunks(piece) {
                    writer.append(bytes).unwrap();
                }
                writer.finish().unwrap();

                let read = Reader::new(rewound(&file), Arc::clone(&key), 3, size as u64).rest().unwrap();

                assert!(read == whole, "{size} bytes in pieces of {piece}");
            }
        }
    }

    #[test]
    fn a_document_that_was_cut_or_lengthened_is_not_read() {
        let key = Arc::new(CallKey::new(&[1; 32]).unwrap());
        let file = file();
        let mut writer = Writer::new(file.try_clone().unwrap(), Arc::clone(&key), 0);
        writer.append(&vec![9; 2 * SEGMENT_BYTES]).unwrap();
        writer.finish().unwrap();
        let read = |size_bytes| Reader::new(rewound(&file), Arc::clone(&key), 0, size_bytes).rest();

        assert!(read(2 * SEGMENT_BYTES as u64).is_ok());
        assert!(read(SEGMENT_BYTES as u64).is_err(), "as if it ended after its first segment");
        assert!(read(3 * SEGMENT_BYTES as u64).is_err());
    }
}
