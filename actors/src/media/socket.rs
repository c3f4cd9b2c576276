//! One UDP socket: receives in batches, sends in batches, keeps a bounded queue while the system takes no more.

use std::collections::VecDeque;
use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use bytes::BytesMut;
use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSockRef, UdpSocketState};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::Interest;
use tokio::net::UdpSocket;

/// Kernel buffers: a burst of keyframes in all rooms must fit. The system may grant less.
const KERNEL_BUFFER_BYTES: usize = 8 * 1024 * 1024;
/// Room for one run of datagrams that the kernel has joined (`UDP_GRO`).
const RECEIVE_BUFFER_BYTES: usize = 64 * 1024;
/// Most bytes of one run that is sent joined (`UDP_SEGMENT`).
const RUN_BYTES: usize = 60 * 1024;
/// Datagrams kept while the system takes no more; from half of it on, pictures are dropped before they are queued.
const QUEUE_LIMIT: usize = 2048;

/// Opens a port on all addresses: IPv6 and IPv4 on one socket, or IPv4 alone where IPv6 is missing.
/// Tells whether IPv6 is there.
pub(super) fn bind(port: u16) -> io::Result<(std::net::UdpSocket, bool)> {
    let dual = || -> io::Result<Socket> {
        let socket = Socket::new(Domain::IPV6, Type::DGRAM, Some(Protocol::UDP))?;
        socket.set_only_v6(false)?;
        socket.bind(&SocketAddr::from((Ipv6Addr::UNSPECIFIED, port)).into())?;
        Ok(socket)
    };
    let (socket, ipv6) = match dual() {
        Ok(socket) => (socket, true),
        // A port that is taken is taken for IPv4 too: the second attempt reports it.
        Err(_) => {
            let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
            socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)).into())?;
            (socket, false)
        }
    };
    // Larger buffers are a wish: a system that grants less still works.
    let _ = socket.set_recv_buffer_size(KERNEL_BUFFER_BYTES);
    let _ = socket.set_send_buffer_size(KERNEL_BUFFER_BYTES);
    socket.set_nonblocking(true)?;
    Ok((socket.into(), ipv6))
}

/// A received datagram.
#[derive(Debug)]
pub(super) struct Datagram<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) from: SocketAddr,
    /// The address it was sent to, where the system tells.
    pub(super) to: Option<IpAddr>,
}

/// The receiving half.
pub(super) struct Receiver {
    buffers: Vec<Vec<u8>>,
    metas: [RecvMeta; BATCH_SIZE],
}

impl Receiver {
    pub(super) fn new() -> Self {
        Self { buffers: vec![vec![0; RECEIVE_BUFFER_BYTES]; BATCH_SIZE], metas: [RecvMeta::default(); BATCH_SIZE] }
    }

    /// Receives one batch and hands each datagram to `take`. Returns whether the batch was full.
    ///
    /// # Errors
    /// `WouldBlock` when nothing is there; what else the system says.
    pub(super) fn receive(&mut self, link: &Link, mut take: impl FnMut(Datagram<'_>)) -> io::Result<bool> {
        let runs = link.socket.try_io(Interest::READABLE, || {
            let mut slices: Vec<IoSliceMut<'_>> =
                self.buffers.iter_mut().map(|buffer| IoSliceMut::new(buffer)).collect();
            link.state.recv(UdpSockRef::from(&link.socket), &mut slices, &mut self.metas)
        })?;
        for (buffer, meta) in self.buffers.iter().zip(&self.metas).take(runs) {
            let from = SocketAddr::new(meta.addr.ip().to_canonical(), meta.addr.port());
            let to = meta.dst_ip.map(|ip| ip.to_canonical());
            let whole = buffer.get(..meta.len).unwrap_or_default();
            for bytes in whole.chunks(meta.stride.max(1)) {
                take(Datagram { bytes, from, to });
            }
        }
        Ok(runs == BATCH_SIZE)
    }
}

/// The socket itself, with what `quinn-udp` knows about it.
pub(super) struct Link {
    socket: UdpSocket,
    state: UdpSocketState,
    ipv6: bool,
}

impl Link {
    /// Takes over a bound socket; must be called on the thread that will poll it.
    pub(super) fn new(socket: std::net::UdpSocket, ipv6: bool) -> io::Result<Self> {
        let socket = UdpSocket::from_std(socket)?;
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        Ok(Self { socket, state, ipv6 })
    }

