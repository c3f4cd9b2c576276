//! What a member of a call lets the others hear and see, and what a clerk may stop of it: never more than stop.

use crate::wire::{Device, Role};

/// Whether somebody may turn off another member's devices. Nobody may turn them on but their owner (product.md II.8).
#[must_use]
pub const fn may_turn_off(who: Role, whose: Role) -> bool {
    matches!(who, Role::Clerk | Role::Supervisor) && matches!(whose, Role::Citizen | Role::Companion)
}

/// The devices of one member. What was turned off for them counts as off whatever their browser says, until they turn
/// it on themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Devices {
    microphone: Switch,
    camera: Switch,
    screen: Switch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Switch {
    /// As the member's browser says, or as their media show.
    reported: bool,
    turned_off: bool,
}

impl Devices {
    /// Whether the others may hear or see it now.
    #[must_use]
    pub const fn is_on(&self, device: Device) -> bool {
        let Switch { reported, turned_off } = self.switch(device);
        reported && !turned_off
    }

    /// The member's browser says whether it is on, or their media show it. Returns whether that changed what is seen.
    pub fn report(&mut self, device: Device, on: bool) -> bool {
        let before = self.is_on(device);
        self.switch_mut(device).reported = on;
        self.is_on(device) != before
    }

    /// A clerk turns it off. Returns whether it was on: what is off already needs no turning off, and is not held.
    pub fn turn_off(&mut self, device: Device) -> bool {
        let was_on = self.is_on(device);
        self.switch_mut(device).turned_off |= was_on;
        was_on
    }

    /// Its owner turns it on again: from now on their browser's word counts. Returns whether a clerk had turned it off.
    pub fn turn_on(&mut self, device: Device) -> bool {
        std::mem::take(&mut self.switch_mut(device).turned_off)
    }

    /// What a clerk turned off and its owner has not turned on since.
    #[must_use]
    pub fn turned_off(&self) -> Vec<Device> {
        Device::ALL.into_iter().filter(|device| self.switch(*device).turned_off).collect()
    }

    const fn switch(&self, device: Device) -> Switch {
        match device {
            Device::Microphone => self.microphone,
            Device::Camera => self.camera,
            Device::Screen => self.screen,
        }
    }

    const fn switch_mut(&mut self, device: Device) -> &mut Switch {
        match device {
            Device::Microphone => &mut self.microphone,
            Device::Camera => &mut self.camera,
            Device::Screen => &mut self.screen,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ROLES: [Role; 5] = [Role::Citizen, Role::Clerk, Role::Interpreter, Role::Companion, Role::Supervisor];

    #[test]
    fn only_the_office_turns_off_and_only_those_who_came_to_it() {
        let pairs = ROLES.iter().flat_map(|who| ROLES.iter().map(move |whose| (*who, *whose)));

        let allowed: Vec<_> = pairs.filter(|(who, whose)| may_turn_off(*who, *whose)).collect();

        assert_eq!(
            allowed,
            [
                (Role::Clerk, Role::Citizen),
                (Role::Clerk, Role::Companion),
                (Role::Supervisor, Role::Citizen),
                (Role::Supervisor, Role::Companion),
            ]
        );
    }

    #[test]
    fn what_was_turned_off_stays_off_until_its_owner_turns_it_on() {
        let mut devices = Devices::default();
        devices.report(Device::Microphone, true);

        assert!(devices.turn_off(Device::Microphone));
        // A browser that has not heard of it yet, and one that was loaded anew.
        devices.report(Device::Microphone, true);
        devices.report(Device::Microphone, false);
        devices.report(Device::Microphone, true);
        assert!(!devices.is_on(Device::Microphone));
        assert_eq!(devices.turned_off(), [Device::Microphone]);

        assert!(devices.turn_on(Device::Microphone));
        assert!(devices.is_on(Device::Microphone));
        assert_eq!(devices.turned_off(), []);
    }

    #[test]
    fn what_is_off_already_is_not_held() {
        let mut devices = Devices::default();

        assert!(!devices.turn_off(Device::Camera));
        devices.report(Device::Camera, true);

        assert!(devices.is_on(Device::Camera));
    }

    #[derive(Debug, Clone, Copy)]
    enum Act {
        Report(Device, bool),
        TurnOff(Device),
        TurnOn(Device),
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let device = || prop::sample::select(Device::ALL.to_vec());
        let act = prop_oneof![
            (device(), any::<bool>()).prop_map(|(device, on)| Act::Report(device, on)),
            device().prop_map(Act::TurnOff),
            device().prop_map(Act::TurnOn),
        ];
        prop::collection::vec(act, 0..40)
    }

    proptest! {
        /// Nothing that a clerk does makes anything be heard or seen.
        #[test]
        fn a_clerk_starts_nothing(history in acts(), device in prop::sample::select(Device::ALL.to_vec())) {
            let mut devices = Devices::default();
            for act in history {
                match act {
                    Act::Report(device, on) => drop(devices.report(device, on)),
                    Act::TurnOff(device) => drop(devices.turn_off(device)),
                    Act::TurnOn(device) => drop(devices.turn_on(device)),
                }
            }
            let before = Device::ALL.map(|each| devices.is_on(each));

            devices.turn_off(device);

            for (each, was_on) in Device::ALL.into_iter().zip(before) {
                prop_assert_eq!(devices.is_on(each), was_on && each != device);
            }
        }
    }
}
