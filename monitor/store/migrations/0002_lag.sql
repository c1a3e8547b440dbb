-- How far the groups were behind, from time to time.

CREATE TABLE lag (
  id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX lag_filed ON lag (filed, id);
