-- Of a ticket that was called again after a missed call: until when the person may still come back by themselves. It
-- means nothing in other states; the version before this one leaves it behind in them.
ALTER TABLE tickets ADD COLUMN return_until BIGINT;
