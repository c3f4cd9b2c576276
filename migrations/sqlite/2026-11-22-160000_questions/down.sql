DROP TABLE question_votes;
DROP TABLE questions;
