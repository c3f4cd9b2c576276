DROP TABLE notes;
DROP TABLE ratings;
