DROP INDEX sessions_second_token_hash;
DROP INDEX sessions_handover_hash;
ALTER TABLE sessions DROP COLUMN second_token_hash;
ALTER TABLE sessions DROP COLUMN handover_until;
ALTER TABLE sessions DROP COLUMN handover_hash;
