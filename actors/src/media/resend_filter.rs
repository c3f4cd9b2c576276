//! The interceptor that asks the rule of `resends` about each request for retransmission, before the stack answers it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use rtc::interceptor::{Attribute, Interceptor, Packet, StreamInfo, TaggedPacket};
use rtc::rtcp::transport_feedbacks::transport_layer_nack::{
    NackPair, TransportLayerNack, nack_pairs_from_sequence_numbers,
};
use rtc::sansio::Protocol;
use rtc::shared::error::Error;

use super::downlink::Downlink;
use super::resends::{Request, Resends};

/// Stands between the wire and the stack's own answerer: it sees requests before that one does, and all that goes out.
pub(super) struct ResendFilter {
    rule: Resends,
    downlink: Arc<Downlink>,
    inbound: VecDeque<TaggedPacket>,
    outbound: VecDeque<TaggedPacket>,
}

impl ResendFilter {
    /// Knows the way there and back from `downlink`, and counts in it.
    pub(super) fn new(downlink: Arc<Downlink>) -> Self {
        Self { rule: Resends::default(), downlink, inbound: VecDeque::new(), outbound: VecDeque::new() }
    }

    /// Leaves in a request what is granted.
    fn thin(&mut self, now: Instant, nack: &TransportLayerNack) -> TransportLayerNack {
        let rtt = self.downlink.rtt();
        let asked = nack.nacks.iter().flat_map(sequence_numbers);
        let granted: Vec<u16> = asked
            .filter(|sequence| {
                let request = self.rule.asked(now, nack.media_ssrc, *sequence, rtt);
                self.downlink.count_resend(request == Request::Granted);
                request == Request::Granted
            })
            .collect();
        TransportLayerNack { nacks: nack_pairs_from_sequence_numbers(&granted), ..nack.clone() }
    }
}

/// The packets that a pair of the request names (RFC 4585 §6.2.1): one, and those of the sixteen after it whose bit is
/// set.
fn sequence_numbers(pair: &NackPair) -> Vec<u16> {
    let NackPair { packet_id, lost_packets } = *pair;
    let after = (0..16).filter(|bit| lost_packets & (1 << bit) != 0).map(|bit| packet_id.wrapping_add(bit + 1));
    std::iter::once(packet_id).chain(after).collect()
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for ResendFilter {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, mut message: TaggedPacket) -> Result<(), Error> {
        let now = message.now;
        if let Packet::Rtcp(packets) = &mut message.message.packet {
            for packet in packets {
                if let Some(nack) = packet.as_any().downcast_ref::<TransportLayerNack>() {
                    *packet = Box::new(self.thin(now, nack));
                }
            }
        }
        self.inbound.push_back(message);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.inbound.pop_front()
    }

    fn handle_write(&mut self, message: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtp(packet) = &message.message.packet
            && !message.message.has(&Attribute::Retransmission)
        {
            let header = &packet.header;
            self.rule.sent(message.now, header.ssrc, header.sequence_number, packet.payload.len());
        }
        self.outbound.push_back(message);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.outbound.pop_front()
    }
}

impl Interceptor for ResendFilter {
    fn bind_local_stream(&mut self, _: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _: &StreamInfo) {}
}
