//! What receivers tell us: requests for keyframes, and what they lost. By itself the stack ends all inbound RTCP at
//! its interceptors, and reads losses from receiver reports only, though a browser that sends too puts them into its
//! sender reports (RFC 3550 §6.4).

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use rtc::interceptor::{Attribute, Interceptor, Packet, StreamInfo, TaggedPacket};
use rtc::rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::receiver_report::ReceiverReport;
use rtc::rtcp::reception_report::ReceptionReport;
use rtc::rtcp::sender_report::SenderReport;
use rtc::sansio::Protocol;
use rtc::shared::error::Error;

use super::downlink::Downlink;

/// Streams whose losses are kept: more than a connection of ours has.
const MOST_STREAMS: usize = 64;

/// Stands last in the chain, after all that reads RTCP. Of each compound packet it passes the keyframe requests only.
#[derive(Default)]
pub(super) struct Feedback {
    inbound: VecDeque<TaggedPacket>,
    outbound: VecDeque<TaggedPacket>,
    /// Packets lost so far, by stream.
    lost: HashMap<u32, u32>,
    /// Where their sum goes.
    downlink: Arc<Downlink>,
}

impl Feedback {
    /// Publishes the number of packets that the browser has reported missing.
    pub(super) fn new(downlink: Arc<Downlink>) -> Self {
        Self { downlink, ..Self::default() }
    }

    fn note_losses(&mut self, packets: &[Box<dyn rtc::rtcp::Packet>]) {
        for packet in packets {
            let packet = packet.as_any();
            let reports: &[ReceptionReport] = if let Some(report) = packet.downcast_ref::<ReceiverReport>() {
                &report.reports
            } else if let Some(report) = packet.downcast_ref::<SenderReport>() {
                &report.reports
            } else {
                continue;
            };
            for report in reports {
                if self.lost.len() < MOST_STREAMS || self.lost.contains_key(&report.ssrc) {
                    // The count has 24 bits and is negative when more came than was sent.
                    let lost = if report.total_lost & 0x80_0000 == 0 { report.total_lost } else { 0 };
                    self.lost.insert(report.ssrc, lost);
                }
            }
            self.downlink.set_lost(self.lost.values().map(|lost| u64::from(*lost)).sum());
        }
    }
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

impl Protocol<TaggedPacket, TaggedPacket, ()> for Feedback {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, mut message: TaggedPacket) -> Result<(), Error> {
        let Packet::Rtcp(packets) = &mut message.message.packet else {
            self.inbound.push_back(message);
            return Ok(());
        };
        let reports = std::mem::take(packets);
        self.note_losses(&reports);
        let requests: Vec<_> = requested_streams(&reports)
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

impl Interceptor for Feedback {
    fn bind_local_stream(&mut self, _: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _: &StreamInfo) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(ssrc: u32, total_lost: u32) -> ReceptionReport {
        ReceptionReport { ssrc, total_lost, ..ReceptionReport::default() }
    }

    #[test]
    fn losses_are_read_from_both_kinds_of_reports() {
        let downlink = Arc::<Downlink>::default();
        let mut feedback = Feedback::new(Arc::clone(&downlink));

        feedback.note_losses(&[
            Box::new(SenderReport { reports: vec![report(1, 14)], ..SenderReport::default() }),
            Box::new(ReceiverReport { reports: vec![report(2, 3), report(1, 15)], ..ReceiverReport::default() }),
            Box::new(ReceiverReport { reports: vec![report(3, 0xFF_FFFF)], ..ReceiverReport::default() }),
        ]);

        assert_eq!(downlink.lost(), 18, "the latest count of each stream; a negative one is none");
    }

    #[test]
    fn both_kinds_of_keyframe_requests_name_their_streams() {
        let full = FullIntraRequest {
            fir: vec![rtc::rtcp::payload_feedbacks::full_intra_request::FirEntry { ssrc: 7, sequence_number: 1 }],
            ..FullIntraRequest::default()
        };

        let streams = requested_streams(&[
            Box::new(PictureLossIndication { sender_ssrc: 0, media_ssrc: 5 }),
            Box::new(ReceiverReport::default()),
            Box::new(full),
        ]);

        assert_eq!(streams, [5, 7]);
    }
}
