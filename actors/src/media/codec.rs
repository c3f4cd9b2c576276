//! The codecs we pass on, and the few bits of their payloads that a relay must know.

/// A codec both legs of a stream must have accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Opus,
    Vp8,
    H264,
}

impl Codec {
    /// The codec by its name in `a=rtpmap`, such as `VP8/90000`.
    pub(super) fn from_rtpmap(value: &str) -> Option<Self> {
        let name = value.split('/').next()?;
        [("opus", Self::Opus), ("vp8", Self::Vp8), ("h264", Self::H264)]
            .into_iter()
            .find_map(|(known, codec)| name.eq_ignore_ascii_case(known).then_some(codec))
    }

    /// Ticks of its RTP clock in a second.
    pub(super) fn clock_rate(self) -> u32 {
        if self == Self::Opus { 48_000 } else { 90_000 }
    }

    /// Whether this payload begins a picture that needs no earlier one. Every sound does.
    pub(super) fn starts_afresh(self, payload: &[u8]) -> bool {
        match self {
            Self::Opus => true,
            Self::Vp8 => Vp8Descriptor::parse(payload).is_some_and(|descriptor| descriptor.starts_keyframe(payload)),
            Self::H264 => h264_starts_keyframe(payload),
        }
    }
}

/// The VP8 payload descriptor (RFC 7741 §4.2), as far as it numbers pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Vp8Descriptor {
    /// Where the picture id lies and whether it has 15 bits.
    picture_id: Option<(usize, bool)>,
    /// Where the index of the base layer's picture lies.
    base_index: Option<usize>,
    starts_partition: bool,
    length: usize,
}

impl Vp8Descriptor {
    /// Reads the descriptor at the begin of a payload.
    pub(super) fn parse(payload: &[u8]) -> Option<Self> {
        let first = *payload.first()?;
        let mut descriptor =
            Self { picture_id: None, base_index: None, starts_partition: first & 0x17 == 0x10, length: 1 };
        if first & 0x80 == 0 {
            return Some(descriptor);
        }
        let fields = *payload.get(1)?;
        descriptor.length = 2;
        if fields & 0x80 != 0 {
            let wide = *payload.get(2)? & 0x80 != 0;
            descriptor.picture_id = Some((2, wide));
            descriptor.length += if wide { 2 } else { 1 };
        }
        if fields & 0x40 != 0 {
            descriptor.base_index = Some(descriptor.length);
            descriptor.length += 1;
        }
        if fields & 0x30 != 0 {
            descriptor.length += 1;
        }
        (descriptor.length <= payload.len()).then_some(descriptor)
    }

    /// The picture id and its number of bits.
    pub(super) fn picture_id(&self, payload: &[u8]) -> Option<(u16, u32)> {
        let (at, wide) = self.picture_id?;
        let high = u16::from(*payload.get(at)?);
        if wide { Some(((high & 0x7F) << 8 | u16::from(*payload.get(at + 1)?), 15)) } else { Some((high, 7)) }
    }

    /// Overwrites the picture id, keeping its width.
    pub(super) fn set_picture_id(&self, payload: &mut [u8], id: u16) {
        match self.picture_id {
            Some((at, true)) => {
                if let Some(field) = payload.get_mut(at..at + 2) {
                    field.copy_from_slice(&(id | 0x8000).to_be_bytes());
                }
            }
            Some((at, false)) => {
                if let Some(field) = payload.get_mut(at) {
                    *field = (id & 0x7F) as u8;
                }
            }
            None => {}
        }
    }

    /// The index of the base layer's picture.
    pub(super) fn base_index(&self, payload: &[u8]) -> Option<u8> {
        payload.get(self.base_index?).copied()
    }

    /// Overwrites the index of the base layer's picture.
    pub(super) fn set_base_index(&self, payload: &mut [u8], index: u8) {
        if let Some(at) = self.base_index
            && let Some(field) = payload.get_mut(at)
        {
            *field = index;
        }
    }

    fn starts_keyframe(&self, payload: &[u8]) -> bool {
        // In the payload header the lowest bit is clear for a keyframe (RFC 7741 §4.3).
        self.starts_partition && payload.get(self.length).is_some_and(|header| header & 1 == 0)
    }
}

/// Whether an H.264 payload holds the parameter set with which every keyframe begins (RFC 6184 §5.2).
fn h264_starts_keyframe(payload: &[u8]) -> bool {
    const SEQUENCE_PARAMETERS: u8 = 7;
    const AGGREGATE: u8 = 24;
    match payload.first().map(|header| header & 0x1F) {
        Some(SEQUENCE_PARAMETERS) => true,
        Some(AGGREGATE) => {
            let mut rest = payload.get(1..).unwrap_or_default();
            while let [high, low, unit @ ..] = rest {
                if unit.first().is_some_and(|header| header & 0x1F == SEQUENCE_PARAMETERS) {
                    return true;
                }
                rest = unit.get(usize::from(u16::from_be_bytes([*high, *low]))..).unwrap_or_default();
            }
            false
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn vp8_keyframes_are_seen_through_the_descriptor() {
        let keyframe = [0x90, 0xC0, 0x81, 0x02, 0x05, 0x10, 0, 0];
        let difference = [0x90, 0xC0, 0x81, 0x02, 0x05, 0x11, 0, 0];
        let continued = [0x80, 0xC0, 0x81, 0x02, 0x05, 0x10, 0, 0];

        assert!(Codec::Vp8.starts_afresh(&keyframe));
        assert!(!Codec::Vp8.starts_afresh(&difference));
        assert!(!Codec::Vp8.starts_afresh(&continued));
    }

    #[test]
    fn vp8_numbers_are_read_and_written_in_their_width() {
        let mut payload = [0x90, 0xC0, 0x81, 0x02, 0x05, 0x10];
        let descriptor = Vp8Descriptor::parse(&payload).unwrap();

        assert_eq!(descriptor.picture_id(&payload), Some((0x0102, 15)));
        assert_eq!(descriptor.base_index(&payload), Some(5));
        descriptor.set_picture_id(&mut payload, 0x7FFF);
        descriptor.set_base_index(&mut payload, 255);

        assert_eq!(payload, [0x90, 0xC0, 0xFF, 0xFF, 0xFF, 0x10]);
    }

    #[test]
    fn h264_keyframes_begin_with_their_parameters() {
        assert!(Codec::H264.starts_afresh(&[0x67, 0x42]));
        assert!(Codec::H264.starts_afresh(&[0x78, 0, 1, 0x68, 0, 2, 0x67, 0x42]));
        assert!(!Codec::H264.starts_afresh(&[0x41, 0x9A]));
        assert!(!Codec::H264.starts_afresh(&[0x78, 0, 1]));
    }

    proptest! {
        #[test]
        fn no_payload_breaks_it(mut payload in proptest::collection::vec(any::<u8>(), 0..40)) {
            for codec in [Codec::Opus, Codec::Vp8, Codec::H264] {
                let _ = codec.starts_afresh(&payload);
            }
            if let Some(descriptor) = Vp8Descriptor::parse(&payload) {
                descriptor.set_picture_id(&mut payload, 300);
                prop_assert!(descriptor.picture_id(&payload).is_none_or(|(id, bits)| u32::from(id) == 300 % (1 << bits)));
            }
        }
    }
}
