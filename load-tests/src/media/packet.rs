//! What the tester's media packets carry: a stamp that says whose they are, inside a payload that a relay takes for Opus
//! or VP8.

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;

/// A stream of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// The voice.
    Voice,
    /// The camera.
    Camera,
}

impl Stream {
    const fn code(self) -> u8 {
        match self {
            Self::Voice => 1,
            Self::Camera => 2,
        }
    }

    const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Voice),
            2 => Some(Self::Camera),
            _ => None,
        }
    }
}

/// What a packet says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The member who sent it.
    pub sender: u128,
    /// Of which stream.
    pub stream: Stream,
    /// Of which connection of that member: each new one counts anew.
    pub incarnation: u32,
    /// Its number in the stream, from 0, without an end.
    pub counter: u64,
    /// When it was sent, in nanoseconds of the tester's clock.
    pub sent_ns: u64,
}

/// Begins every stamp.
const MAGIC: u32 = 0x4F4B_4E31;

/// Magic, sender, stream, incarnation, counter, time and checksum.
const STAMP_BYTES: usize = 4 + 16 + 1 + 4 + 8 + 8 + 4;

/// The smallest payload that holds a stamp in any envelope.
pub const LEAST_BYTES: usize = STAMP_BYTES + CAMERA_DESCRIPTOR_BYTES + KEYFRAME_HEADER_BYTES;

/// CELT, full band, 20 ms, one frame, mono (RFC 6716 §3.1): any bytes may follow it.
const OPUS_TOC: u8 = 31 << 3;

const CAMERA_DESCRIPTOR_BYTES: usize = 4;
const KEYFRAME_HEADER_BYTES: usize = 10;
const INTERFRAME_HEADER_BYTES: usize = 3;

/// Where a packet stands in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// The picture's number; 15 bits of it are sent.
    pub number: u16,
    /// Whether this packet begins it.
    pub starts: bool,
    /// Whether it needs no earlier picture.
    pub is_keyframe: bool,
}

/// Why a payload is none of ours, or not as it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// It is too short, or no envelope of ours.
    Form,
    /// Its checksum is wrong.
    Checksum,
}

/// A voice payload of `size` bytes with a stamp.
#[must_use]
pub fn voice(stamp: &Stamp, size: usize) -> Bytes {
    let mut payload = BytesMut::with_capacity(size);
    payload.put_u8(OPUS_TOC);
    put_stamp(&mut payload, stamp, size);
    payload.freeze()
}

/// A camera payload of `size` bytes with a stamp (RFC 7741 §4.2 with a 15-bit picture id, RFC 6386 §9.1).
#[must_use]
pub fn camera(stamp: &Stamp, picture: Picture, size: usize) -> Bytes {
    let mut payload = BytesMut::with_capacity(size);
    payload.put_u8(if picture.starts { 0x90 } else { 0x80 });
    payload.put_u8(0x80);
    payload.put_u16(picture.number | 0x8000);
    if picture.starts {
        // Shown, and a first partition of some length; the lowest bit tells keyframes from others.
        let length = 1_000_u32;
        let tag = length << 5 | 1 << 4 | u32::from(!picture.is_keyframe);
        payload.put_slice(&tag.to_le_bytes()[..3]);
        if picture.is_keyframe {
            payload.put_slice(&[0x9D, 0x01, 0x2A]);
            payload.put_u16_le(640);
            payload.put_u16_le(360);
        }
    }
    put_stamp(&mut payload, stamp, size);
    payload.freeze()
}

fn put_stamp(payload: &mut BytesMut, stamp: &Stamp, size: usize) {
    let begin = payload.len();
    payload.put_u32(MAGIC);
    payload.put_u128(stamp.sender);
    payload.put_u8(stamp.stream.code());
    payload.put_u32(stamp.incarnation);
    payload.put_u64(stamp.counter);
    payload.put_u64(stamp.sent_ns);
    // Something different in each packet, so that bytes of another one are noticed.
    let mut state = stamp.counter ^ stamp.sent_ns | 1;
    while payload.len() + 4 < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let left = size - 4 - payload.len();
        let bytes = state.to_be_bytes();
        payload.put_slice(bytes.get(..left.min(8)).unwrap_or_default());
    }
    let sum = crc32fast::hash(payload.get(begin..).unwrap_or_default());
    payload.put_u32(sum);
}

/// Reads a voice payload.
///
/// # Errors
/// [`Damage`].
pub fn read_voice(payload: &[u8]) -> Result<Stamp, Damage> {
    let (toc, body) = payload.split_first().ok_or(Damage::Form)?;
    if *toc != OPUS_TOC {
        return Err(Damage::Form);
    }
    read_stamp(body)
}

