-- What was agreed with the hubs of feeds.

CREATE TABLE leases (
  id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX leases_filed ON leases (filed, id);
