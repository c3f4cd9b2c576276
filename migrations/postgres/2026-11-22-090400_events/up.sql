-- What happened and who did it: the event log, the audit log, and the commands that were done already.

-- From when on rows of an append-only table are kept. Older ones may be deleted, and only they.
CREATE TABLE keeping (
    log TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (log IN ('events', 'audit')),
    kept_from BIGINT NOT NULL
);

CREATE TABLE events (
    office_id TEXT COLLATE "C" NOT NULL REFERENCES offices (id),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('ticket', 'visit', 'presence', 'call')),
    subject TEXT COLLATE "C" NOT NULL,
    -- Rises by one within a subject.
    seq BIGINT NOT NULL CHECK (seq > 0),
    at BIGINT NOT NULL,
    from_state TEXT COLLATE "C" NOT NULL,
    to_state TEXT COLLATE "C" NOT NULL,
    by_kind TEXT COLLATE "C" NOT NULL CHECK (by_kind IN ('citizen', 'clerk', 'system')),
    by_clerk TEXT COLLATE "C",
    reason TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, subject, seq),
    CHECK ((by_kind = 'clerk') = (by_clerk IS NOT NULL))
);

CREATE INDEX events_by_office ON events (office_id, at);
CREATE INDEX events_by_time ON events (at);

-- Lets rows of a log go that are older than it is kept from, and only them.
CREATE FUNCTION keep_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at >= COALESCE((SELECT kept_from FROM keeping WHERE log = TG_TABLE_NAME), OLD.at) THEN
        RAISE EXCEPTION '%', TG_ARGV[0];
    END IF;
    RETURN OLD;
END
$$;

CREATE TRIGGER events_stay BEFORE UPDATE ON events
FOR EACH ROW EXECUTE FUNCTION refuse('an event is never changed');

CREATE TRIGGER events_are_kept BEFORE DELETE ON events
FOR EACH ROW EXECUTE FUNCTION keep_log('an event is kept for its whole time');

CREATE TRIGGER events_are_not_emptied BEFORE TRUNCATE ON events
FOR EACH STATEMENT EXECUTE FUNCTION refuse('an event is kept for its whole time');

CREATE TABLE audit (
    office_id TEXT COLLATE "C" NOT NULL REFERENCES offices (id),
    -- Rises by one within an office.
    seq BIGINT NOT NULL CHECK (seq > 0),
    at BIGINT NOT NULL,
    by_clerk TEXT COLLATE "C",
    -- What was done, one word with a dot, such as site.look.
    action TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    before TEXT COLLATE "C",
    after TEXT COLLATE "C",
    PRIMARY KEY (office_id, seq)
);

CREATE INDEX audit_by_time ON audit (at);

CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
FOR EACH ROW EXECUTE FUNCTION refuse('an audit entry is never changed');

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION keep_log('an audit entry is kept for its whole time');

CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION refuse('an audit entry is kept for its whole time');

CREATE TABLE commands (
    office_id TEXT COLLATE "C" NOT NULL REFERENCES offices (id),
    -- The session or the member of staff who sent it.
    party TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 64),
    begun_at BIGINT NOT NULL,
    -- Absent while it is being done.
    result TEXT COLLATE "C",
    PRIMARY KEY (party, key)
);

CREATE INDEX commands_by_time ON commands (begun_at);

-- What was deleted is to be gone from the files soon: the server cleans these up after a few dozen rows, not after a
-- fifth of the table. The log before it is recycled by the server.
ALTER TABLE sessions SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50);
ALTER TABLE tickets SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50);
ALTER TABLE logins SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50);
ALTER TABLE staff SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50);
