-- Members of staff, what they can do, and where they are signed in.

CREATE TABLE staff (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office_id TEXT COLLATE "C" NOT NULL REFERENCES offices (id),
    -- The login, in lower case; unique over all offices, since it is how the office is found.
    email TEXT COLLATE "C" NOT NULL UNIQUE,
    password_hash TEXT COLLATE "C" NOT NULL,
    given_name TEXT COLLATE "C" NOT NULL,
    family_name TEXT COLLATE "C" NOT NULL,
    desk TEXT COLLATE "C",
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('clerk', 'manager', 'administrator')),
    sign BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    UNIQUE (office_id, id)
);

CREATE TABLE staff_matters (
    office_id TEXT COLLATE "C" NOT NULL,
    clerk_id TEXT COLLATE "C" NOT NULL,
    matter_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (clerk_id, matter_id),
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id),
    FOREIGN KEY (office_id, matter_id) REFERENCES matters (office_id, id)
);

CREATE TABLE staff_languages (
    office_id TEXT COLLATE "C" NOT NULL,
    clerk_id TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    -- The clerk's own order.
    rank BIGINT NOT NULL,
    PRIMARY KEY (clerk_id, language),
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id)
);

CREATE TABLE logins (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office_id TEXT COLLATE "C" NOT NULL,
    clerk_id TEXT COLLATE "C" NOT NULL,
    -- SHA-256 of the token, hexadecimal.
    token_hash TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(token_hash) = 64),
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id)
);

CREATE INDEX logins_by_clerk ON logins (clerk_id);
CREATE INDEX logins_by_expiry ON logins (expires_at);
