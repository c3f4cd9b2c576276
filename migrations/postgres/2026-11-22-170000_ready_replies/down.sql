DROP TABLE ready_replies;
