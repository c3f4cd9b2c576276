-- Days on which an office keeps other hours by its own decision. Public holidays are known by rule and need no row.

CREATE TABLE closures (
    office_id TEXT NOT NULL REFERENCES offices (id),
    -- Such as 2027-05-02, in the office's time zone.
    day TEXT NOT NULL CHECK (length(day) = 10),
    -- What is left of the day, in minutes; both empty where nothing is.
    from_min INTEGER,
    to_min INTEGER,
    -- Why, in the languages of the office.
    reason TEXT NOT NULL,
    PRIMARY KEY (office_id, day),
    CHECK ((from_min IS NULL) = (to_min IS NULL)),
    CHECK (from_min >= 0 AND to_min > from_min AND to_min <= 1440)
) STRICT;
