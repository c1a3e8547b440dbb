-- What operators were told of feeds.

CREATE TABLE vigil (
  id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX vigil_filed ON vigil (filed, id);
