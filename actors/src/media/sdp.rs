//! Reading a browser's offer, and preparing it and the answer (RFC 8866, RFC 9429).
//!
//! The stack below stops a transceiver for good when its section is once `inactive`, and gives a section offered as
//! `recvonly` no receiver for later. So it is always shown `sendrecv`, and the directions that were really agreed are
//! written into the answer here.

use super::codec::Codec;
use super::messages::TrackKind;
use super::settings::MediaError;

/// Sections of an offer that are read: three for each of five others, one for data, and as many again of old ones.
const MOST_SECTIONS: usize = 32;
const LONGEST_MID: usize = 32;

/// What a section of an offer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A picture or voice. Set 0 holds what the browser sends; each set brings one other member.
    Stream {
        /// What it carries.
        kind: TrackKind,
        /// Which set it belongs to.
        set: usize,
    },
    /// The data channels.
    Data,
}

/// A section of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) mid: String,
    pub(super) role: Role,
    /// Whether the browser sends here; only in set 0.
    pub(super) sends: bool,
    /// Whether the browser takes what we send here.
    pub(super) receives: bool,
    /// The stream the browser sends here.
    pub(super) ssrc: Option<u32>,
    /// The codec we would choose among those offered here.
    pub(super) codec: Option<Codec>,
}

/// An offer, read and prepared.
#[derive(Debug)]
pub(super) struct Offer {
    /// The description for the stack.
    pub(super) sdp: String,
    pub(super) sections: Vec<Section>,
}

impl Offer {
    /// Reads an offer. Sections are told apart by their order among those of their medium: the first with sound is the
    /// voice of set 0, the first with pictures its camera, the second its screen, and so on for the next set.
    ///
    /// # Errors
    /// [`MediaError::Offer`] with what is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, MediaError> {
        if !text.starts_with("v=0") {
            return Err(MediaError::Offer("it is no session description"));
        }
        let mut blocks = split_sections(text);
        let session = blocks.remove(0);
        if !session.iter().any(|line| line.starts_with("a=group:BUNDLE")) {
            return Err(MediaError::Offer("its sections are not bundled"));
        }
        if blocks.is_empty() || blocks.len() > MOST_SECTIONS {
            return Err(MediaError::Offer("it has no section or too many"));
        }
        let mut offer = Self { sdp: String::with_capacity(text.len()), sections: Vec::with_capacity(blocks.len()) };
        for line in session.iter().filter(|line| direction(line).is_none()) {
            push_line(&mut offer.sdp, line);
        }
        let (mut sounds, mut pictures) = (0, 0);
        for block in &blocks {
            let role = match block.first().copied().unwrap_or_default().split(' ').next() {
                Some("m=audio") => stream_role(TrackKind::Audio, &mut sounds),
                Some("m=video") => {
                    stream_role(if pictures % 2 == 0 { TrackKind::Camera } else { TrackKind::Screen }, &mut pictures)
                }
                Some("m=application") => Role::Data,
                _ => return Err(MediaError::Offer("a section is neither sound, picture nor data")),
            };
            let section = Section::parse(block, role)?;
            if offer.sections.iter().any(|other| other.mid == section.mid) {
                return Err(MediaError::Offer("two sections have one mid"));
            }
            section.write(block, &mut offer.sdp);
            offer.sections.push(section);
        }
        Ok(offer)
    }
}

/// The place among the sections of its medium: one sound and two pictures make a set.
fn stream_role(kind: TrackKind, seen: &mut usize) -> Role {
    let set = if kind.is_video() { *seen / 2 } else { *seen };
    *seen += 1;
    Role::Stream { kind, set }
}

impl Section {
    fn parse(block: &[&str], role: Role) -> Result<Self, MediaError> {
        let mid = block.iter().find_map(|line| line.strip_prefix("a=mid:")).unwrap_or_default();
        if mid.is_empty() || mid.len() > LONGEST_MID || !mid.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(MediaError::Offer("a section has no usable mid"));
        }
        let bundled_only = block.contains(&"a=bundle-only");
        let port = block.first().and_then(|line| line.split(' ').nth(1));
        if port == Some("0") && !bundled_only {
            return Err(MediaError::Offer("a section is closed; mute or stop sending instead"));
        }
        let codecs: Vec<Codec> = block.iter().filter_map(|line| rtpmap(line)).map(|(codec, _)| codec).collect();
        let codec = [Codec::Opus, Codec::Vp8, Codec::H264].into_iter().find(|codec| codecs.contains(codec));
        if role != Role::Data && codec.is_none() {
            return Err(MediaError::Offer("a section offers no codec of ours"));
        }
        let (sends, receives) = block.iter().find_map(|line| direction(line)).unwrap_or((true, true));
        // The first stream named is the medium itself; repair streams come after it.
        let ssrc = block.iter().find_map(|line| line.strip_prefix("a=ssrc:")?.split(' ').next()?.parse().ok());
        let may_send = matches!(role, Role::Stream { set: 0, .. });
        Ok(Self {
            mid: mid.to_owned(),
            role,
            sends: sends && may_send && ssrc.is_some(),
            receives: receives && role != Role::Data,
            ssrc,
            codec,
        })
    }

    /// Writes the section as the stack shall see it. A stream only where one is sent: the stack refuses a section that
    /// names a track and no stream. No candidates, since the browser comes to us and a list of addresses to knock at is
    /// nothing to take from a stranger. No repair streams and no layers, which we do not use.
    fn write(&self, block: &[&str], sdp: &mut String) {
        let dropped = ["a=candidate:", "a=end-of-candidates", "a=ssrc", "a=msid:", "a=rid:", "a=simulcast:"];
        for line in block {
            if direction(line).is_none() && !dropped.iter().any(|prefix| line.starts_with(prefix)) {
                push_line(sdp, line);
            }
        }
        if matches!(self.role, Role::Stream { .. }) {
            push_line(sdp, "a=sendrecv");
            if self.sends
                && let Some(ssrc) = self.ssrc
            {
                push_line(sdp, &format!("a=msid:{0} {0}", self.mid));
                push_line(sdp, &format!("a=ssrc:{ssrc} cname:{}", self.mid));
            }
        }
    }
}

