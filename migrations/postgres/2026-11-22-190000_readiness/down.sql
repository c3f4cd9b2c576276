ALTER TABLE tickets DROP COLUMN readiness;
