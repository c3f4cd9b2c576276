-- Calls, their members, and the presence of each clerk.

CREATE TABLE calls (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office_id TEXT COLLATE "C" NOT NULL,
    ticket_id TEXT COLLATE "C" NOT NULL,
    clerk_id TEXT COLLATE "C" NOT NULL,
    called_at BIGINT NOT NULL,
    live_at BIGINT,
    ended_at BIGINT,
    end_reason TEXT COLLATE "C",
    UNIQUE (office_id, id),
    FOREIGN KEY (office_id, ticket_id) REFERENCES tickets (office_id, id),
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

CREATE UNIQUE INDEX calls_one_per_ticket ON calls (ticket_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX calls_one_per_clerk ON calls (clerk_id) WHERE ended_at IS NULL;
CREATE INDEX calls_by_ticket ON calls (ticket_id);
CREATE INDEX calls_by_time ON calls (office_id, called_at);

CREATE TABLE members (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office_id TEXT COLLATE "C" NOT NULL,
    call_id TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('citizen', 'clerk', 'interpreter', 'companion', 'supervisor')),
    session_id TEXT COLLATE "C",
    clerk_id TEXT COLLATE "C",
    joined_at BIGINT NOT NULL,
    left_at BIGINT,
    FOREIGN KEY (office_id, call_id) REFERENCES calls (office_id, id),
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id)
);

CREATE INDEX members_by_call ON members (call_id);

CREATE TABLE presences (
    clerk_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office_id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('receiving', 'calling', 'in-call', 'after-call', 'break', 'off')),
    since BIGINT NOT NULL,
    wished TEXT COLLATE "C" NOT NULL CHECK (wished IN ('receiving', 'break', 'off')),
    lost_since BIGINT,
    -- Bare keys: a presence is of the moment and outlives no ticket.
    ticket_id TEXT COLLATE "C",
    call_id TEXT COLLATE "C",
    until_at BIGINT,
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id),
    CHECK ((state IN ('calling', 'in-call', 'after-call')) = (ticket_id IS NOT NULL)),
    CHECK ((state IN ('calling', 'in-call', 'after-call')) = (call_id IS NOT NULL)),
    CHECK ((state IN ('calling', 'after-call')) = (until_at IS NOT NULL))
);

CREATE INDEX presences_by_office ON presences (office_id);