/// What we send and accept in one section of our answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Answered {
    /// The stream we send there.
    pub(super) ssrc: Option<u32>,
    /// The codecs with their payload types, which are the same in both directions.
    pub(super) codecs: Vec<(Codec, u8)>,
}

/// Writes the agreed directions into the stack's answer, and tells what was agreed.
///
/// # Errors
/// [`MediaError::Negotiation`] when the stack answered other sections than were offered.
pub(super) fn finish_answer(answer: &str, sections: &[Section]) -> Result<(String, Vec<Answered>), MediaError> {
    let mut blocks = split_sections(answer);
    let session = blocks.remove(0);
    if blocks.len() != sections.len() {
        return Err(MediaError::Negotiation("the answer has other sections than the offer".to_owned()));
    }
    let mut sdp = String::with_capacity(answer.len());
    for line in &session {
        push_line(&mut sdp, line);
    }
    let mut answered = Vec::with_capacity(blocks.len());
    for (block, section) in blocks.iter().zip(sections) {
        answered.push(finish_section(block, section, &mut sdp));
    }
    Ok((sdp, answered))
}

fn finish_section(block: &[&str], section: &Section, sdp: &mut String) -> Answered {
    let mut answered = Answered::default();
    for line in block {
        if let Some(codec) = rtpmap(line) {
            answered.codecs.push(codec);
        } else if let Some(rest) = line.strip_prefix("a=ssrc:") {
            answered.ssrc = answered.ssrc.or_else(|| rest.split(' ').next()?.parse().ok());
        }
    }
    for line in block {
        let is_ours = line.starts_with("a=ssrc") || line.starts_with("a=msid:");
        let is_second_component = line.starts_with("a=candidate:") && line.split(' ').nth(1) == Some("2");
        if line.starts_with("m=") {
            push_line(sdp, &media_line(line, section, &answered.codecs));
        } else if direction(line).is_some() {
            push_line(sdp, agreed_direction(section));
        } else if !(is_second_component || is_ours && !section.receives) {
            push_line(sdp, line);
        }
    }
    answered
}

/// Our choice of codecs comes first, whatever the browser prefers: VP8 is what every browser decodes, so that a member
/// who joins later is never left without a picture. A page that wants H.264 offers nothing else.
fn media_line(line: &str, section: &Section, codecs: &[(Codec, u8)]) -> String {
    let mut words: Vec<&str> = line.split(' ').collect();
    let rank = |word: &str| {
        let codec = codecs.iter().find(|(_, payload_type)| word.parse() == Ok(*payload_type));
        codec.map_or(2, |(codec, _)| usize::from(*codec == Codec::H264))
    };
    if matches!(section.role, Role::Stream { .. })
        && let Some(formats) = words.get_mut(3..)
    {
        formats.sort_by_key(|word| rank(word));
    }
    words.join(" ")
}

/// A codec of ours and its payload type, from an `a=rtpmap` line.
fn rtpmap(line: &str) -> Option<(Codec, u8)> {
    let (payload_type, name) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
    Some((Codec::from_rtpmap(name)?, payload_type.parse().ok()?))
}

fn agreed_direction(section: &Section) -> &'static str {
    match (section.receives, section.sends) {
        (true, true) => "a=sendrecv",
        (true, false) => "a=sendonly",
        (false, true) => "a=recvonly",
        (false, false) => "a=inactive",
    }
}

/// Whether the writer of this direction sends and receives.
fn direction(line: &str) -> Option<(bool, bool)> {
    match line {
        "a=sendrecv" => Some((true, true)),
        "a=sendonly" => Some((true, false)),
        "a=recvonly" => Some((false, true)),
        "a=inactive" => Some((false, false)),
        _ => None,
    }
}

/// The lines of the session, then those of each section.
fn split_sections(text: &str) -> Vec<Vec<&str>> {
    let mut blocks = vec![Vec::new()];
    for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        if line.starts_with("m=") {
            blocks.push(Vec::new());
        }
        if let Some(block) = blocks.last_mut() {
            block.push(line);
        }
    }
    blocks
}

fn push_line(sdp: &mut String, line: &str) {
    sdp.push_str(line);
    sdp.push_str("\r\n");
}