    /// The socket, to wait for.
    pub(super) fn socket(&self) -> &UdpSocket {
        &self.socket
    }
}

/// A datagram on its way out.
#[derive(Debug)]
struct Outgoing {
    to: SocketAddr,
    from: Option<IpAddr>,
    bytes: BytesMut,
}

/// The sending half: what one turn of the loop wants sent.
#[derive(Debug, Default)]
pub(super) struct Sender {
    queue: VecDeque<Outgoing>,
    run: Vec<u8>,
    unsent: u64,
}

impl Sender {
    /// Queues a datagram; one that finds the queue full is dropped and counted.
    pub(super) fn push(&mut self, to: SocketAddr, from: Option<IpAddr>, bytes: BytesMut) {
        if self.queue.len() >= QUEUE_LIMIT {
            self.unsent += 1;
            return;
        }
        self.queue.push_back(Outgoing { to, from, bytes });
    }

    /// Whether pictures should be dropped for now.
    pub(super) fn is_congested(&self) -> bool {
        self.queue.len() > QUEUE_LIMIT / 2
    }

    /// Whether something waits for the system to take it.
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Datagrams that were not sent since the last call.
    pub(super) fn take_unsent(&mut self) -> u64 {
        std::mem::take(&mut self.unsent)
    }

    /// Sends until the queue is empty or the system takes no more. Neighbours of equal length to one receiver, such as
    /// a picture's packets, leave in one call.
    pub(super) fn flush(&mut self, link: &Link) {
        while !self.queue.is_empty() {
            let run = self.run_length(link.state.max_gso_segments());
            match self.send_run(link, run) {
                Ok(()) => {
                    self.queue.drain(..run);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // An unreachable address is its connection's affair: its checks will fail.
                Err(_) => {
                    self.unsent += run as u64;
                    self.queue.drain(..run);
                }
            }
        }
    }

    fn run_length(&self, most: usize) -> usize {
        let Some(first) = self.queue.front() else { return 0 };
        let (mut count, mut bytes) = (0, 0);
        for next in self.queue.iter().take(most.max(1)) {
            let fits = next.to == first.to && next.from == first.from && next.bytes.len() <= first.bytes.len();
            if !fits || (count > 0 && bytes + next.bytes.len() > RUN_BYTES) {
                break;
            }
            count += 1;
            bytes += next.bytes.len();
            // Only the last of a run may be shorter.
            if next.bytes.len() < first.bytes.len() {
                break;
            }
        }
        count
    }

    fn send_run(&mut self, link: &Link, run: usize) -> io::Result<()> {
        let Some(first) = self.queue.front() else { return Ok(()) };
        let segment_size = (run > 1).then_some(first.bytes.len());
        if run > 1 {
            self.run.clear();
            for next in self.queue.iter().take(run) {
                self.run.extend_from_slice(&next.bytes);
            }
        }
        let transmit = Transmit {
            destination: on_socket(first.to, link.ipv6),
            ecn: None,
            contents: if run > 1 { &self.run } else { &first.bytes },
            segment_size,
            src_ip: first.from,
        };
        link.socket.try_io(Interest::WRITABLE, || link.state.try_send(UdpSockRef::from(&link.socket), &transmit))
    }
}

/// A socket for both families writes IPv4 addresses in their IPv6 form (RFC 4291 §2.5.5.2).
fn on_socket(to: SocketAddr, ipv6: bool) -> SocketAddr {
    match to.ip() {
        IpAddr::V4(ip) if ipv6 => SocketAddr::new(ip.to_ipv6_mapped().into(), to.port()),
        _ => to,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(lengths: &[(u16, usize)]) -> Sender {
        let mut sender = Sender::default();
        for (port, length) in lengths {
            sender.push(SocketAddr::from(([127, 0, 0, 1], *port)), None, BytesMut::zeroed(*length));
        }
        sender
    }

    #[test]
    fn only_neighbours_of_equal_length_to_one_receiver_leave_together() {
        assert_eq!(sender(&[(1, 100), (1, 100), (1, 100), (2, 100)]).run_length(64), 3);
        assert_eq!(sender(&[(1, 100), (1, 60), (1, 60)]).run_length(64), 2);
        assert_eq!(sender(&[(1, 60), (1, 100)]).run_length(64), 1);
        assert_eq!(sender(&[(1, 100), (1, 100), (1, 100)]).run_length(2), 2);
        assert_eq!(sender(&[(1, 100), (1, 100)]).run_length(0), 1);
    }

    #[test]
    fn a_full_queue_drops_and_counts() {
        let mut sender = sender(&[]);

        for _ in 0..QUEUE_LIMIT + 5 {
            sender.push(SocketAddr::from(([127, 0, 0, 1], 1)), None, BytesMut::new());
        }

        assert!(sender.is_congested());
        assert_eq!(sender.take_unsent(), 5);
    }
}
