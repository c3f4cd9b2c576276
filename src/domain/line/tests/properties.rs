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
fn naive_place(order: &[&Ticket], index: usize, duty: &[(ClerkId, &Skills)]) -> u32 {
    let me = order[index];
    let able: Vec<_> = duty.iter().filter(|(_, skills)| may_serve(skills, &me.wish)).collect();
    let is_ahead = |other: &&&Ticket| {
        let shared = able.iter().any(|(_, skills)| may_serve(skills, &other.wish));
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
    fn places_in_one_pass_are_those_of_the_definition(seeds in seeds(), skills in skill_sets(), now in 4_000_i64..6_000) {
        let o = office();
        let tickets = grown(&o, &seeds);
        let line = line_of(&tickets.iter().collect::<Vec<_>>());
        let skills: Vec<Skills> = skills.iter().map(|matters| o.skills(matters)).collect();
        let duty: Vec<(ClerkId, &Skills)> = skills.iter().map(|skills| (ClerkId::new(&o.world), skills)).collect();

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
            prop_assert!(one.wait.is_none_or(|wait| 1 <= wait.from_min && wait.from_min <= wait.to_min));
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
        let duty: Vec<(ClerkId, &Skills)> = skills.iter().map(|skills| (ClerkId::new(&o.world), skills)).collect();

        let firsts: Vec<TicketId> = line.places(at(now), &duty).iter().filter(|one| one.place == 1).map(|one| one.ticket).collect();

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
        let skills = o.skills(&[0, 1, 2]);
        let mut taken = 0;
        while let Some(id) = line.next_for(at(4_000), &skills) {
            let placed = line.places(at(4_000), &[(o.clerks[0], &skills)]);
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
