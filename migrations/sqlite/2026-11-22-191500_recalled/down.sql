ALTER TABLE tickets DROP COLUMN return_until;
