//! Lets requests for keyframes reach us. By itself the stack ends all inbound RTCP at its interceptors.

use std::collections::VecDeque;
use std::time::Instant;

use rtc::interceptor::{Attribute, Interceptor, Packet, StreamInfo, TaggedPacket};
use rtc::rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::sansio::Protocol;
use rtc::shared::error::Error;

/// Stands last in the chain, after all that reads RTCP. Of each compound packet it passes the keyframe requests only.
#[derive(Default)]
pub(super) struct KeyframeRequests {
    inbound: VecDeque<TaggedPacket>,
    outbound: VecDeque<TaggedPacket>,
}

/// The streams for which keyframes are asked in these packets.
pub(super) fn requested_streams(packets: &[Box<dyn rtc::rtcp::Packet>]) -> Vec<u32> {
    let mut streams = Vec::new();
    for packet in packets {
        if let Some(loss) = packet.as_any().downcast_ref::<PictureLossIndication>() {
            streams.push(loss.media_ssrc);
        } else if let Some(request) = packet.as_any().downcast_ref::<FullIntraRequest>() {
            streams.extend(request.fir.iter().map(|entry| entry.ssrc));
        }
    }
    streams
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for KeyframeRequests {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, mut message: TaggedPacket) -> Result<(), Error> {
        let Packet::Rtcp(packets) = &message.message.packet else {
            self.inbound.push_back(message);
            return Ok(());
        };
        let requests: Vec<_> = requested_streams(packets)
            .into_iter()
            .map(|media_ssrc| -> Box<dyn rtc::rtcp::Packet> {
                Box::new(PictureLossIndication { sender_ssrc: 0, media_ssrc })
            })
            .collect();
        if requests.is_empty() {
            return Ok(());
        }
        message.message.packet = Packet::Rtcp(requests);
        message.message.add(Attribute::DeliverToApplication);
        self.inbound.push_back(message);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.inbound.pop_front()
    }

    fn handle_write(&mut self, message: TaggedPacket) -> Result<(), Error> {
        self.outbound.push_back(message);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.outbound.pop_front()
    }
}

impl Interceptor for KeyframeRequests {
    fn bind_local_stream(&mut self, _: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _: &StreamInfo) {}
}
