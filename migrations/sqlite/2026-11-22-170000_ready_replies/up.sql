-- What clerks of an office write again and again in the chat.
CREATE TABLE ready_replies (
    id TEXT NOT NULL PRIMARY KEY,
    office_id TEXT NOT NULL REFERENCES offices (id),
    rank INTEGER NOT NULL,
    -- Texts by language: {"pl": …}.
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (office_id, id)
) STRICT;
