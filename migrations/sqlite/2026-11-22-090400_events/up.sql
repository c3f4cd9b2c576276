-- What happened and who did it: the event log, the audit log, and the commands that were done already.

-- From when on rows of an append-only table are kept. Older ones may be deleted, and only they.
CREATE TABLE keeping (
    log TEXT NOT NULL PRIMARY KEY CHECK (log IN ('events', 'audit')),
    kept_from INTEGER NOT NULL
) STRICT;

CREATE TABLE events (
    office_id TEXT NOT NULL REFERENCES offices (id),
    kind TEXT NOT NULL CHECK (kind IN ('ticket', 'visit', 'presence', 'call')),
    subject TEXT NOT NULL,
    -- Rises by one within a subject.
    seq INTEGER NOT NULL CHECK (seq > 0),
    at INTEGER NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    by_kind TEXT NOT NULL CHECK (by_kind IN ('citizen', 'clerk', 'system')),
    by_clerk TEXT,
    reason TEXT NOT NULL,
    PRIMARY KEY (kind, subject, seq),
    CHECK ((by_kind = 'clerk') = (by_clerk IS NOT NULL))
) STRICT;

CREATE INDEX events_by_office ON events (office_id, at);
CREATE INDEX events_by_time ON events (at);

CREATE TRIGGER events_stay BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'an event is never changed');
END;

CREATE TRIGGER events_are_kept BEFORE DELETE ON events
WHEN OLD.at >= COALESCE((SELECT kept_from FROM keeping WHERE log = 'events'), OLD.at)
BEGIN
    SELECT RAISE(ABORT, 'an event is kept for its whole time');
END;

CREATE TABLE audit (
    office_id TEXT NOT NULL REFERENCES offices (id),
    -- Rises by one within an office.
    seq INTEGER NOT NULL CHECK (seq > 0),
    at INTEGER NOT NULL,
    by_clerk TEXT,
    -- What was done, one word with a dot, such as site.look.
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before TEXT,
    after TEXT,
    PRIMARY KEY (office_id, seq)
) STRICT;

CREATE INDEX audit_by_time ON audit (at);

CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'an audit entry is never changed');
END;

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
WHEN OLD.at >= COALESCE((SELECT kept_from FROM keeping WHERE log = 'audit'), OLD.at)
BEGIN
    SELECT RAISE(ABORT, 'an audit entry is kept for its whole time');
END;

CREATE TABLE commands (
    office_id TEXT NOT NULL REFERENCES offices (id),
    -- The session or the member of staff who sent it.
    party TEXT NOT NULL,
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 64),
    begun_at INTEGER NOT NULL,
    -- Absent while it is being done.
    result TEXT,
    PRIMARY KEY (party, key)
) STRICT;

CREATE INDEX commands_by_time ON commands (begun_at);
