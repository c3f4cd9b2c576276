-- What is said of a call afterwards: the citizen's rating and the clerk's note.

-- One rating a call; sending it again changes it. Nothing here says whose it is.
CREATE TABLE ratings (
    call_id TEXT NOT NULL PRIMARY KEY,
    office_id TEXT NOT NULL,
    stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
    comment TEXT,
    rated_at INTEGER NOT NULL,
    edited_at INTEGER NOT NULL,
    FOREIGN KEY (office_id, call_id) REFERENCES calls (office_id, id)
) STRICT;

CREATE INDEX ratings_by_time ON ratings (office_id, rated_at);

-- Each version of a note stays with its author and time; while somebody writes, their version is written over.
CREATE TABLE notes (
    call_id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    office_id TEXT NOT NULL,
    clerk_id TEXT NOT NULL,
    outcome TEXT CHECK (outcome IN ('settled', 'to-continue', 'referred', 'not-settled', 'other')),
    body TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (call_id, version),
    FOREIGN KEY (office_id, call_id) REFERENCES calls (office_id, id),
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id)
) STRICT;

CREATE INDEX notes_by_time ON notes (office_id, saved_at);
