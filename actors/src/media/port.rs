//! One arbiter's port: its tables, its timers and its rooms. Borrowed by the port's task or by a room's handler, never
//! by both, as they take turns on one thread.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::task::Waker;
use std::time::Instant;

use actix::WeakRecipient;
use bytes::BytesMut;
use okienko::failures::{Fault, Point};
use tokio::sync::Semaphore;

use super::addresses::Addresses;
use super::demux::{Kind, classify};
use super::messages::{MediaEvent, RoomOptions};
use super::panics;
use super::room_media::{Port, Received, RoomMedia};
use super::settings::MediaSettings;
use super::socket::{Datagram, Link, Sender};
use super::table::{Place, SlotId, Table};
use super::tally::{Count, Tally};
use super::timers::Timers;

/// A room's media, owned by the room and emptied by the port when a step panics: what a panic leaves half-changed is
/// dropped, never used again.
pub(super) struct RoomCell(RefCell<Option<RoomMedia>>);

struct Slot {
    room: Weak<RoomCell>,
    /// Weak, so that the port keeps no room alive.
    owner: WeakRecipient<MediaEvent>,
    inbox: Vec<Received>,
    members: usize,
}

thread_local! {
    static HERE: RefCell<Option<Rc<RefCell<MediaPort>>>> = const { RefCell::new(None) };
}

/// The port of this thread.
pub(super) fn here() -> Option<Rc<RefCell<MediaPort>>> {
    HERE.with_borrow(Clone::clone)
}

/// Makes `port` the port of this thread.
pub(super) fn settle_here(port: Rc<RefCell<MediaPort>>) {
    HERE.set(Some(port));
}

/// The port of one arbiter.
pub(super) struct MediaPort {
    link: Rc<Link>,
    out: Sender,
    timers: Timers,
    table: Table,
    next_leg: u64,
    slots: Vec<Option<Slot>>,
    /// Rooms with datagrams from the present batch.
    active: Vec<SlotId>,
    tally: Arc<Tally>,
    addresses: Addresses,
    settings: Arc<MediaSettings>,
    waker: Option<Waker>,
    builders: Arc<Semaphore>,
    /// Who waits for a sign of life of the port's loop.
    sounded: Option<Box<dyn FnOnce() + Send>>,
}

/// Connections built at once off the media thread: a storm of joins must not start a thread for each.
const BUILDERS: usize = 4;

impl MediaPort {
    pub(super) fn new(link: Link, addresses: Addresses, settings: Arc<MediaSettings>, tally: Arc<Tally>) -> Self {
        Self {
            link: Rc::new(link),
            out: Sender::default(),
            timers: Timers::new(Instant::now()),
            table: Table::default(),
            next_leg: 0,
            slots: Vec::new(),
            active: Vec::new(),
            tally,
            addresses,
            settings,
            waker: None,
            builders: Arc::new(Semaphore::new(BUILDERS)),
            sounded: None,
        }
    }

    /// The socket with its state.
    pub(super) fn link(&self) -> Rc<Link> {
        Rc::clone(&self.link)
    }

    /// The right to build a connection off this thread.
    pub(super) fn builders(&self) -> Arc<Semaphore> {
        Arc::clone(&self.builders)
    }

    /// The addresses of this port.
    pub(super) fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// How the layer is set up.
    pub(super) fn settings(&self) -> &MediaSettings {
        &self.settings
    }

