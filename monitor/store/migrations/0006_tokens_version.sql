-- By which rules a document's words were made into tokens: those of before are 1, also if a monitor of before
-- goes on writing beside this one.

ALTER TABLE articles ADD COLUMN tokens_version INTEGER NOT NULL DEFAULT 1;
CREATE INDEX articles_tokens_version ON articles (tokens_version);
