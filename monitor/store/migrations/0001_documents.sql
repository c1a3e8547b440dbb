-- A table a kind, all of one shape: what documents are chosen by stands before the body, so that counting
-- need not read bodies. Times are milliseconds since 1970, UTC. `version` grows at every write.

CREATE TABLE articles (
  id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  feed TEXT,
  outlet TEXT,
  language TEXT,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX articles_filed ON articles (filed, id);
CREATE INDEX articles_feed ON articles (feed);
CREATE INDEX articles_language ON articles (language);

CREATE TABLE matches (
  id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  topic TEXT,
  article TEXT,
  language TEXT,
  outlet TEXT,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX matches_filed ON matches (filed, id);
CREATE INDEX matches_topic ON matches (topic, filed, id);

CREATE TABLE alerts (
  id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  topic TEXT,
  state TEXT,
  subject TEXT,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX alerts_filed ON alerts (filed, id);
CREATE INDEX alerts_state ON alerts (state);

CREATE TABLE deliveries (
  id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  receiver TEXT,
  state TEXT,
  digest TEXT,
  due INTEGER,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX deliveries_filed ON deliveries (filed, id);
CREATE INDEX deliveries_due ON deliveries (state, receiver, due);
CREATE INDEX deliveries_digest ON deliveries (digest);

CREATE TABLE feeds (
  id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  health TEXT,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX feeds_filed ON feeds (filed, id);

CREATE TABLE seen (
  id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX seen_filed ON seen (filed, id);

CREATE TABLE topics (
  id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX topics_filed ON topics (filed, id);

CREATE TABLE receivers (
  id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX receivers_filed ON receivers (filed, id);

-- The words of the articles as our own tokens, so that Korean and inflected Russian are found.
CREATE VIRTUAL TABLE articles_words USING fts5 (tokens, tokenize = 'unicode61 remove_diacritics 0');

-- Ids whose documents are gone, but which must not come again while a feed still shows them.
CREATE TABLE pruned (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
