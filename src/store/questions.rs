//! The questions of an office, and whether their answers helped.

use diesel::prelude::*;
use jiff::civil::Date;

use crate::domain::question::Question;
use crate::ids::QuestionId;
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::{question_votes, questions};
use crate::store::scope::OfficeScope;
use crate::store::values::{id, instant, local_text, local_text_json, maybe_id, micros, number};

/// How often an answer helped, and how often it did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Votes {
    /// "Tak".
    pub helped: u64,
    /// "Nie".
    pub not_helped: u64,
}

type Row = (String, String, String, Option<String>, i64, String, String, i64);

/// Adds a question.
///
/// # Errors
/// [`StoreError::WrongOffice`]; [`StoreError::Conflict`] if the office has its address already; [`StoreError::Query`]
/// for a matter that the office has not.
pub fn create(db: &mut Db, scope: OfficeScope, question: &Question) -> Result<(), StoreError> {
    scope.admit(question.office)?;
    diesel::insert_into(questions::table)
        .values((
            questions::id.eq(question.id.to_text()),
            questions::office_id.eq(scope.text()),
            questions::slug.eq(&question.slug),
            questions::matter_id.eq(question.matter.map(crate::ids::MatterId::to_text)),
            questions::rank.eq(i64::from(question.rank)),
            questions::question.eq(local_text_json(&question.question)),
            questions::answer.eq(local_text_json(&question.answer)),
            questions::updated_at.eq(micros(question.updated_at)),
        ))
        .execute(db)?;
    Ok(())
}

/// The questions of an office in the order of its lists.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn of_office(db: &mut Db, scope: OfficeScope) -> Result<Vec<Question>, StoreError> {
    questions::table
        .filter(questions::office_id.eq(scope.text()))
        .order((questions::rank, questions::slug))
        .load::<Row>(db)?
        .into_iter()
        .map(question_of)
        .collect()
}

/// Counts that an answer helped somebody that day, or did not.
///
/// # Errors
/// [`StoreError::Query`] for a question that the office has not.
pub fn vote(db: &mut Db, scope: OfficeScope, question: QuestionId, day: Date, helped: bool) -> Result<(), StoreError> {
    let (yes, no) = (i64::from(helped), i64::from(!helped));
    let counted = question_votes::table
        .filter(question_votes::office_id.eq(scope.text()))
        .filter(question_votes::question_id.eq(question.to_text()))
        .filter(question_votes::day.eq(day.to_string()));
    let changed = diesel::update(counted)
        .set((
            question_votes::helped.eq(question_votes::helped + yes),
            question_votes::not_helped.eq(question_votes::not_helped + no),
        ))
        .execute(db)?;
    if changed == 0 {
        diesel::insert_into(question_votes::table)
            .values((
                question_votes::question_id.eq(question.to_text()),
                question_votes::day.eq(day.to_string()),
                question_votes::office_id.eq(scope.text()),
                question_votes::helped.eq(yes),
                question_votes::not_helped.eq(no),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// How often an answer helped so far.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn votes(db: &mut Db, scope: OfficeScope, question: QuestionId) -> Result<Votes, StoreError> {
    let days = question_votes::table
        .filter(question_votes::office_id.eq(scope.text()))
        .filter(question_votes::question_id.eq(question.to_text()))
        .select((question_votes::helped, question_votes::not_helped))
        .load::<(i64, i64)>(db)?;
    let mut votes = Votes::default();
    for (helped, not_helped) in days {
        votes.helped += number::<u64>(helped, "question_votes.helped")?;
        votes.not_helped += number::<u64>(not_helped, "question_votes.not_helped")?;
    }
    Ok(votes)
}

fn question_of(row: Row) -> Result<Question, StoreError> {
    let (key, office, slug, matter, rank, question, answer, updated_at) = row;
    Ok(Question {
        id: id(&key, "questions.id")?,
        office: id(&office, "questions.office_id")?,
        slug,
        matter: maybe_id(matter.as_deref(), "questions.matter_id")?,
        rank: number(rank, "questions.rank")?,
        question: local_text(&question, "questions.question")?,
        answer: local_text(&answer, "questions.answer")?,
        updated_at: instant(updated_at, "questions.updated_at")?,
    })
}
