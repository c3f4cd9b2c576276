//! Calls with their members, and presences.

use jiff::SignedDuration;
use okienko::domain::call::{Call, Member};
use okienko::domain::event::SubjectKind;
use okienko::domain::presence::{Presence, PresenceState};
use okienko::ids::{CallId, MemberId, TicketId};
use okienko::store::{StoreError, calls, events, presences};
use okienko::wire::{EndReason, Role, WishedState};

use crate::support::{City, Still, open};

#[test]
fn a_call_is_read_with_its_members_as_they_came() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let ticket = city.join(&store, &still, "A 001");
    let (call, mut members) = city.call(&store, &still, &ticket, city.clerk.id);
    let now = still.advance(SignedDuration::from_secs(10));
    let interpreter = Member {
        id: MemberId::new(&still.world),
        call: call.id,
        role: Role::Interpreter,
        session: None,
        clerk: None,
        joined_at: now,
        left_at: None,
    };
    let (scope, admitted, id) = (city.scope, interpreter.clone(), call.id);

    store
        .write_now(move |db| {
            calls::admit(db, scope, &admitted)?;
            calls::leave(db, scope, admitted.id, now)
        })
        .unwrap();

    members.push(Member { left_at: Some(now), ..interpreter });
    let stored = store.read_now(move |db| calls::get(db, scope, id)).unwrap();
    assert_eq!(stored.call, call);
    assert_eq!(stored.members, members);
}

#[test]
fn a_member_leaves_once() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let ticket = city.join(&store, &still, "A 001");
    let (_, members) = city.call(&store, &still, &ticket, city.clerk.id);
    let (scope, id, now) = (city.scope, members[0].id, still.now());

    store.write_now(move |db| calls::leave(db, scope, id, now)).unwrap();

    assert_eq!(store.write_now(move |db| calls::leave(db, scope, id, now)), Err(StoreError::NotFound));
}

#[test]
fn neither_ticket_nor_clerk_is_in_two_calls() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let marek = city.another_clerk(&store, &still, "marek@wroclaw.example");
    let ticket = city.join(&store, &still, "A 001");
    let session = city.another_session(&store, &still);
    let joined = city.newcomer_of(&still, "A 002", session.id);
    let (scope, made) = (city.scope, joined.clone());
    store.write_now(move |db| okienko::store::tickets::insert(db, scope, &made, crate::support::DAY)).unwrap();
    let (call, _) = city.call(&store, &still, &ticket, city.clerk.id);

    for (ticket, clerk) in [(&ticket, marek.id), (&joined.ticket, city.clerk.id)] {
        let (call, members) = city.call_planned(&still, ticket, clerk);
        let event = city.call_event(&call, "", "calling");
        let refused = store.write_now(move |db| calls::open(db, scope, &call, &members, &event)).unwrap_err();
        assert!(matches!(refused, StoreError::Conflict(_)), "{refused:?}");
    }

    let (id, now, event) = (call.id, still.now(), city.call_event(&call, "live", "ended"));
    store.write_now(move |db| calls::end(db, scope, id, now, EndReason::ClerkHungUp, &event)).unwrap();
    city.call(&store, &still, &ticket, marek.id);
    city.call(&store, &still, &joined.ticket, city.clerk.id);
}

#[test]
fn a_call_is_live_from_the_first_time_on() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let ticket = city.join(&store, &still, "A 001");
    let (call, _) = city.call(&store, &still, &ticket, city.clerk.id);
    let (scope, id) = (city.scope, call.id);
    let first = still.advance(SignedDuration::from_secs(2));
    for seconds in [0, 5] {
        let at = still.advance(SignedDuration::from_secs(seconds));
        let event = city.call_event(&call, "connecting", "live");
        store.write_now(move |db| calls::mark_live(db, scope, id, at, &event)).unwrap();
    }

    let stored = store.read_now(move |db| calls::get(db, scope, id)).unwrap();
    let log = store.read_now(move |db| events::of_subject(db, scope, SubjectKind::Call, &id.to_text())).unwrap();
    assert_eq!(stored.call.live_at, Some(first));
    assert_eq!(log.len(), 2, "one row for its beginning, one for live");
}

