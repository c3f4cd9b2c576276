//! The machine's clock is set, forwards and back, while everything goes on: nothing comes too early or too late.

use okienko::wire::{CitizenCommand, CitizenFrame, DeskCommand, EndReason, Phase, PresenceView};
use okienko_actors::media::MediaEvent;

use crate::calling::{ended, one_of_each};
use crate::common::people::Citizen;
use crate::common::{CityHall, apart, s};
use crate::talking::{talking, view};

/// An hour and a bit, so that nothing falls on the hour.
const SET_BY_S: [i64; 2] = [3_607, -3_607];

#[test]
fn an_invitation_lasts_as_long_as_it_was_said_to() {
    for set_by_s in SET_BY_S {
        apart(async {
            let mut hall = CityHall::open().await;
            let (citizen, anna) = one_of_each(&mut hall).await;
            anna.call_next(&hall).await;

            hall.set_clock(set_by_s);
            hall.pass_with(s(57), &[&citizen], &[&anna]).await;
            let before = citizen.invited_to();
            hall.pass_with(s(6), &[&citizen], &[&anna]).await;

            assert!(before.is_some(), "{set_by_s}");
            let CitizenFrame::Missed { .. } = citizen.last() else { panic!("{set_by_s}: {:?}", citizen.last()) };
            assert_eq!(anna.state(), PresenceView::Receiving);
            citizen.say_and_settle(&hall, CitizenCommand::Return).await;
            assert_eq!(citizen.place(), Some(1));
        });
    }
}

#[test]
fn time_that_was_asked_for_is_given() {
    for set_by_s in SET_BY_S {
        apart(async {
            let mut hall = CityHall::open().await;
            let (citizen, anna) = one_of_each(&mut hall).await;
            anna.call_next(&hall).await;
            citizen.say_and_settle(&hall, CitizenCommand::MoreTime).await;
            hall.pass_with(s(62), &[&citizen], &[&anna]).await;

            hall.set_clock(set_by_s);
            hall.pass_with(s(50), &[&citizen], &[&anna]).await;
            let before = citizen.last();
            hall.pass_with(s(15), &[&citizen], &[&anna]).await;

            assert!(matches!(before, CitizenFrame::Deferred { .. }), "{set_by_s}: {before:?}");
            assert!(matches!(citizen.last(), CitizenFrame::Missed { .. }), "{set_by_s}: {:?}", citizen.last());
        });
    }
}

#[test]
fn a_place_is_kept_as_long_as_it_was_said_to_be() {
    for set_by_s in SET_BY_S {
        apart(async {
            let mut hall = CityHall::open().await;
            let anna = hall.receiving(hall.anna).await;
            let (mut first, mut second) = (hall.citizen().await, hall.citizen().await);
            first.join(&hall, hall.identity_cards).await;
            second.join(&hall, hall.identity_cards).await;
            first.close_tab(&hall).await;
            second.close_tab(&hall).await;

            hall.set_clock(set_by_s);
            hall.pass_with(s(285), &[], &[&anna]).await;
            let back = Citizen::attach(&hall, first.session, false).await;
            let place = back.place();
            hall.pass_with(s(30), &[&back], &[&anna]).await;

            assert_eq!(place, Some(1), "{set_by_s}");
            let late = Citizen::attach(&hall, second.session, false).await;
            assert_eq!(ended(&late), EndReason::Lapsed, "{set_by_s}");
        });
    }
}

#[test]
fn a_call_and_the_time_after_it_last_as_long_as_ever() {
    for set_by_s in SET_BY_S {
        apart(async {
            let mut hall = CityHall::open().await;
            let (citizen, anna, _) = talking(&mut hall).await;

            hall.set_clock(set_by_s);
            hall.pass_with(s(300), &[&citizen], &[&anna]).await;
            assert_eq!((view(&citizen).phase, anna.state()), (Phase::Live, PresenceView::InCall), "{set_by_s}");
            anna.say_and_settle(&hall, DeskCommand::HangUp).await;
            hall.pass_with(s(115), &[&citizen], &[&anna]).await;
            let before = anna.state();
            hall.pass_with(s(10), &[&citizen], &[&anna]).await;

            assert_eq!((before, anna.state()), (PresenceView::AfterCall, PresenceView::Receiving), "{set_by_s}");
        });
    }
}

#[test]
fn somebody_lost_in_a_call_is_awaited_as_long_as_was_said() {
    for set_by_s in SET_BY_S {
        apart(async {
            let mut hall = CityHall::open().await;
            let (citizen, anna, call) = talking(&mut hall).await;
            let clerk = view(&citizen).members[0].member;

            hall.house.newest().announce(MediaEvent::Failed { member: clerk });
            hall.settle().await;
            hall.set_clock(set_by_s);
            hall.pass_with(s(115), &[&citizen], &[&anna]).await;
            let before = view(&citizen).phase;
            anna.connect(&hall, call, 1).await;

            assert_eq!((before, view(&citizen).phase), (Phase::Reconnecting, Phase::Live), "{set_by_s}");
        });
    }
}

#[test]
fn who_joins_after_the_clock_was_set_back_stands_behind_those_who_were_there() {
    apart(async {
        let mut hall = CityHall::open().await;
        let anna = hall.receiving(hall.anna).await;
        let early = hall.citizen().await;
        early.join(&hall, hall.identity_cards).await;

        hall.set_clock(-7_200);
        hall.restart_process().await;
        let _anna = crate::common::people::Desk::attach(&hall, anna.clerk, true).await;
        let early = Citizen::attach(&hall, early.session, false).await;
        let late = hall.citizen().await;
        late.join(&hall, hall.identity_cards).await;

        assert_eq!((early.place(), late.place()), (Some(1), Some(2)));
    });
}
