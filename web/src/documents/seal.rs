//! Documents at rest: encrypted in segments (AES-256-GCM), with a key for each call that is in memory only.
//!
//! A segment's nonce is the number of its document within the call and its own number within the document, so none is used
//! twice under one key. Whether a segment is the last one is authenticated with it, so that a document cannot be cut off
//! between segments; this is the construction of STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015).

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

/// How many bytes of a document are sealed together.
pub(super) const SEGMENT_BYTES: usize = 64 * 1024;

/// How many bytes a sealed segment has besides.
pub(super) const TAG_BYTES: usize = 16;

/// A segment could not be sealed, or is not what was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a segment cannot be opened")]
pub(super) struct Broken;

/// The key of one call.
pub(super) struct CallKey(LessSafeKey);

/// Which segment of which document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The document's number within the call.
    pub(super) document: u32,
    /// The segment's number within the document.
    pub(super) segment: u64,
    /// Whether it is the document's last one.
    pub(super) is_last: bool,
}

impl Place {
    fn nonce(self) -> Nonce {
        let mut bytes = [0; 12];
        let (document, segment) = bytes.split_at_mut(4);
        document.copy_from_slice(&self.document.to_be_bytes());
        segment.copy_from_slice(&self.segment.to_be_bytes());
        Nonce::assume_unique_for_key(bytes)
    }

    fn aad(self) -> Aad<[u8; 1]> {
        Aad::from([u8::from(self.is_last)])
    }
}

impl CallKey {
    /// A key of these random bytes.
    ///
    /// # Errors
    /// None for 32 bytes.
    pub(super) fn new(bytes: &[u8; 32]) -> Result<Self, Broken> {
        Ok(Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| Broken)?)))
    }

    /// Seals a segment where it lies; it grows by its tag.
    ///
    /// # Errors
    /// [`Broken`] if it is too long.
    pub(super) fn seal(&self, place: Place, segment: &mut Vec<u8>) -> Result<(), Broken> {
        self.0.seal_in_place_append_tag(place.nonce(), place.aad(), segment).map_err(|_| Broken)
    }

    /// Opens a segment where it lies; its tag goes.
    ///
    /// # Errors
    /// [`Broken`] if it was changed, moved or cut, or sealed with another key.
    pub(super) fn open(&self, place: Place, segment: &mut Vec<u8>) -> Result<(), Broken> {
        let opened = self.0.open_in_place(place.nonce(), place.aad(), segment).map_err(|_| Broken)?.len();
        segment.truncate(opened);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Place = Place { document: 1, segment: 0, is_last: true };

    fn sealed() -> (CallKey, Vec<u8>) {
        let (key, mut segment) = (CallKey::new(&[7; 32]).unwrap(), b"PESEL".to_vec());
        key.seal(FIRST, &mut segment).unwrap();
        (key, segment)
    }

    #[test]
    fn what_is_sealed_is_opened_and_cannot_be_read() {
        let (key, mut segment) = sealed();
        assert_eq!(segment.len(), 5 + TAG_BYTES);
        assert!(!segment.windows(5).any(|window| window == b"PESEL"));

        key.open(FIRST, &mut segment).unwrap();

        assert_eq!(segment, b"PESEL");
    }

    #[test]
    fn a_segment_is_worth_nothing_changed_moved_or_under_another_key() {
        for place in [Place { document: 2, ..FIRST }, Place { segment: 1, ..FIRST }, Place { is_last: false, ..FIRST }]
        {
            let (key, mut segment) = sealed();
            assert_eq!(key.open(place, &mut segment), Err(Broken), "{place:?}");
        }
        let (key, mut changed) = sealed();
        changed[0] ^= 1;
        assert_eq!(key.open(FIRST, &mut changed), Err(Broken));
        let (_, mut segment) = sealed();
        assert_eq!(CallKey::new(&[8; 32]).unwrap().open(FIRST, &mut segment), Err(Broken));
    }
}
