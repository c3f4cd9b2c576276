DROP TABLE commands;
DROP TRIGGER audit_is_kept;
DROP TRIGGER audit_stays;
DROP TABLE audit;
DROP TRIGGER events_are_kept;
DROP TRIGGER events_stay;
DROP TABLE events;
DROP TABLE keeping;
