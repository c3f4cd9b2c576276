DROP TRIGGER legal_texts_remain;
DROP TRIGGER legal_texts_stay;
DROP TABLE legal_texts;
DROP TABLE matter_hours;
DROP TABLE matters;
DROP TABLE sites;
DROP TABLE offices;
