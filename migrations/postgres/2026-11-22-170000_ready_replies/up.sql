-- What clerks of an office write again and again in the chat.
CREATE TABLE ready_replies (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office_id TEXT COLLATE "C" NOT NULL REFERENCES offices (id),
    rank BIGINT NOT NULL,
    -- Texts by language: {"pl": …}.
    title TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    UNIQUE (office_id, id)
);
