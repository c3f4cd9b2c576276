-- Questions that people ask, with the office's answers.
CREATE TABLE questions (
    id TEXT NOT NULL PRIMARY KEY,
    office_id TEXT NOT NULL REFERENCES offices (id),
    -- The last part of the answer's own address.
    slug TEXT NOT NULL CHECK (length(slug) BETWEEN 1 AND 64),
    matter_id TEXT,
    rank INTEGER NOT NULL,
    -- Texts by language: {"pl": …}; the answer is Markdown.
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (office_id, id),
    UNIQUE (office_id, slug),
    FOREIGN KEY (office_id, matter_id) REFERENCES matters (office_id, id)
) STRICT;

-- Whether answers helped: counts of a day, and of nobody.
CREATE TABLE question_votes (
    question_id TEXT NOT NULL,
    day TEXT NOT NULL,
    office_id TEXT NOT NULL,
    helped INTEGER NOT NULL,
    not_helped INTEGER NOT NULL,
    PRIMARY KEY (question_id, day),
    FOREIGN KEY (office_id, question_id) REFERENCES questions (office_id, id)
) STRICT;
