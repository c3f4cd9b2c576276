//! What holds for every line.

use proptest::prelude::*;

use super::*;
use crate::domain::event::Actor;

/// One ticket of a random line: matter, when it joined, the visit's start, whether at the head, state.
type Seed = (usize, i64, Option<i64>, bool, u8);

fn seeds() -> impl Strategy<Value = Vec<Seed>> {
    let visit = prop::option::of(0_i64..4_000);
    prop::collection::vec((0_usize..3, 0_i64..4_000, visit, prop::bool::weighted(0.2), 0_u8..6), 0..40)
}

fn grown(o: &Office, seeds: &[Seed]) -> Vec<Ticket> {
    let timings = Timings::default();
    let grow = |(matter, joined, start, head, state): &Seed| {
        let mut ticket = o.visit(*matter, *joined, *start);
        ticket.head_since = head.then(|| at(*joined));
        match state {
            0 => ticket.call(o.clerks[0], CallId::new(&o.world), at(4_000), &timings).unwrap().ticket,
            1 => ticket.went_away(at(4_000)).unwrap().ticket,
            _ => ticket,
        }
    };
    seeds.iter().map(grow).collect()
}

fn skill_sets() -> impl Strategy<Value = Vec<Vec<usize>>> {
    prop::collection::vec(prop::sample::subsequence(vec![0, 1, 2], 0..=3), 0..5)
}

