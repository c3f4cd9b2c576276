//! Cases of the order rule, places and expected waits.

use super::*;
use crate::domain::ticket::{Newcomer, join};
use crate::ids::{CallId, ClerkId, OfficeId, SessionId, SiteId};
use crate::wire::{MoveReason, WaitRange};
use crate::world::World;

mod properties;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

/// An office with three matters, whose ids are made in a row so that runs are alike.
struct Office {
    world: World,
    office: OfficeId,
    site: SiteId,
    session: SessionId,
    matters: [MatterId; 3],
    clerks: [ClerkId; 3],
}

fn office() -> Office {
    let counter = std::sync::atomic::AtomicU32::new(0);
    let world = World::new(
        || at(0),
        move |bytes| {
            let number = counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_be_bytes();
            bytes.fill(0);
            bytes[..4].copy_from_slice(&number);
            bytes[4..8].copy_from_slice(&number);
        },
    );
    Office {
        office: OfficeId::new(&world),
        site: SiteId::new(&world),
        session: SessionId::new(&world),
        matters: std::array::from_fn(|_| MatterId::new(&world)),
        clerks: std::array::from_fn(|_| ClerkId::new(&world)),
        world,
    }
}

impl Office {
    fn wish(&self, matter: usize) -> Wish {
        Wish { matter: self.matters[matter], mode: Mode::Video, needs: Vec::new(), language: "pl".to_owned() }
    }

    fn ticket(&self, matter: usize, joined_s: i64) -> Ticket {
        self.visit(matter, joined_s, None)
    }

    fn visit(&self, matter: usize, joined_s: i64, start_s: Option<i64>) -> Ticket {
        let newcomer = Newcomer {
            id: TicketId::new(&self.world),
            office: self.office,
            site: self.site,
            session: self.session,
            number: "A 001".to_owned(),
            wish: self.wish(matter),
            name: None,
            notice: String::new(),
            ready: None,
            visit_at: start_s.map(at),
        };
        join(newcomer, at(joined_s)).ticket
    }

    fn skills(&self, matters: &[usize]) -> Skills {
        Skills {
            matters: matters.iter().map(|matter| self.matters[*matter]).collect(),
            languages: vec!["pl".to_owned()],
            sign: false,
        }
    }
}

fn line_of(tickets: &[&Ticket]) -> WaitingLine {
    let mut line = WaitingLine::new();
    for ticket in tickets {
        line.put((*ticket).clone());
    }
    line
}

fn order(line: &WaitingLine, now: i64) -> Vec<TicketId> {
    line.ordered(at(now)).iter().map(|ticket| ticket.id).collect()
}

/// Clerks who are all in a call.
fn busy(skills: &[Skills]) -> Vec<OnDuty<'_>> {
    skills.iter().map(|skills| OnDuty { skills, is_free: false }).collect()
}

fn ids(tickets: &[&Ticket]) -> Vec<TicketId> {
    tickets.iter().map(|ticket| ticket.id).collect()
}

#[test]
fn only_who_has_matter_language_and_sign_may_serve() {
    let o = office();
    let (anna, wish) = (o.skills(&[0]), o.wish(0));
    let signing = Skills { sign: true, ..anna.clone() };

    assert!(may_serve(&anna, &wish));
    assert!(!may_serve(&anna, &o.wish(1)));
    assert!(!may_serve(&anna, &Wish { language: "uk".to_owned(), ..wish.clone() }));
    for in_sign in [Wish { mode: Mode::Sign, ..wish.clone() }, Wish { needs: vec![Need::SignLanguage], ..wish }] {
        assert!(!may_serve(&anna, &in_sign) && may_serve(&signing, &in_sign));
    }
}

#[test]
fn the_head_goes_before_due_visits_and_those_before_walk_ins() {
    let o = office();
    let (early, late) = (o.ticket(0, 10), o.ticket(0, 20));
    let (ten, ten_past) = (o.visit(0, 50, Some(100)), o.visit(0, 40, Some(160)));
    let head = Ticket { head_since: Some(at(190)), ..o.ticket(0, 30) };
    let older_head = Ticket { head_since: Some(at(195)), ..o.ticket(0, 5) };
    let line = line_of(&[&late, &ten_past, &head, &early, &ten, &older_head]);

    assert_eq!(order(&line, 200), ids(&[&older_head, &head, &ten, &ten_past, &early, &late]));
}

