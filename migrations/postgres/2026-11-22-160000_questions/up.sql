-- Questions that people ask, with the office's answers.
CREATE TABLE questions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office_id TEXT COLLATE "C" NOT NULL REFERENCES offices (id),
    -- The last part of the answer's own address.
    slug TEXT COLLATE "C" NOT NULL CHECK (length(slug) BETWEEN 1 AND 64),
    matter_id TEXT COLLATE "C",
    rank BIGINT NOT NULL,
    -- Texts by language: {"pl": …}; the answer is Markdown.
    question TEXT COLLATE "C" NOT NULL,
    answer TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (office_id, id),
    UNIQUE (office_id, slug),
    FOREIGN KEY (office_id, matter_id) REFERENCES matters (office_id, id)
);

-- Whether answers helped: counts of a day, and of nobody.
CREATE TABLE question_votes (
    question_id TEXT COLLATE "C" NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    office_id TEXT COLLATE "C" NOT NULL,
    helped BIGINT NOT NULL,
    not_helped BIGINT NOT NULL,
    PRIMARY KEY (question_id, day),
    FOREIGN KEY (office_id, question_id) REFERENCES questions (office_id, id)
);