/// Reads a camera payload. A relay may have renumbered its picture.
///
/// # Errors
/// [`Damage`].
pub fn read_camera(payload: &[u8]) -> Result<(Stamp, Picture), Damage> {
    let descriptor = payload.get(..CAMERA_DESCRIPTOR_BYTES).ok_or(Damage::Form)?;
    let &[first, fields, high, low] = descriptor else { return Err(Damage::Form) };
    let starts = first & 0x10 != 0;
    if first & 0x8F != 0x80 || fields != 0x80 || high & 0x80 == 0 {
        return Err(Damage::Form);
    }
    let rest = payload.get(CAMERA_DESCRIPTOR_BYTES..).unwrap_or_default();
    let is_keyframe = starts && rest.first().is_some_and(|tag| tag & 1 == 0);
    let header = match (starts, is_keyframe) {
        (true, true) => KEYFRAME_HEADER_BYTES,
        (true, false) => INTERFRAME_HEADER_BYTES,
        (false, _) => 0,
    };
    let stamp = read_stamp(rest.get(header..).ok_or(Damage::Form)?)?;
    let number = u16::from_be_bytes([high & 0x7F, low]);
    Ok((stamp, Picture { number, starts, is_keyframe }))
}

fn read_stamp(body: &[u8]) -> Result<Stamp, Damage> {
    let (covered, sum) = body.split_last_chunk::<4>().ok_or(Damage::Form)?;
    if covered.len() + 4 < STAMP_BYTES {
        return Err(Damage::Form);
    }
    if crc32fast::hash(covered) != u32::from_be_bytes(*sum) {
        return Err(Damage::Checksum);
    }
    let mut rest = covered;
    let magic = u32::from_be_bytes(take(&mut rest)?);
    let sender = u128::from_be_bytes(take(&mut rest)?);
    let [code] = take(&mut rest)?;
    let incarnation = u32::from_be_bytes(take(&mut rest)?);
    let counter = u64::from_be_bytes(take(&mut rest)?);
    let sent_ns = u64::from_be_bytes(take(&mut rest)?);
    match Stream::from_code(code) {
        Some(stream) if magic == MAGIC => Ok(Stamp { sender, stream, incarnation, counter, sent_ns }),
        _ => Err(Damage::Form),
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Damage> {
    let (taken, left) = rest.split_first_chunk::<N>().ok_or(Damage::Form)?;
    *rest = left;
    Ok(*taken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stamp(stream: Stream) -> Stamp {
        Stamp { sender: 1 << 100 | 7, stream, incarnation: 3, counter: 1 << 40, sent_ns: 123_456_789 }
    }

    #[test]
    fn a_stamp_survives_its_envelope() {
        let voice_stamp = stamp(Stream::Voice);
        assert_eq!(read_voice(&voice(&voice_stamp, 100)), Ok(voice_stamp));
        assert_eq!(voice(&voice_stamp, 100).len(), 100);

        let camera_stamp = stamp(Stream::Camera);
        for (starts, is_keyframe) in [(true, true), (true, false), (false, false)] {
            let picture = Picture { number: 0x7FFF, starts, is_keyframe };
            let payload = camera(&camera_stamp, picture, 1_150);
            assert_eq!(payload.len(), 1_150);
            assert_eq!(read_camera(&payload), Ok((camera_stamp, picture)));
        }
        let least = camera(&camera_stamp, Picture { number: 0, starts: true, is_keyframe: true }, 1);
        assert_eq!(least.len(), LEAST_BYTES);
        assert!(read_camera(&least).is_ok());
    }

    #[test]
    fn a_renumbered_picture_is_still_whole() {
        let stamp = stamp(Stream::Camera);
        let picture = Picture { number: 5, starts: true, is_keyframe: true };
        let mut payload = camera(&stamp, picture, 200).to_vec();

        payload[2..4].copy_from_slice(&0x8123_u16.to_be_bytes());

        assert_eq!(read_camera(&payload), Ok((stamp, Picture { number: 0x123, ..picture })));
    }

    proptest! {
        #[test]
        fn any_changed_byte_is_noticed(at in 5_usize..300, bit in 0_u8..8) {
            let stamp = stamp(Stream::Camera);
            let picture = Picture { number: 5, starts: false, is_keyframe: false };
            let mut payload = camera(&stamp, picture, 300).to_vec();
            payload[at] ^= 1 << bit;

            prop_assert_eq!(read_camera(&payload), Err(Damage::Checksum));
        }

        #[test]
        fn no_bytes_break_the_reader(payload in prop::collection::vec(any::<u8>(), 0..120)) {
            prop_assert!(read_voice(&payload).is_err());
            prop_assert!(read_camera(&payload).is_err());
        }
    }
}