#[test]
fn a_visit_stands_by_its_arrival_until_its_start_and_so_does_a_late_one() {
    let o = office();
    let walk_in = o.ticket(0, 100);
    let visit = o.visit(0, 150, Some(900));
    let on_time = o.visit(0, 1_500, Some(900));
    let late = o.visit(0, 1_501, Some(900));

    assert_eq!(order(&line_of(&[&walk_in, &visit]), 899), ids(&[&walk_in, &visit]));
    assert_eq!(order(&line_of(&[&walk_in, &visit]), 900), ids(&[&visit, &walk_in]));
    assert_eq!(order(&line_of(&[&walk_in, &late, &on_time]), 1_600), ids(&[&on_time, &walk_in, &late]));
}

#[test]
fn who_has_waited_for_thirty_minutes_takes_turns_with_visits() {
    let o = office();
    let (w1, w2, short) = (o.ticket(0, 0), o.ticket(0, 1), o.ticket(0, 1_900));
    let visits = [o.visit(0, 1_700, Some(1_900)), o.visit(0, 1_700, Some(1_901)), o.visit(0, 1_700, Some(1_902))];
    let [v1, v2, v3] = &visits;
    let mut line = line_of(&[&w1, &w2, &short, v1, v2, v3]);

    assert_eq!(order(&line, 1_910), ids(&[v1, &w1, v2, &w2, v3, &short]));
    assert_eq!(line.kind_of(v1.id, at(1_910)), Some(Kind::Visit));
    line.set_last_taken(Kind::Visit);
    assert_eq!(order(&line, 1_910), ids(&[&w1, v1, &w2, v2, v3, &short]));
    line.set_last_taken(Kind::WalkIn);
    assert_eq!(order(&line, 1_910), ids(&[v1, &w1, v2, &w2, v3, &short]));
}

#[test]
fn whoever_is_called_uses_up_no_turn() {
    let o = office();
    let timings = Timings::default();
    let (walk_in, v1, v2) = (o.ticket(0, 0), o.visit(0, 1_700, Some(1_900)), o.visit(0, 1_700, Some(1_901)));
    let mut line = line_of(&[&walk_in, &v1, &v2]);

    line.put(v1.call(o.clerks[0], CallId::new(&o.world), at(1_905), &timings).unwrap().ticket);
    line.set_last_taken(Kind::Visit);

    assert_eq!(order(&line, 1_910), ids(&[&v1, &walk_in, &v2]));
    assert_eq!(line.next_for(at(1_910), &o.skills(&[0])), Some(walk_in.id));
    assert_eq!((line.waiting(), line.len()), (2, 3));
}

#[test]
fn next_passes_over_those_away_until_nobody_else_is_left() {
    let o = office();
    let (first, second) = (o.ticket(0, 0), o.ticket(0, 1));
    let mut line = line_of(&[&first, &second]);
    let skills = o.skills(&[0]);

    line.put(first.went_away(at(5)).unwrap().ticket);
    assert_eq!(line.next_for(at(10), &skills), Some(second.id));
    line.put(second.went_away(at(6)).unwrap().ticket);

    assert_eq!(line.next_for(at(10), &skills), Some(first.id));
    assert_eq!(line.next_for(at(10), &o.skills(&[1])), None);
}

#[test]
fn a_place_counts_only_those_whom_my_clerks_could_serve() {
    let o = office();
    let tickets = [o.ticket(0, 0), o.ticket(1, 1), o.ticket(2, 2), o.ticket(0, 3), o.ticket(1, 4), o.ticket(2, 5)];
    let line = line_of(&tickets.iter().collect::<Vec<_>>());

    let placed = line.places(at(10), &busy(&[o.skills(&[0, 1]), o.skills(&[0])]));

    let of = |index: usize| *placed.iter().find(|one| one.ticket == tickets[index].id).unwrap();
    assert_eq!([0, 1, 3, 4].map(|index| of(index).place), [1, 2, 3, 4]);
    assert_eq!([0, 1].map(|index| of(index).receiving), [2, 1]);
    // Nobody serves the third matter: its own tickets are counted, and no wait is promised.
    assert_eq!(
        [2, 5].map(|index| (of(index).place, of(index).receiving, of(index).wait)),
        [(1, 0, None), (2, 0, None)]
    );
}

