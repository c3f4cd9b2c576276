-- The step of a visit onto another device: a code that works once and not for long, by its hash, and the token that it
-- was changed for, by which the other device has the session from then on.
ALTER TABLE sessions ADD COLUMN handover_hash TEXT;
ALTER TABLE sessions ADD COLUMN handover_until INTEGER;
ALTER TABLE sessions ADD COLUMN second_token_hash TEXT;
CREATE UNIQUE INDEX sessions_handover_hash ON sessions (handover_hash);
CREATE UNIQUE INDEX sessions_second_token_hash ON sessions (second_token_hash);
