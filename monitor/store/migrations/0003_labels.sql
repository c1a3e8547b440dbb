-- What people say of matches.

CREATE TABLE labels (
  id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  topic TEXT,
  verdict TEXT,
  language TEXT,
  outlet TEXT,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX labels_filed ON labels (filed, id);