#[test]
fn the_expected_wait_shares_the_work_ahead_among_the_clerks() {
    let o = office();
    let tickets: Vec<Ticket> = (0..4).map(|second| o.ticket(0, second)).collect();
    let mut line = line_of(&tickets.iter().collect::<Vec<_>>());
    line.set_typical_s(o.matters[0], 480);
    let skills = [o.skills(&[0]), o.skills(&[0])];
    let duty = busy(&skills);

    let waits: Vec<WaitRange> = line.places(at(10), &duty).into_iter().filter_map(|placed| placed.wait).collect();

    // (0, 8, 16, 24 minutes ahead + 4) / 2 = 2, 6, 10, 14 minutes.
    let expected = [(1, 3), (4, 9), (7, 15), (10, 21)];
    assert_eq!(waits, expected.map(|(from_min, to_min)| WaitRange { from_min, to_min }));
    let outlook = line.outlook(&duty, &o.wish(0));
    assert_eq!((outlook.ahead, outlook.receiving), (4, 2));
    assert_eq!(line.outlook(&duty, &o.wish(1)), Outlook { ahead: 0, receiving: 0, wait: None });
}

#[test]
fn a_free_clerk_is_waited_for_by_nobody() {
    let o = office();
    let tickets: Vec<Ticket> = (0..3).map(|second| o.ticket(0, second)).collect();
    let mut line = line_of(&tickets.iter().collect::<Vec<_>>());
    line.set_typical_s(o.matters[0], 480);
    let skills = [o.skills(&[0]), o.skills(&[0])];
    let duty = |free: [bool; 2]| [0, 1].map(|clerk| OnDuty { skills: &skills[clerk], is_free: free[clerk] });
    let waits = |free| line.places(at(10), &duty(free)).iter().map(|one| one.wait.unwrap()).collect::<Vec<_>>();
    let range = |from_min, to_min| WaitRange { from_min, to_min };

    // One is free for the first; the others wait for (8, 16 minutes ahead + half a call of the one who talks / 2) / 2.
    assert_eq!(waits([true, false]), [WaitRange::NONE, range(3, 8), range(6, 14)]);
    assert_eq!(waits([true, true]), [WaitRange::NONE, WaitRange::NONE, range(6, 12)]);
    let empty = WaitingLine::new();
    assert_eq!(empty.outlook(&duty([false, true]), &o.wish(0)).wait, Some(WaitRange::NONE));
    assert_ne!(empty.outlook(&duty([false, false]), &o.wish(0)).wait, Some(WaitRange::NONE));
}

#[test]
fn a_better_place_is_explained_by_a_call_and_a_worse_one_by_a_return() {
    let all = Changes { called: true, left: true, due: true, turns: true, returned: true, clerks: true };
    let clerks = Changes { clerks: true, ..Changes::default() };
    let why = |old, new, changes| why_moved(old, new, Some(Kind::WalkIn), changes);

    assert_eq!(why(3, 3, all), None);
    assert_eq!(why(3, 2, all), Some(MoveReason::Called));
    assert_eq!(why(3, 2, Changes { called: false, ..all }), Some(MoveReason::Left));
    assert_eq!(why(2, 3, all), Some(MoveReason::ReturnedAhead));
    assert_eq!(why(2, 3, Changes { returned: false, ..all }), Some(MoveReason::VisitAhead));
    assert_eq!([why(2, 3, clerks), why(3, 2, clerks)], [Some(MoveReason::ClerksChanged); 2]);
    assert_eq!([why(2, 3, Changes::default()), why(3, 2, Changes::default())], [None; 2]);
}

