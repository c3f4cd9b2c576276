//! What members let the others hear and see: what their browsers say of it, and what a clerk stops.

use actix::prelude::*;
use okienko::domain::call::{Devices, may_turn_off};
use okienko::failures::Point;
use okienko::ids::MemberId;
use okienko::wire::Device;

use super::Room;
use super::messages::{SetMedia, TurnOff, TurnOn};
use crate::error::ProblemCode;
use crate::media::TrackKind;

impl Handler<SetMedia> for Room {
    type Result = ();

    fn handle(&mut self, set: SetMedia, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::RoomHandler, self.spec.call, ctx);
        let SetMedia { member, key, microphone, camera } = set;
        let Some(mut devices) = self.devices_of(member) else {
            return self.refuse(member, key, ProblemCode::NotInCall);
        };
        devices.report(Device::Microphone, microphone);
        devices.report(Device::Camera, camera);
        self.keep(member, devices);
        self.done(member, key);
    }
}

impl Handler<TurnOff> for Room {
    type Result = ();

    fn handle(&mut self, turn: TurnOff, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::RoomHandler, self.spec.call, ctx);
        let TurnOff { member, key, whose, device } = turn;
        let roles = self.role_of(member).zip(self.role_of(whose));
        let (Some((role, other)), Some(mut devices)) = (roles, self.devices_of(whose)) else {
            return self.refuse(member, key, ProblemCode::NotInCall);
        };
        if !may_turn_off(role, other) {
            return self.refuse(member, key, ProblemCode::WrongState);
        }
        if devices.turn_off(device) {
            tracing::info!(call.id = %self.spec.call, ?device, "a clerk turned a device off");
            self.set_flow(whose, device, false);
            self.keep(whose, devices);
        }
        self.done(member, key);
    }
}

impl Handler<TurnOn> for Room {
    type Result = ();

    fn handle(&mut self, TurnOn { member, key, device }: TurnOn, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::RoomHandler, self.spec.call, ctx);
        let Some(mut devices) = self.devices_of(member) else {
            return self.refuse(member, key, ProblemCode::NotInCall);
        };
        if devices.turn_on(device) {
            self.set_flow(member, device, true);
            self.keep(member, devices);
        }
        self.done(member, key);
    }
}

impl Room {
    /// A connection has sections anew: what was turned off for its owner passes through none of them either.
    pub(super) fn hold_back(&self, member: MemberId) {
        for device in self.devices_of(member).unwrap_or_default().turned_off() {
            self.set_flow(member, device, false);
        }
    }

    fn devices_of(&self, member: MemberId) -> Option<Devices> {
        self.present(member).map(|present| present.listed.devices)
    }

    fn keep(&mut self, member: MemberId, devices: Devices) {
        if let Some(present) = self.present_mut(member) {
            present.listed.devices = devices;
        }
        self.ledger().set_devices(member, devices);
        self.tell_changed();
    }

    fn set_flow(&self, member: MemberId, device: Device, on: bool) {
        let kind = match device {
            Device::Microphone => TrackKind::Audio,
            Device::Camera => TrackKind::Camera,
            Device::Screen => TrackKind::Screen,
        };
        if let Some(seat) = &self.seat {
            seat.set_flow(member, kind, on);
        }
    }
}