/// The place by its definition: for each ticket, everybody ahead against every clerk.
fn naive_place(order: &[&Ticket], index: usize, duty: &[OnDuty<'_>]) -> u32 {
    let me = order[index];
    let able: Vec<_> = duty.iter().filter(|one| may_serve(one.skills, &me.wish)).collect();
    let is_ahead = |other: &&&Ticket| {
        let shared = able.iter().any(|one| may_serve(one.skills, &other.wish));
        other.is_waiting() && if able.is_empty() { other.wish.matter == me.wish.matter } else { shared }
    };
    u32::try_from(order[..index].iter().filter(is_ahead).count()).unwrap() + 1
}

proptest! {
    #[test]
    fn nobody_is_lost_and_the_order_does_not_depend_on_who_came_in_first(seeds in seeds(), now in 0_i64..6_000, turn: bool) {
        let o = office();
        let tickets = grown(&o, &seeds);
        let mut line = line_of(&tickets.iter().collect::<Vec<_>>());
        let mut reversed = line_of(&tickets.iter().rev().collect::<Vec<_>>());
        if turn {
            line.set_last_taken(Kind::Visit);
            reversed.set_last_taken(Kind::Visit);
        }

        let found = order(&line, now);

        prop_assert_eq!(&found, &order(&reversed, now));
        let mut sorted = found.clone();
        sorted.sort();
        let mut expected: Vec<TicketId> = tickets.iter().map(|ticket| ticket.id).collect();
        expected.sort();
        prop_assert_eq!(sorted, expected);
        // Walk-ins never overtake walk-ins, nor visits visits.
        for kind in [Kind::Visit, Kind::WalkIn] {
            let of_kind = found.iter().filter(|id| line.kind_of(**id, at(now)) == Some(kind));
            let times: Vec<_> = of_kind.map(|id| {
                let ticket = line.get(*id).unwrap();
                if kind == Kind::Visit { ticket.visit_at.unwrap() } else { ticket.joined_at }
            }).collect();
            prop_assert!(times.is_sorted());
        }
    }

    #[test]
    fn places_in_one_pass_are_those_of_the_definition(
        seeds in seeds(), skills in skill_sets(), free in prop::array::uniform5(any::<bool>()), now in 4_000_i64..6_000,
    ) {
        let o = office();
        let tickets = grown(&o, &seeds);
        let line = line_of(&tickets.iter().collect::<Vec<_>>());
        let skills: Vec<Skills> = skills.iter().map(|matters| o.skills(matters)).collect();
        let duty: Vec<OnDuty<'_>> =
            skills.iter().zip(free).map(|(skills, is_free)| OnDuty { skills, is_free }).collect();

        let placed = line.places(at(now), &duty);

        let ordered = line.ordered(at(now));
        let expected: Vec<(TicketId, u32)> = (0..ordered.len())
            .filter(|index| ordered[*index].is_waiting())
            .map(|index| (ordered[index].id, naive_place(&ordered, index, &duty)))
            .collect();
        prop_assert_eq!(placed.iter().map(|one| (one.ticket, one.place)).collect::<Vec<_>>(), expected);
        for one in placed {
            prop_assert_eq!(one.place, one.ahead + 1);
            prop_assert_eq!(one.wait.is_some(), one.receiving > 0);
            let wish = &line.get(one.ticket).unwrap().wish;
            let free = duty.iter().filter(|one| one.is_free && may_serve(one.skills, wish)).count();
            // Nobody waits for a clerk who is free for them, and everybody else for a minute at least.
            let has_free = one.ahead < u32::try_from(free).unwrap();
            prop_assert!(one.wait.is_none_or(|wait| (wait == WaitRange::NONE) == has_free));
            prop_assert!(one.wait.is_none_or(|wait| has_free || 1 <= wait.from_min && wait.from_min <= wait.to_min));
        }
    }

    #[test]
    fn a_clerk_who_becomes_free_makes_nobody_wait_longer(
        seeds in seeds(), skills in skill_sets(), who in any::<prop::sample::Index>(), now in 4_000_i64..6_000,
    ) {
        let o = office();
        let tickets = grown(&o, &seeds);
        let line = line_of(&tickets.iter().collect::<Vec<_>>());
        let skills: Vec<Skills> = skills.iter().map(|matters| o.skills(matters)).collect();
        prop_assume!(!skills.is_empty());
        let before = busy(&skills);
        let mut after = before.clone();
        after[who.index(skills.len())].is_free = true;

        let (before, after) = (line.places(at(now), &before), line.places(at(now), &after));

        for (before, after) in before.iter().zip(&after) {
            prop_assert_eq!(before.place, after.place);
            let of = |placed: &Placed| placed.wait.map(|wait| (wait.from_min, wait.to_min));
            prop_assert!(of(after) <= of(before), "{:?} after {:?}", after, before);
        }
    }

    #[test]
    fn who_joins_an_empty_line_while_a_clerk_is_free_does_not_wait(skills in skill_sets(), matter in 0_usize..3) {
        let o = office();
        let skills: Vec<Skills> = skills.iter().map(|matters| o.skills(matters)).collect();
        let duty: Vec<OnDuty<'_>> = skills.iter().map(|skills| OnDuty { skills, is_free: true }).collect();

        let outlook = WaitingLine::new().outlook(&duty, &o.wish(matter));

        prop_assert_eq!(outlook.wait, (outlook.receiving > 0).then_some(WaitRange::NONE));
    }

    #[test]
    fn whoever_is_moved_back_is_told_of_whom_they_see_ahead_now(
        mut seeds in seeds(), from in 1_000_i64..4_000, called in any::<prop::sample::Index>(), calls: bool,
    ) {
        // One clerk for all, so that places are ranks; the line moves by the next thing that time does, or by a call
        // out of turn. As in an office, ids are in the order of joining, and nobody checks in over 15 minutes early.
        seeds.sort_by_key(|(_, joined, ..)| *joined);
        for (_, joined, start, ..) in &mut seeds {
            *start = start.map(|start| start.min(*joined + 900));
        }
        let o = office();
        let mut tickets = grown(&o, &seeds);
        tickets.retain(|ticket| ticket.is_waiting() && ticket.joined_at <= at(from));
        let mut line = line_of(&tickets.iter().collect::<Vec<_>>());
        let skills = [o.skills(&[0, 1, 2])];
        let before = line.places(at(from), &busy(&skills));
        let due = tickets.iter().filter_map(|ticket| WaitingLine::rank_changes_at(ticket, at(from))).min();
        let now = if calls { at(from) } else { due.unwrap_or(at(from)) };
        let mut changes = Changes::default();
        if calls && !tickets.is_empty() {
            let id = tickets[called.index(tickets.len())].id;
            if let Some(kind) = line.kind_of(id, now) {
                line.set_last_taken(kind);
            }
            line.put(line.get(id).unwrap().call(o.clerks[0], CallId::new(&o.world), now, &Timings::default()).unwrap().ticket);
            changes.called = true;
        }
        for ticket in &tickets {
            if WaitingLine::rank_changes_at(ticket, at(from)).is_some_and(|due| due == now) {
                changes = changes.and(line.changes_by_time(ticket.id, now));
            }
        }
        prop_assume!(!(changes.due && changes.turns));

        let after = line.places(now, &busy(&skills));

        for (index, placed) in after.iter().enumerate() {
            let Some(old) = before.iter().find(|one| one.ticket == placed.ticket) else { continue };
            let kind = line.kind_of(placed.ticket, now);
            let Some(reason) = why_moved(old.place, placed.place, kind, changes) else {
                prop_assert!(placed.place <= old.place, "{:?} was moved back and told nothing", kind);
                continue;
            };
            let were_ahead: Vec<TicketId> = before.iter().take_while(|one| one.ticket != placed.ticket).map(|one| one.ticket).collect();
            let mut new_ahead = after[..index].iter().filter(|one| !were_ahead.contains(&one.ticket));
            let mut has_new = |wanted| new_ahead.any(|one| line.kind_of(one.ticket, now) == Some(wanted));
            match reason {
                MoveReason::VisitAhead => prop_assert!(has_new(Kind::Visit), "no visit is newly ahead"),
                MoveReason::LongWaitAhead => prop_assert!(has_new(Kind::WalkIn), "no walk-in is newly ahead"),
                MoveReason::LongWaitTurn => prop_assert!(kind == Some(Kind::WalkIn)),
                reason => prop_assert_eq!(reason, MoveReason::Called),
            }
        }
    }

    #[test]
    fn place_one_is_whom_a_clerk_of_one_matter_gets_next(seeds in seeds(), now in 4_000_i64..6_000) {
        let o = office();
        let mut tickets = grown(&o, &seeds);
        for ticket in &mut tickets {
            ticket.away_since = None;
        }
        let line = line_of(&tickets.iter().collect::<Vec<_>>());
        let skills: Vec<Skills> = (0..3).map(|matter| o.skills(&[matter])).collect();

        let firsts: Vec<TicketId> = line.places(at(now), &busy(&skills)).iter().filter(|one| one.place == 1).map(|one| one.ticket).collect();

        let mut next: Vec<TicketId> = skills.iter().filter_map(|skills| line.next_for(at(now), skills)).collect();
        next.sort();
        let mut sorted = firsts;
        sorted.sort();
        prop_assert_eq!(sorted, next);
    }

    #[test]
    fn taking_the_next_again_and_again_overtakes_nobody_and_ends(seeds in seeds()) {
        let o = office();
        let tickets = grown(&o, &seeds);
        let mut line = line_of(&tickets.iter().collect::<Vec<_>>());
        let skills = [o.skills(&[0, 1, 2])];
        let mut taken = 0;
        while let Some(id) = line.next_for(at(4_000), &skills[0]) {
            let placed = line.places(at(4_000), &busy(&skills));
            let first_there = placed.iter().find(|one| line.get(one.ticket).unwrap().away_since.is_none());
            prop_assert_eq!(first_there.or(placed.first()).map(|one| one.ticket), Some(id));
            if let Some(kind) = line.kind_of(id, at(4_000)) {
                line.set_last_taken(kind);
            }
            let ended = line.get(id).unwrap().close(Actor::System, at(4_000)).unwrap().ticket;
            line.put(ended);
            taken += 1;
        }
        prop_assert_eq!(line.waiting(), 0);
        prop_assert_eq!(taken, tickets.iter().filter(|ticket| ticket.is_waiting()).count());
    }
}
