ALTER TABLE staff RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
ALTER TABLE logins RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
ALTER TABLE tickets RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
ALTER TABLE sessions RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
DROP TABLE commands;
DROP TABLE audit;
DROP TABLE events;
DROP FUNCTION keep_log();
DROP TABLE keeping;
