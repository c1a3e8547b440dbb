"""When feeds are polled: each for itself, the feeds of a host together, and all at once."""
