-- A partition is one ordered log; `next` is the offset that its next message gets.
CREATE TABLE partitions (
  id INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  number INTEGER NOT NULL,
  next INTEGER NOT NULL DEFAULT 0,
  UNIQUE (stream, number)
) STRICT;

CREATE TABLE messages (
  partition INTEGER NOT NULL REFERENCES partitions (id),
  offset INTEGER NOT NULL,
  at INTEGER NOT NULL,            -- milliseconds since 1970, UTC
  key TEXT NOT NULL,
  headers TEXT NOT NULL,          -- a JSON object
  value BLOB NOT NULL,
  UNIQUE (partition, offset)
) STRICT;

-- `committed` is the next offset that the group has still to handle.
CREATE TABLE groups (
  name TEXT NOT NULL,
  partition INTEGER NOT NULL REFERENCES partitions (id),
  committed INTEGER NOT NULL,
  PRIMARY KEY (name, partition)
) STRICT, WITHOUT ROWID;
