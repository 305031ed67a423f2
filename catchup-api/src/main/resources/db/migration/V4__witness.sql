-- How often each running node has looked at the log: a node that finds fewer looks than it made is on a log that went
-- back, however far that has been written since. One row per run of a node.
CREATE TABLE tailrace.witness (
    node text PRIMARY KEY,
    looks bigint NOT NULL,
    looked_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
