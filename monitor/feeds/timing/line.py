"""Whether anybody can be reached: where nobody can, it is our line rather than their servers. Pure.

What fails is left alone for longer and longer, out of consideration for its server. While the line is down
that helps nobody, and all news would stay away for hours after it is up again.
"""

FEWEST = 3
"""Hosts out of reach, with nobody reached between, before it is the line; and half of all that are polled."""


class Line:
    """Remembers who was out of reach since somebody was reached."""

    def __init__(self) -> None:
        self._feeds: dict[str, None] = {}
        self._hosts: set[str] = set()
        self._asked_anew: set[str] = set()
        """Hosts of those that ``works`` told, until they are reached: if they are not, it is not the line."""
        self._all = 0

    def suit(self, hosts: int) -> None:
        """Go by how many hosts are polled."""
        self._all = hosts

    @property
    def is_down(self) -> bool:
        """Return whether nobody could be reached for a while."""
        return len(self._hosts) >= max(FEWEST, (self._all - len(self._asked_anew) + 1) // 2)

    def lost(self, feed: str, host: str) -> None:
        """Take note that a feed's host was out of reach."""
        if host not in self._asked_anew:
            self._feeds[feed] = None
            self._hosts.add(host)

    def works(self, host: str) -> list[str]:
        """Take note that a host was reached; return the feeds that were not while the line was down."""
        feeds = list(self._feeds) if self.is_down else []
        if feeds:
            self._asked_anew |= self._hosts
        self._asked_anew.discard(host)
        self._feeds.clear()
        self._hosts.clear()
        return feeds

    def probe(self) -> str | None:
        """Return a feed to be asked, to see whether the line is up again; each in turn while it is down."""
        if not self.is_down:
            return None
        feed = next(iter(self._feeds))
        self._feeds[feed] = self._feeds.pop(feed)
        return feed