#[test]
fn whose_visit_a_long_wait_moves_back_is_told_so_and_so_is_who_waited() {
    let o = office();
    let walk_in = o.ticket(0, 0);
    let visits = [o.visit(0, 1_600, Some(1_700)), o.visit(0, 1_600, Some(1_710))];
    let mut line = line_of(&[&walk_in, &visits[0], &visits[1]]);
    let [first, second] = visits.map(|visit| visit.id);
    let turns = Changes { turns: true, ..Changes::default() };
    let told = |line: &WaitingLine, id, old, new| why_moved(old, new, line.kind_of(id, at(1_800)), turns);

    assert_eq!(WaitingLine::rank_changes_at(&walk_in, at(1_799)), Some(at(1_800)));
    assert_eq!(line.changes_by_time(walk_in.id, at(1_799)), Changes::default());
    assert_eq!(order(&line, 1_799), [first, second, walk_in.id]);
    assert_eq!(line.changes_by_time(walk_in.id, at(1_800)), turns);
    assert_eq!(order(&line, 1_800), [first, walk_in.id, second]);
    assert_eq!(told(&line, second, 2, 3), Some(MoveReason::LongWaitAhead));
    assert_eq!(told(&line, walk_in.id, 3, 2), Some(MoveReason::LongWaitTurn));

    assert_eq!(WaitingLine::rank_changes_at(&walk_in, at(1_800)), None);
    // Without a visit nobody takes turns, and nobody needs to look at the line again.
    for visit in [first, second] {
        line.remove(visit);
    }
    assert_eq!(line.changes_by_time(walk_in.id, at(1_800)), Changes::default());
}

#[test]
fn an_early_visit_ranks_anew_at_its_start() {
    let o = office();
    let (early, late) = (o.visit(0, 100, Some(900)), o.visit(0, 1_501, Some(900)));
    let line = line_of(&[&early]);

    assert_eq!(WaitingLine::rank_changes_at(&early, at(200)), Some(at(900)));
    assert_eq!(line.changes_by_time(early.id, at(900)), Changes { due: true, ..Changes::default() });
    assert_eq!(WaitingLine::rank_changes_at(&early, at(900)), None);
    assert_eq!(WaitingLine::rank_changes_at(&late, at(1_600)), Some(at(3_301)));
    let head = Ticket { head_since: Some(at(200)), ..early };
    assert_eq!(WaitingLine::rank_changes_at(&head, at(300)), None);
}

#[test]
fn rows_are_in_order_and_keep_room_for_those_the_clerk_may_serve() {
    let o = office();
    let timings = Timings::default();
    let (other, missed, mine) = (o.ticket(1, 0), o.ticket(1, 1), o.ticket(0, 2));
    let away = o.ticket(0, 3).went_away(at(20)).unwrap().ticket;
    let call = CallId::new(&o.world);
    let missed = missed.call(o.clerks[0], call, at(5), &timings).unwrap().ticket;
    let missed = missed.clerk_freed(call, at(65), &timings).unwrap().ticket;
    let line = line_of(&[&other, &missed, &mine, &away]);

    let rows = line.rows(at(70), &o.skills(&[0]), &timings, 3);

    let shown: Vec<_> = rows.iter().map(|row| (row.ticket.id, row.state, row.mine, row.next)).collect();
    let expected = [
        (missed.id, RowState::Missed, false, false),
        (mine.id, RowState::Waiting, true, true),
        (away.id, RowState::Away, true, false),
    ];
    assert_eq!(shown, expected);
    assert_eq!((rows[2].since, rows[2].until), (at(20), Some(at(320))));
    assert_eq!(line.rows(at(70), &o.skills(&[0]), &timings, 1)[0].ticket.id, mine.id);
}

#[test]
fn five_thousand_tickets_get_their_places_in_one_pass() {
    let o = office();
    let mut line = WaitingLine::new();
    for number in 0..5_000 {
        line.put(o.ticket(number % 3, i64::try_from(number).unwrap()));
    }
    let all: Vec<Skills> = (0..100).map(|clerk| o.skills(&[clerk % 3])).collect();

    let placed = line.places(at(5_000), &busy(&all));

    assert_eq!(placed.len(), 5_000);
    assert_eq!(placed.iter().map(|one| one.place).max(), Some(1_667));
    assert!(placed.iter().all(|one| one.receiving >= 33));
}
