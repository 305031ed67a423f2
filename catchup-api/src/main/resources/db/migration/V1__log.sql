CREATE TABLE tailrace.log (id int PRIMARY KEY);
