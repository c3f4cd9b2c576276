//! Good streams are passed, and broken ones are not.

use std::time::Duration;

use super::*;

/// A sender's voice as it would arrive if nothing went wrong.
fn voices(sender: u128, incarnation: u32, counters: std::ops::Range<u64>, sequence: u16) -> Vec<Sent> {
    counters
        .enumerate()
        .map(|(index, counter)| {
            let stamp = Stamp { sender, stream: Stream::Voice, incarnation, counter, sent_ns: counter };
            Sent {
                sequence: sequence.wrapping_add(u16::try_from(index).unwrap()),
                timestamp: 1_000 + 960 * u32::try_from(counter).unwrap(),
                payload: packet::voice(&stamp, 100).to_vec(),
            }
        })
        .collect()
}

/// A sender's camera: two packets a picture.
fn cameras(incarnation: u32, counters: std::ops::Range<u64>, sequence: u16, timestamp: u32) -> Vec<Sent> {
    counters
        .enumerate()
        .map(|(index, counter)| {
            let stamp = Stamp { sender: 1, stream: Stream::Camera, incarnation, counter, sent_ns: counter };
            let number = u16::try_from(counter / 2).unwrap();
            let starts = counter % 2 == 0;
            let picture = Picture { number, starts, is_keyframe: starts && number == 0 };
            Sent {
                sequence: sequence.wrapping_add(u16::try_from(index).unwrap()),
                timestamp: timestamp + 3_000 * u32::from(number),
                payload: packet::camera(&stamp, picture, 200).to_vec(),
            }
        })
        .collect()
}

#[derive(Clone)]
struct Sent {
    sequence: u16,
    timestamp: u32,
    payload: Vec<u8>,
}

fn judged(stream: Stream, packets: &[Sent]) -> StreamReport {
    let mut check = StreamCheck::new(stream, if stream == Stream::Voice { 960 } else { 3_000 });
    let begin = Instant::now();
    for (index, sent) in packets.iter().enumerate() {
        let at = begin + Duration::from_millis(20) * u32::try_from(index).unwrap();
        let Sent { sequence, timestamp, payload } = sent;
        check.take(Arrived { at, sequence: *sequence, timestamp: *timestamp, payload });
    }
    check.report()
}

fn only_source(report: &StreamReport) -> SourceReport {
    assert_eq!(report.sources.len(), 1);
    report.sources.values().next().unwrap().clone()
}

#[test]
fn nothing_is_found_in_a_good_stream() {
    let report = judged(Stream::Voice, &voices(1, 1, 0..200, 65_500));

    assert_eq!((report.packets, report.corrupt, report.misrouted, report.misnumbered), (200, 0, 0, 0));
    let expected = SourceReport { highest: 199, received: 200, ..SourceReport::default() };
    assert_eq!(only_source(&report), expected);
    assert_eq!(report.alive.len(), 1);
    let report = judged(Stream::Camera, &cameras(1, 0..200, 65_500, 7));
    assert_eq!((report.packets, report.misnumbered, only_source(&report).missing), (200, 0, 0));
}

#[test]
fn a_dropped_packet_is_missing() {
    let mut packets = voices(1, 1, 0..50, 10);
    packets.drain(20..23);

    let report = judged(Stream::Voice, &packets);

    assert_eq!((only_source(&report).missing, only_source(&report).received), (3, 47));
    assert_eq!(report.misnumbered, 0, "the gap shows in the RTP numbers too, as it should");
}

#[test]
fn a_packet_dropped_behind_its_numbering_is_missing_and_misnumbered() {
    let mut packets = voices(1, 1, 0..50, 10);
    packets.remove(20);
    for later in &mut packets[20..] {
        later.sequence -= 1;
    }

    let report = judged(Stream::Voice, &packets);

    assert_eq!((only_source(&report).missing, report.misnumbered), (1, 1));
}

#[test]
fn a_duplicated_packet_is_counted() {
    let mut packets = voices(1, 1, 0..50, 10);
    packets.insert(21, packets[20].clone());
    packets.push(packets[3].clone());

    let source = only_source(&judged(Stream::Voice, &packets));

    assert_eq!((source.duplicated, source.missing, source.late), (2, 0, 0));
}

#[test]
fn reordered_packets_are_late_and_not_lost() {
    let mut packets = voices(1, 1, 0..50, 10);
    packets.swap(20, 21);

    let source = only_source(&judged(Stream::Voice, &packets));

    assert_eq!((source.late, source.missing, source.duplicated, source.received), (1, 0, 0, 50));
}

#[test]
fn a_corrupted_packet_is_counted_and_missing() {
    let mut packets = voices(1, 1, 0..50, 10);
    packets[20].payload[60] ^= 1;

    let report = judged(Stream::Voice, &packets);

    assert_eq!((report.corrupt, only_source(&report).missing), (1, 1));
}

#[test]
fn a_packet_in_the_wrong_stream_is_misrouted() {
    let mut packets = cameras(1, 0..50, 10, 7);
    packets[20] = voices(1, 1, 0..1, 30)[0].clone();

    assert_eq!(judged(Stream::Camera, &packets).misrouted, 1);
}

#[test]
fn a_packet_of_somebody_else_shows_as_another_source() {
    let mut packets = voices(1, 1, 0..50, 10);
    packets.insert(20, voices(2, 1, 7..8, 30)[0].clone());

    let report = judged(Stream::Voice, &packets);

    assert_eq!(report.sources.keys().map(|(sender, _)| *sender).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(report.sources[&(2, 1)].received, 1);
}

#[test]
fn a_source_that_takes_over_goes_on_with_the_numbers() {
    let mut packets = cameras(1, 0..10, 10, 7);
    let mut next = cameras(2, 0..10, 20, 7 + 5 * 3_000);
    assert_eq!(judged(Stream::Camera, &[packets.clone(), next.clone()].concat()).misnumbered, 0);

    // Not from a whole picture on.
    let torn = [packets.clone(), next[1..].to_vec()].concat();
    assert_eq!(judged(Stream::Camera, &torn).misnumbered, 1);

    // Backwards in time.
    next.iter_mut().for_each(|sent| sent.timestamp = sent.timestamp.wrapping_sub(7 * 3_000));
    packets.extend(next);
    assert_eq!(judged(Stream::Camera, &packets).misnumbered, 1);
}

#[test]
fn a_picture_with_a_wrong_number_is_misnumbered() {
    let mut packets = cameras(1, 0..50, 10, 7);
    packets[21].payload[3] ^= 3;

    // There and back.
    assert_eq!(judged(Stream::Camera, &packets).misnumbered, 2);
}

#[test]
fn a_pause_parts_two_times_of_being_alive() {
    let mut check = StreamCheck::new(Stream::Voice, 960);
    let begin = Instant::now();
    for (index, sent) in voices(1, 1, 0..100, 0).iter().enumerate() {
        let pause = if index < 50 { 0 } else { 1_500 };
        let at = begin + Duration::from_millis(20 * index as u64 + pause);
        check.take(Arrived { at, sequence: sent.sequence, timestamp: sent.timestamp, payload: &sent.payload });
    }

    let alive = check.report().alive;

    assert_eq!(alive.len(), 2);
    assert_eq!(alive[1].0.duration_since(alive[0].1), Duration::from_millis(1_520));
}
