-- Members of staff, what they can do, and where they are signed in.

CREATE TABLE staff (
    id TEXT NOT NULL PRIMARY KEY,
    office_id TEXT NOT NULL REFERENCES offices (id),
    -- The login, in lower case; unique over all offices, since it is how the office is found.
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    desk TEXT,
    role TEXT NOT NULL CHECK (role IN ('clerk', 'manager', 'administrator')),
    sign INTEGER NOT NULL CHECK (sign IN (0, 1)),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    UNIQUE (office_id, id)
) STRICT;

CREATE TABLE staff_matters (
    office_id TEXT NOT NULL,
    clerk_id TEXT NOT NULL,
    matter_id TEXT NOT NULL,
    PRIMARY KEY (clerk_id, matter_id),
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id),
    FOREIGN KEY (office_id, matter_id) REFERENCES matters (office_id, id)
) STRICT;

CREATE TABLE staff_languages (
    office_id TEXT NOT NULL,
    clerk_id TEXT NOT NULL,
    language TEXT NOT NULL,
    -- The clerk's own order.
    rank INTEGER NOT NULL,
    PRIMARY KEY (clerk_id, language),
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id)
) STRICT;

CREATE TABLE logins (
    id TEXT NOT NULL PRIMARY KEY,
    office_id TEXT NOT NULL,
    clerk_id TEXT NOT NULL,
    -- SHA-256 of the token, hexadecimal.
    token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id)
) STRICT;

CREATE INDEX logins_by_clerk ON logins (clerk_id);
CREATE INDEX logins_by_expiry ON logins (expires_at);
