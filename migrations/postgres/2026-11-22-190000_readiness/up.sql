-- What a citizen's check of devices and link came to before joining: words parted by spaces; NULL without a check.
ALTER TABLE tickets ADD COLUMN readiness TEXT COLLATE "C";
