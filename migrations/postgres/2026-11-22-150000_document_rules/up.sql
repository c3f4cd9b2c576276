-- How long an office keeps the documents of a call after its end. An office without a row goes by the settings.

CREATE TABLE document_rules (
    office_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES offices (id),
    kept_min BIGINT NOT NULL CHECK (kept_min BETWEEN 0 AND 60)
);
