"""2. Entry -> article: plain text, one identity, sane dates, language. Pure."""
