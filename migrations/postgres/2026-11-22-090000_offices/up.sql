-- Offices, their sites and matters, and the legal texts of each site.
-- Texts in several languages are JSON objects: {"pl": "…", "en": "…"}. Instants are UTC microseconds.
-- Every text is COLLATE "C": it sorts as on SQLite, and no index depends on the machine's locales.

CREATE TABLE offices (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    phone TEXT COLLATE "C" NOT NULL,
    time_zone TEXT COLLATE "C" NOT NULL,
    max_waiting BIGINT NOT NULL CHECK (max_waiting > 0)
);

CREATE TABLE sites (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office_id TEXT COLLATE "C" NOT NULL REFERENCES offices (id),
    key TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(key) BETWEEN 1 AND 64),
    name TEXT COLLATE "C" NOT NULL,
    -- Origins parted by spaces, which no origin can contain.
    allowed_origins TEXT COLLATE "C" NOT NULL,
    brand TEXT COLLATE "C" NOT NULL CHECK (length(brand) = 7),
    on_brand TEXT COLLATE "C" NOT NULL CHECK (length(on_brand) = 7),
    brand_dark TEXT COLLATE "C" NOT NULL CHECK (length(brand_dark) = 7),
    on_brand_dark TEXT COLLATE "C" NOT NULL CHECK (length(on_brand_dark) = 7),
    monogram TEXT COLLATE "C" NOT NULL,
    launcher_size_px BIGINT NOT NULL CHECK (launcher_size_px BETWEEN 48 AND 96),
    corner TEXT COLLATE "C" NOT NULL CHECK (corner IN ('bottom-right', 'bottom-left')),
    offset_px BIGINT NOT NULL CHECK (offset_px >= 0),
    look_version BIGINT NOT NULL CHECK (look_version > 0),
    -- Whatever points at a record of an office names the office too, so that it cannot point into another one.
    UNIQUE (office_id, id)
);

CREATE TABLE matters (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office_id TEXT COLLATE "C" NOT NULL REFERENCES offices (id),
    letter TEXT COLLATE "C" NOT NULL CHECK (length(letter) = 1 AND letter BETWEEN 'A' AND 'Z'),
    name TEXT COLLATE "C" NOT NULL,
    summary TEXT COLLATE "C" NOT NULL,
    prepare TEXT COLLATE "C" NOT NULL,
    typical_s BIGINT NOT NULL CHECK (typical_s > 0),
    rank BIGINT NOT NULL,
    is_general BIGINT NOT NULL CHECK (is_general IN (0, 1)),
    UNIQUE (office_id, id),
    UNIQUE (office_id, letter)
);

-- "I don't know which matter it is" leads to one place.
CREATE UNIQUE INDEX matters_general ON matters (office_id) WHERE is_general = 1;

CREATE TABLE matter_hours (
    office_id TEXT COLLATE "C" NOT NULL,
    matter_id TEXT COLLATE "C" NOT NULL,
    weekday BIGINT NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    from_min BIGINT NOT NULL CHECK (from_min >= 0),
    to_min BIGINT NOT NULL CHECK (to_min > from_min AND to_min <= 1440),
    PRIMARY KEY (matter_id, weekday, from_min),
    FOREIGN KEY (office_id, matter_id) REFERENCES matters (office_id, id)
);

CREATE TABLE legal_texts (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office_id TEXT COLLATE "C" NOT NULL,
    site_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('notice', 'privacy', 'terms', 'accessibility')),
    language TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL CHECK (length(version) > 0),
    body TEXT COLLATE "C" NOT NULL CHECK (length(body) > 0),
    published_at BIGINT NOT NULL,
    UNIQUE (site_id, kind, language, version),
    FOREIGN KEY (office_id, site_id) REFERENCES sites (office_id, id)
);

-- Refuses whatever it is put before, in the words of its argument.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END
$$;

CREATE TRIGGER legal_texts_stay BEFORE UPDATE ON legal_texts
FOR EACH ROW EXECUTE FUNCTION refuse('a published legal text is never changed');

CREATE TRIGGER legal_texts_remain BEFORE DELETE ON legal_texts
FOR EACH ROW EXECUTE FUNCTION refuse('a published legal text is never deleted');

CREATE TRIGGER legal_texts_are_not_emptied BEFORE TRUNCATE ON legal_texts
FOR EACH STATEMENT EXECUTE FUNCTION refuse('a published legal text is never deleted');
