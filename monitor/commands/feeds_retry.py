"""``monitor feeds retry``: have a feed asked as if never before."""

from dataclasses import replace
from pathlib import Path

from monitor.clock import SystemClock
from monitor.commands.door import no_such_feed, opened
from monitor.config.load import feed_of
from monitor.errors import UsageError
from monitor.feeds.state import FeedStates, Known, afresh


def retry(folder: Path, id_: str) -> int:
    """Forget that a feed failed or was gone, or that its ETag is not believed; what it has shown stays known.

    A service that runs asks it within a minute, however long it was to be left alone.
    Exit 2 if there is no such feed.
    """
    with opened(folder) as (configuration, backend):
        feeds = {feed.id: feed for feed in configuration.feeds}
        if id_ not in feeds:
            raise no_such_feed(id_, feeds)
        if not feeds[id_].enabled:
            raise UsageError(f"{id_} is resting: take out its `enabled: false` in feeds.yaml")
        states = FeedStates(backend.store)
        if not states.polled([id_]):
            print(f"{id_} was never asked; it will be")
            return 0
        now = SystemClock().now()
        known = states.read(feed_of(feeds[id_]), now)
        states.write(Known(replace(afresh(known.state), next_poll=now), known.version))
    state = known.state
    reason = f": {state.reason}" if state.reason else ""
    will = "will be asked as if never before, within a minute if monitor runs"
    print(f"{id_} {will}; it was {state.health}{reason}")
    return 0
