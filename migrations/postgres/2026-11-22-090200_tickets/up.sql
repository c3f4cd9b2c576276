-- Citizens' sessions and tickets, and the counters that number them.

CREATE TABLE sessions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office_id TEXT COLLATE "C" NOT NULL,
    site_id TEXT COLLATE "C" NOT NULL,
    token_hash TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(token_hash) = 64),
    language TEXT COLLATE "C" NOT NULL,
    -- Which versions of the data notice and of the terms were shown.
    notice_version TEXT COLLATE "C",
    terms_version TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (office_id, site_id) REFERENCES sites (office_id, id)
);

CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE tickets (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office_id TEXT COLLATE "C" NOT NULL,
    site_id TEXT COLLATE "C" NOT NULL,
    -- A bare key: sessions are deleted long before the tickets, which are kept for the statistics.
    session_id TEXT COLLATE "C" NOT NULL,
    matter_id TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    -- The office's day on which the number was given, such as 2026-11-22.
    day TEXT COLLATE "C" NOT NULL CHECK (length(day) = 10),
    mode TEXT COLLATE "C" NOT NULL CHECK (mode IN ('video', 'voice', 'text', 'sign')),
    -- Words parted by spaces.
    needs TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C",
    notice_version TEXT COLLATE "C" NOT NULL,
    joined_at BIGINT NOT NULL,
    visit_at BIGINT,
    head_since BIGINT,
    away_since BIGINT,
    extensions BIGINT NOT NULL CHECK (extensions >= 0),
    recalls BIGINT NOT NULL CHECK (recalls >= 0),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'called', 'deferred', 'missed', 'in-call', 'ended')),
    since BIGINT NOT NULL,
    clerk_id TEXT COLLATE "C",
    call_id TEXT COLLATE "C",
    clerk_until BIGINT,
    -- The deadline of a call, the end of a deferral, or until when a missed person may come back.
    until_at BIGINT,
    called_at BIGINT,
    end_reason TEXT COLLATE "C",
    -- Rises with each change; a change that saw an older revision is refused.
    revision BIGINT NOT NULL CHECK (revision > 0),
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
);

CREATE UNIQUE INDEX tickets_one_live_per_session ON tickets (session_id) WHERE end_reason IS NULL;
CREATE INDEX tickets_live ON tickets (office_id, joined_at) WHERE end_reason IS NULL;
CREATE INDEX tickets_by_session ON tickets (session_id, joined_at);
CREATE INDEX tickets_by_end ON tickets (since) WHERE end_reason IS NOT NULL;

CREATE TABLE ticket_counters (
    office_id TEXT COLLATE "C" NOT NULL,
    matter_id TEXT COLLATE "C" NOT NULL,
    day TEXT COLLATE "C" NOT NULL CHECK (length(day) = 10),
    last BIGINT NOT NULL CHECK (last > 0),
    PRIMARY KEY (matter_id, day),
    FOREIGN KEY (office_id, matter_id) REFERENCES matters (office_id, id)
);
