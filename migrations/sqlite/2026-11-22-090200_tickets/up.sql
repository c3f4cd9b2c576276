-- Citizens' sessions and tickets, and the counters that number them.

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    office_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
    language TEXT NOT NULL,
    -- Which versions of the data notice and of the terms were shown.
    notice_version TEXT,
    terms_version TEXT,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (office_id, site_id) REFERENCES sites (office_id, id)
) STRICT;

CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE tickets (
    id TEXT NOT NULL PRIMARY KEY,
    office_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    -- A bare key: sessions are deleted long before the tickets, which are kept for the statistics.
    session_id TEXT NOT NULL,
    matter_id TEXT NOT NULL,
    number TEXT NOT NULL,
    -- The office's day on which the number was given, such as 2026-11-22.
    day TEXT NOT NULL CHECK (length(day) = 10),
    mode TEXT NOT NULL CHECK (mode IN ('video', 'voice', 'text', 'sign')),
    -- Words parted by spaces.
    needs TEXT NOT NULL,
    language TEXT NOT NULL,
    name TEXT,
    notice_version TEXT NOT NULL,
    joined_at INTEGER NOT NULL,
    visit_at INTEGER,
    head_since INTEGER,
    away_since INTEGER,
    extensions INTEGER NOT NULL CHECK (extensions >= 0),
    recalls INTEGER NOT NULL CHECK (recalls >= 0),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'called', 'deferred', 'missed', 'in-call', 'ended')),
    since INTEGER NOT NULL,
    clerk_id TEXT,
    call_id TEXT,
    clerk_until INTEGER,
    -- The deadline of a call, the end of a deferral, or until when a missed person may come back.
    until_at INTEGER,
    called_at INTEGER,
    end_reason TEXT,
    -- Rises with each change; a change that saw an older revision is refused.
    revision INTEGER NOT NULL CHECK (revision > 0),
    UNIQUE (office_id, id),
    UNIQUE (office_id, day, number),
    FOREIGN KEY (office_id, site_id) REFERENCES sites (office_id, id),
    FOREIGN KEY (office_id, matter_id) REFERENCES matters (office_id, id),
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id),
    CHECK ((state IN ('called', 'in-call')) = (clerk_id IS NOT NULL)),
    CHECK ((state IN ('called', 'in-call')) = (call_id IS NOT NULL)),
    CHECK ((state = 'called') = (clerk_until IS NOT NULL)),
    CHECK ((state IN ('called', 'deferred', 'missed')) = (until_at IS NOT NULL)),
    CHECK ((state = 'missed') = (called_at IS NOT NULL)),
    CHECK ((state = 'ended') = (end_reason IS NOT NULL)),
    CHECK (state <> 'ended' OR name IS NULL)
) STRICT;

CREATE UNIQUE INDEX tickets_one_live_per_session ON tickets (session_id) WHERE end_reason IS NULL;
CREATE INDEX tickets_live ON tickets (office_id, joined_at) WHERE end_reason IS NULL;
CREATE INDEX tickets_by_session ON tickets (session_id, joined_at);
CREATE INDEX tickets_by_end ON tickets (since) WHERE end_reason IS NOT NULL;

CREATE TABLE ticket_counters (
    office_id TEXT NOT NULL,
    matter_id TEXT NOT NULL,
    day TEXT NOT NULL CHECK (length(day) = 10),
    last INTEGER NOT NULL CHECK (last > 0),
    PRIMARY KEY (matter_id, day),
    FOREIGN KEY (office_id, matter_id) REFERENCES matters (office_id, id)
) STRICT;
