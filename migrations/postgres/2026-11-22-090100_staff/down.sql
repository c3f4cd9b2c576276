DROP TABLE logins;
DROP TABLE staff_languages;
DROP TABLE staff_matters;
DROP TABLE staff;
