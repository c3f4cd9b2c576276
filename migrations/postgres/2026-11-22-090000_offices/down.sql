DROP TABLE legal_texts;
DROP FUNCTION refuse();
DROP TABLE matter_hours;
DROP TABLE matters;
DROP TABLE sites;
DROP TABLE offices;