    /// Whom to wake when a handler has left work for the port's task.
    pub(super) fn set_waker(&mut self, waker: &Waker) {
        if !self.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            self.waker = Some(waker.clone());
        }
    }

    /// Opens a room's media.
    pub(super) fn open(&mut self, owner: WeakRecipient<MediaEvent>, options: RoomOptions) -> (SlotId, Rc<RoomCell>) {
        let cell = Rc::new(RoomCell(RefCell::new(Some(RoomMedia::new(options)))));
        let slot = Slot { room: Rc::downgrade(&cell), owner, inbox: Vec::new(), members: 0 };
        let at = match self.slots.iter().position(Option::is_none) {
            Some(free) => free,
            None => {
                self.slots.push(None);
                self.slots.len() - 1
            }
        };
        if let Some(place) = self.slots.get_mut(at) {
            *place = Some(slot);
        }
        self.count_held();
        (SlotId(u32::try_from(at).unwrap_or(u32::MAX)), cell)
    }

    /// Ends a room's media; each browser gets a goodbye.
    pub(super) fn close(&mut self, slot: SlotId, cell: &Rc<RoomCell>) {
        if !self.is_of(slot, cell) {
            return;
        }
        self.guard(slot, RoomMedia::close);
        self.vacate(slot);
        self.send();
    }

    /// Lets a handler work on its room, sends what follows, and wakes the port's task for the rest. `None` when the
    /// media has died.
    pub(super) fn run<R>(
        &mut self,
        slot: SlotId,
        cell: &Rc<RoomCell>,
        work: impl FnOnce(&mut RoomMedia, &mut Port<'_>) -> R,
    ) -> Option<R> {
        let result = if self.is_of(slot, cell) { self.guard(slot, work) } else { None };
        self.send();
        if let Some(waker) = &self.waker {
            waker.wake_by_ref();
        }
        result
    }

    /// Whether the slot is still this room's: after the media has died it may be another's.
    fn is_of(&self, slot: SlotId, cell: &Rc<RoomCell>) -> bool {
        self.slot(slot).is_some_and(|known| known.room.as_ptr() == Rc::as_ptr(cell))
    }

    /// Finds out whose datagram this is and puts it into that room's inbox.
    pub(super) fn sort(&mut self, datagram: Datagram<'_>) {
        if self.settings.failures.at(Point::MediaPort, "") == Fault::Drop {
            return;
        }
        self.tally.add(Count::ReceivedPackets, 1);
        let (place, is_rtp, nominates, is_success) = match classify(datagram.bytes) {
            // By user name before address: after a reload the same address may belong to a new connection.
            Kind::Request { ufrag, nominates } => match self.table.by_ufrag(ufrag) {
                Some(place) => (place, false, nominates, false),
                None => return self.tally.add(Count::DroppedUnknownUfrag, 1),
            },
            Kind::Reply { is_success } => match self.table.by_check(datagram.from) {
                Some(place) => (place, false, false, is_success),
                None => return self.tally.add(Count::DroppedUnknownAddress, 1),
            },
            Kind::Media { is_rtp } => match self.table.by_address(datagram.from) {
                Some(place) => (place, is_rtp, false, false),
                None => return self.tally.add(Count::DroppedUnknownAddress, 1),
            },
            Kind::Unknown => return self.tally.add(Count::DroppedBadStun, 1),
        };
        let Some(candidate) = self.addresses.arrived_at(datagram.to, datagram.from) else {
            return self.tally.add(Count::DroppedUnknownAddress, 1);
        };
        let Place { slot, leg } = place;
        let Some(Some(room)) = self.slots.get_mut(slot.0 as usize) else { return };
        if room.inbox.is_empty() {
            self.active.push(slot);
        }
        let bytes = BytesMut::from(datagram.bytes);
        room.inbox.push(Received { leg, candidate, from: datagram.from, bytes, is_rtp, nominates, is_success });
    }

    /// Lets the rooms work through their inboxes.
    pub(super) fn work(&mut self) {
        let mut active = std::mem::take(&mut self.active);
        for slot in active.drain(..) {
            let Some(Some(room)) = self.slots.get_mut(slot.0 as usize) else { continue };
            let mut inbox = std::mem::take(&mut room.inbox);
            self.guard(slot, |media, port| media.step(&mut inbox, port));
            inbox.clear();
            if let Some(Some(room)) = self.slots.get_mut(slot.0 as usize) {
                room.inbox = inbox;
            }
        }
        self.active = active;
    }

    /// Lets the rooms do what is due.
    pub(super) fn work_timers(&mut self) {
        let now = Instant::now();
        while let Some((tick, slot, leg)) = self.timers.next_due(now) {
            self.guard(slot, |media, port| media.time_out(leg, tick, port));
        }
    }

    /// When something is due.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.timers.next_at()
    }

    /// Sends what is queued. Returns whether the system took all of it.
    pub(super) fn send(&mut self) -> bool {
        self.out.flush(&self.link);
        self.tally.add(Count::DroppedUnsent, self.out.take_unsent());
        self.out.is_empty()
    }

    /// Ends all rooms, whose owners are told, and goes on with a new socket and empty tables.
    pub(super) fn start_over(&mut self, link: Option<Link>, reason: &str) {
        for at in 0..self.slots.len() {
            self.bury(SlotId(u32::try_from(at).unwrap_or(u32::MAX)), reason);
        }
        if let Some(link) = link {
            self.link = Rc::new(link);
        }
        self.out = Sender::default();
        self.timers = Timers::new(Instant::now());
        self.table = Table::default();
        self.active.clear();
        self.count_held();
    }

    /// Says that the port died too often: whoever runs the process has to end it.
    pub(super) fn give_up(&self) {
        tracing::error!("a media port died too often and is given up");
        self.tally.set(Count::PortsGivenUp, 1);
    }

    /// Asks the port's loop for a sign of life; a second question takes the place of one that was not answered.
    pub(super) fn sound(&mut self, heard: Box<dyn FnOnce() + Send>) {
        self.sounded = Some(heard);
        if let Some(waker) = &self.waker {
            waker.wake_by_ref();
        }
    }

    /// Gives the sign of life that was asked for.
    pub(super) fn answer_sounding(&mut self) {
        if let Some(heard) = self.sounded.take() {
            heard();
        }
    }

    /// Works on a room. A panic ends that room's media and nothing else.
    fn guard<R>(&mut self, slot: SlotId, work: impl FnOnce(&mut RoomMedia, &mut Port<'_>) -> R) -> Option<R> {
        let room = self.slots.get_mut(slot.0 as usize)?.as_mut()?;
        let Some(cell) = room.room.upgrade() else {
            // The owner went without closing.
            self.vacate(slot);
            return None;
        };
        let mut port = Port {
            now: Instant::now(),
            slot,
            out: &mut self.out,
            timers: &mut self.timers,
            table: &mut self.table,
            next_leg: &mut self.next_leg,
            tally: &self.tally,
            addresses: &self.addresses,
            settings: &self.settings,
            owner: &room.owner,
        };
        let worked = catch_unwind(AssertUnwindSafe(|| {
            let mut media = cell.0.borrow_mut();
            let media = media.as_mut()?;
            let result = work(media, &mut port);
            Some((result, media.members.len()))
        }));
        match worked {
            Ok(Some((result, members))) => {
                if std::mem::replace(&mut room.members, members) != members {
                    self.count_held();
                }
                Some(result)
            }
            Ok(None) => None,
            Err(panicked) => {
                self.tally.add(Count::Panics, 1);
                self.bury(slot, panics::told(&*panicked));
                None
            }
        }
    }

    /// Drops a room's media and tells its owner.
    fn bury(&mut self, slot: SlotId, reason: &str) {
        let Some(room) = self.slots.get_mut(slot.0 as usize).and_then(Option::take) else { return };
        if let Some(cell) = room.room.upgrade() {
            // What is half-changed may panic again while it is dropped.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(cell.0.borrow_mut().take())));
        }
        self.table.forget_slot(slot);
        self.count_held();
        if let Some(owner) = room.owner.upgrade() {
            owner.do_send(MediaEvent::Died { reason: reason.to_owned() });
        }
    }

    fn vacate(&mut self, slot: SlotId) {
        if let Some(place) = self.slots.get_mut(slot.0 as usize) {
            *place = None;
        }
        self.table.forget_slot(slot);
        self.count_held();
    }

    /// Refreshes the counts of what is held.
    pub(super) fn count_held(&self) {
        let rooms = self.slots.iter().flatten();
        self.tally.set(Count::Rooms, rooms.clone().count());
        self.tally.set(Count::Members, rooms.map(|room| room.members).sum());
        self.tally.set(Count::Addresses, self.table.addresses());
        self.tally.set(Count::Ufrags, self.table.ufrags());
    }

    fn slot(&self, slot: SlotId) -> Option<&Slot> {
        self.slots.get(slot.0 as usize)?.as_ref()
    }
}
