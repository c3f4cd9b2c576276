DROP TABLE presences;
DROP TABLE members;
DROP TABLE calls;
