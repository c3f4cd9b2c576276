-- What is said of a call afterwards: the citizen's rating and the clerk's note.

-- One rating a call; sending it again changes it. Nothing here says whose it is.
CREATE TABLE ratings (
    call_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office_id TEXT COLLATE "C" NOT NULL,
    stars BIGINT NOT NULL CHECK (stars BETWEEN 1 AND 5),
    comment TEXT COLLATE "C",
    rated_at BIGINT NOT NULL,
    edited_at BIGINT NOT NULL,
    FOREIGN KEY (office_id, call_id) REFERENCES calls (office_id, id)
);

CREATE INDEX ratings_by_time ON ratings (office_id, rated_at);

-- Each version of a note stays with its author and time; while somebody writes, their version is written over.
CREATE TABLE notes (
    call_id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    office_id TEXT COLLATE "C" NOT NULL,
    clerk_id TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" CHECK (outcome IN ('settled', 'to-continue', 'referred', 'not-settled', 'other')),
    body TEXT COLLATE "C" NOT NULL,
    begun_at BIGINT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (call_id, version),
    FOREIGN KEY (office_id, call_id) REFERENCES calls (office_id, id),
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id)
);

CREATE INDEX notes_by_time ON notes (office_id, saved_at);

ALTER TABLE ratings SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50);
ALTER TABLE notes SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50);
