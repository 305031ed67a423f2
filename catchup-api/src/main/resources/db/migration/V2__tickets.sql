-- Tickets of browsers, by the hash of their text: whoever reads this table can use none of them.
CREATE TABLE tailrace.ticket (
    hash       bytea       PRIMARY KEY,
    tenant     text        NOT NULL COLLATE "C",
    principal  text        NOT NULL COLLATE "C",
    token_id   text        COLLATE "C",
    device     text        COLLATE "C",
    issued_at  timestamptz NOT NULL,
    purpose    text        NOT NULL CHECK (purpose IN ('STREAM', 'CURSORS')),
    channels   text[]      NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX ticket_expires_at ON tailrace.ticket (expires_at);
