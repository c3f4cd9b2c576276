-- Devices that are kept out of the line for a while after a call was broken off because of abuse.

-- A device in a network is known by its mark: a hash under a secret that only the browser has. Nobody can find out of it
-- which address it was, nor test one, without that browser.
CREATE TABLE blocks (
    id TEXT NOT NULL PRIMARY KEY,
    office_id TEXT NOT NULL,
    device_mark TEXT NOT NULL CHECK (length(device_mark) = 64),
    call_id TEXT NOT NULL,
    clerk_id TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('threats', 'insults', 'sexual', 'other')),
    length TEXT NOT NULL CHECK (length IN ('hour', 'day', 'week')),
    since INTEGER NOT NULL,
    until_at INTEGER NOT NULL CHECK (until_at > since),
    UNIQUE (office_id, id),
    FOREIGN KEY (office_id, call_id) REFERENCES calls (office_id, id),
    FOREIGN KEY (office_id, clerk_id) REFERENCES staff (office_id, id)
) STRICT;

CREATE INDEX blocks_by_mark ON blocks (office_id, device_mark);
CREATE INDEX blocks_by_call ON blocks (call_id);
CREATE INDEX blocks_by_end ON blocks (until_at);

-- The mark of the device that joined the line last, or took the call. It goes with the session.
ALTER TABLE sessions ADD COLUMN device_mark TEXT;
