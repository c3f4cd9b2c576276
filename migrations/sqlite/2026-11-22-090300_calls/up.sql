-- Calls, their members, and the presence of each clerk.

CREATE TABLE calls (
    id TEXT NOT NULL PRIMARY KEY,
    office_id TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    clerk_id TEXT NOT NULL,
    called_at INTEGER NOT NULL,
    live_at INTEGER,
    ended_at INTEGER,
    end_reason TEXT,
    UNIQUE (office_id, id),
    FOREIGN KEY (office_id, ticket_id) REFERENCES tickets (office_id, id),
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) STRICT;

CREATE UNIQUE INDEX calls_one_per_ticket ON calls (ticket_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX calls_one_per_clerk ON calls (clerk_id) WHERE ended_at IS NULL;
CREATE INDEX calls_by_ticket ON calls (ticket_id);
CREATE INDEX calls_by_time ON calls (office_id, called_at);

CREATE TABLE members (
    id TEXT NOT NULL PRIMARY KEY,
    office_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('citizen', 'clerk', 'interpreter', 'companion', 'supervisor')),
    session_id TEXT,
    clerk_id TEXT,
    joined_at INTEGER NOT NULL,
    left_at INTEGER,
    FOREIGN KEY (office_id, call_id) REFERENCES calls (office_id, id),
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id)
) STRICT;

CREATE INDEX members_by_call ON members (call_id);

CREATE TABLE presences (
    clerk_id TEXT NOT NULL PRIMARY KEY,
    office_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('receiving', 'calling', 'in-call', 'after-call', 'break', 'off')),
    since INTEGER NOT NULL,
    wished TEXT NOT NULL CHECK (wished IN ('receiving', 'break', 'off')),
    lost_since INTEGER,
    -- Bare keys: a presence is of the moment and outlives no ticket.
    ticket_id TEXT,
    call_id TEXT,
    until_at INTEGER,
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id),
    CHECK ((state IN ('calling', 'in-call', 'after-call')) = (ticket_id IS NOT NULL)),
    CHECK ((state IN ('calling', 'in-call', 'after-call')) = (call_id IS NOT NULL)),
    CHECK ((state IN ('calling', 'after-call')) = (until_at IS NOT NULL))
) STRICT;

CREATE INDEX presences_by_office ON presences (office_id);
