"""An address -> the answer of its server, within bounds; and what a site's robots.txt allows."""
