-- Offices, their sites and matters, and the legal texts of each site.
-- Texts in several languages are JSON objects: {"pl": "…", "en": "…"}. Instants are UTC microseconds.

CREATE TABLE offices (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    max_waiting INTEGER NOT NULL CHECK (max_waiting > 0)
) STRICT;

CREATE TABLE sites (
    id TEXT NOT NULL PRIMARY KEY,
    office_id TEXT NOT NULL REFERENCES offices (id),
    key TEXT NOT NULL UNIQUE CHECK (length(key) BETWEEN 1 AND 64),
    name TEXT NOT NULL,
    -- Origins parted by spaces, which no origin can contain.
    allowed_origins TEXT NOT NULL,
    brand TEXT NOT NULL CHECK (length(brand) = 7),
    on_brand TEXT NOT NULL CHECK (length(on_brand) = 7),
    brand_dark TEXT NOT NULL CHECK (length(brand_dark) = 7),
    on_brand_dark TEXT NOT NULL CHECK (length(on_brand_dark) = 7),
    monogram TEXT NOT NULL,
    launcher_size_px INTEGER NOT NULL CHECK (launcher_size_px BETWEEN 48 AND 96),
    corner TEXT NOT NULL CHECK (corner IN ('bottom-right', 'bottom-left')),
    offset_px INTEGER NOT NULL CHECK (offset_px >= 0),
    look_version INTEGER NOT NULL CHECK (look_version > 0),
    -- Whatever points at a record of an office names the office too, so that it cannot point into another one.
    UNIQUE (office_id, id)
) STRICT;

CREATE TABLE matters (
    id TEXT NOT NULL PRIMARY KEY,
    office_id TEXT NOT NULL REFERENCES offices (id),
    letter TEXT NOT NULL CHECK (length(letter) = 1 AND letter BETWEEN 'A' AND 'Z'),
    name TEXT NOT NULL,
    summary TEXT NOT NULL,
    prepare TEXT NOT NULL,
    typical_s INTEGER NOT NULL CHECK (typical_s > 0),
    rank INTEGER NOT NULL,
    is_general INTEGER NOT NULL CHECK (is_general IN (0, 1)),
    UNIQUE (office_id, id),
    UNIQUE (office_id, letter)
) STRICT;

-- "I don't know which matter it is" leads to one place.
CREATE UNIQUE INDEX matters_general ON matters (office_id) WHERE is_general = 1;

CREATE TABLE matter_hours (
    office_id TEXT NOT NULL,
    matter_id TEXT NOT NULL,
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    from_min INTEGER NOT NULL CHECK (from_min >= 0),
    to_min INTEGER NOT NULL CHECK (to_min > from_min AND to_min <= 1440),
    PRIMARY KEY (matter_id, weekday, from_min),
    FOREIGN KEY (office_id, matter_id) REFERENCES matters (office_id, id)
) STRICT;

CREATE TABLE legal_texts (
    id TEXT NOT NULL PRIMARY KEY,
    office_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('notice', 'privacy', 'terms', 'accessibility')),
    language TEXT NOT NULL,
    version TEXT NOT NULL CHECK (length(version) > 0),
    body TEXT NOT NULL CHECK (length(body) > 0),
    published_at INTEGER NOT NULL,
    UNIQUE (site_id, kind, language, version),
    FOREIGN KEY (office_id, site_id) REFERENCES sites (office_id, id)
) STRICT;

CREATE TRIGGER legal_texts_stay BEFORE UPDATE ON legal_texts
BEGIN
    SELECT RAISE(ABORT, 'a published legal text is never changed');
END;

CREATE TRIGGER legal_texts_remain BEFORE DELETE ON legal_texts
BEGIN
    SELECT RAISE(ABORT, 'a published legal text is never deleted');
END;