#[test]
fn a_call_ends_once_and_everybody_leaves_with_it() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let ticket = city.join(&store, &still, "A 001");
    let (call, members) = city.call(&store, &still, &ticket, city.clerk.id);
    let (scope, id) = (city.scope, call.id);
    let running = store.read_now(move |db| calls::running(db, scope)).unwrap();
    assert_eq!(running.iter().map(|found| &found.call).collect::<Vec<_>>(), [&call]);
    assert_eq!(running[0].members, members);

    let at = still.advance(SignedDuration::from_secs(30));
    let end = |reason| {
        let event = city.call_event(&call, "live", "ended");
        store.write_now(move |db| calls::end(db, scope, id, at, reason, &event))
    };
    end(EndReason::CitizenHungUp).unwrap();

    assert!(matches!(end(EndReason::ClerkHungUp), Err(StoreError::Conflict(_))));
    let stored = store.read_now(move |db| calls::get(db, scope, id)).unwrap();
    assert_eq!(stored.call, Call { ended: Some((at, EndReason::CitizenHungUp)), ..call.clone() });
    assert!(stored.members.iter().all(|member| member.left_at == Some(at)));
    assert_eq!(store.read_now(move |db| calls::running(db, scope)).unwrap(), []);
    let event = city.call_event(&call, "connecting", "live");
    assert_eq!(store.write_now(move |db| calls::mark_live(db, scope, id, at, &event)), Err(StoreError::NotFound));
}

#[test]
fn a_call_that_is_not_there_does_not_end() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let ticket = city.join(&store, &still, "A 001");
    let (call, _) = city.call_planned(&still, &ticket, city.clerk.id);
    let (at, event) = (still.now(), city.call_event(&call, "", "ended"));

    let refused = store.write_now(move |db| calls::end(db, city.scope, call.id, at, EndReason::Failed, &event));

    assert_eq!(refused, Err(StoreError::NotFound));
}

#[test]
fn a_presence_is_one_row_in_each_state() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, id) = (city.scope, city.clerk.id);
    let (ticket, call) = (TicketId::new(&still.world), CallId::new(&still.world));
    assert_eq!(store.read_now(move |db| presences::of_clerk(db, scope, id)).unwrap(), None);

    for state in [
        PresenceState::Receiving,
        PresenceState::Calling { ticket, call, until: still.now() },
        PresenceState::InCall { ticket, call },
        PresenceState::AfterCall { ticket, call, until: still.now() },
        PresenceState::Break,
        PresenceState::Off,
    ] {
        let lost_since = matches!(state, PresenceState::InCall { .. }).then(|| still.now());
        let presence = Presence { state, lost_since, wished: WishedState::Break, ..city.receiving(&still) };
        city.put_presence(&store, &presence);

        assert_eq!(store.read_now(move |db| presences::of_clerk(db, scope, id)).unwrap(), Some(presence.clone()));
        assert_eq!(store.read_now(move |db| presences::of_office(db, scope)).unwrap(), [presence]);
    }
}

#[test]
fn a_presence_is_put_with_its_event_or_not_at_all() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let other = City::found(&store, &still, "krakow");
    let (scope, id, presence) = (city.scope, city.clerk.id, city.receiving(&still));
    let mut event = other.newcomer(&still, "A 001").event;
    event.kind = SubjectKind::Presence;

    let refused = store.write_now(move |db| presences::put(db, scope, &presence, Some(&event)));

    assert_eq!(refused, Err(StoreError::WrongOffice));
    assert_eq!(store.read_now(move |db| presences::of_clerk(db, scope, id)).unwrap(), None);
}
