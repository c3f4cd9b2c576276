ALTER TABLE sessions DROP COLUMN device_mark;
DROP TABLE blocks;
